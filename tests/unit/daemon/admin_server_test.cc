// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_server.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "admin_fake_backend.h"
#include "ipc/socket_file.h"
#include "unit/ipc/raw_socket.h"
#include "unit/ipc/temp_dir.h"

namespace jetstream::daemon {
namespace {

using jetstream::testing::RawClient;
using jetstream::testing::TempDir;
using std::chrono::milliseconds;

/// A whole admin socket before a fake daemon, with its client on the same thread.
class Fixture {
 public:
  explicit Fixture(AccessPolicy policy = AccessPolicy(::geteuid()),
                   milliseconds answer_timeout = milliseconds(10'000)) {
    AdminServerOptions options;
    options.answer_timeout = answer_timeout;
    file_ = make_file(path_);
    readers_file_ = make_file(readers_path_);
    server = std::make_unique<AdminServer>(
        io_, file_->take_listener(), std::move(policy), backend.parts(),
        [this](const AuditRecord& record) { audited.push_back(record); }, options);
    server->serve_readers(readers_file_->take_listener());
  }

  /// What the backend holds has timers of the io_context, which goes before it.
  ~Fixture() { backend.held.clear(); }

  RawClient connect() const { return RawClient(path_); }
  RawClient connect_reader() const { return RawClient(readers_path_); }

  /// Has everything that is due now wait in the queue, behind the handler that asks for it.
  void queue_what_is_due() {
    asio::post(io_, [] {});
    io_.poll_one();
  }

  bool run_until(const std::function<bool()>& happened) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!happened() && std::chrono::steady_clock::now() < deadline) {
      io_.restart();
      io_.run_one_for(milliseconds(5));
    }
    return happened();
  }

  /// Sends the bytes and returns what came when the connection ended or `lines` lines are there.
  std::string ask(const std::string& bytes, long lines = 1) { return ask(connect(), bytes, lines); }
  std::string ask(RawClient client, const std::string& bytes, long lines = 1) {
    return ask_on(client, bytes, lines);
  }
  std::string ask_on(RawClient& client, const std::string& bytes, long lines = 1) {
    client.send(bytes);
    CHECK(run_until([&] {
      client.receive();
      const std::string& text = client.received();
      return client.ended() || std::count(text.begin(), text.end(), '\n') >= lines;
    }));
    return client.received();
  }

  testing::FakeBackend backend;
  std::vector<AuditRecord> audited;

 private:
  static std::unique_ptr<ipc::SocketFile> make_file(const std::string& path) {
    ipc::SocketFileOptions options;
    options.path = path;
    options.mode = 0600;
    auto file = ipc::SocketFile::create(options);
    REQUIRE(file);
    return std::make_unique<ipc::SocketFile>(*std::move(file));
  }

  TempDir dir_;
  std::string path_ = dir_.file("admin.sock");
  std::string readers_path_ = dir_.file("read.sock");
  std::unique_ptr<ipc::SocketFile> file_;
  std::unique_ptr<ipc::SocketFile> readers_file_;
  asio::io_context io_;

 public:
  std::unique_ptr<AdminServer> server;
};

control::Reply only_line(const std::string& lines) {
  REQUIRE(lines.find('\n') == lines.size() - 1);
  const auto reply = control::parse_reply(std::string_view(lines).substr(0, lines.size() - 1));
  REQUIRE(reply);
  return *reply;
}

}  // namespace

TEST_CASE("A request goes through the socket to the backend and back") {
  Fixture f;
  f.backend.add_session(5);
  const std::string lines = f.ask(R"({"id":1,"cmd":"session.list"})"
                                  "\n",
                                  2);
  CHECK(lines.find(R"({"id":1,"type":"item","data":{"id":"5",)") == 0);
  CHECK(lines.find(R"("schema":"jetstreamd.session.list/1")") != std::string::npos);
  CHECK(f.audited.empty());
}

TEST_CASE("A line that is no request is answered and the connection goes on") {
  Fixture f;
  const std::string lines = f.ask("{\"id\":3,\"cmd\":\"stat\"}\n{\"cmd\":\"ping\"}\n", 2);
  CHECK(only_line(lines.substr(0, lines.find('\n') + 1)).failure.code ==
        control::ErrorCode::kUnknownCommand);
  CHECK(lines.find(R"({"id":3,"type":"error")") == 0);
  CHECK(lines.find("jetstreamd.ping/1") != std::string::npos);
}

TEST_CASE("The kernel's word decides about the role, and a new policy counts at once") {
  if (::geteuid() == 0) {
    // Root is admin under every policy; the roles of others are tested without a socket.
    Fixture f(AccessPolicy(12345));
    CHECK(only_line(f.ask("{\"cmd\":\"stop\"}\n")).kind == control::ReplyKind::kResult);
    return;
  }
  Fixture f(AccessPolicy(12345));
  CHECK(only_line(f.ask("{\"cmd\":\"status\"}\n")).failure.code ==
        control::ErrorCode::kPermissionDenied);
  f.server->set_policy(AccessPolicy(::geteuid()));
  CHECK(only_line(f.ask("{\"cmd\":\"status\"}\n")).kind == control::ReplyKind::kResult);
}

TEST_CASE("At the read socket even the daemon's own user only looks") {
  Fixture f;
  f.backend.add_session(5);
  CHECK(only_line(f.ask(f.connect_reader(), "{\"cmd\":\"status\"}\n")).kind ==
        control::ReplyKind::kResult);
  const std::string hello = f.ask(f.connect_reader(), "{\"cmd\":\"hello\"}\n");
  CHECK(hello.find(R"("role":"read")") != std::string::npos);
  for (const control::CommandSpec& spec : control::command_table()) {
    if (spec.access <= control::Access::kRead) continue;
    INFO(spec.name);
    const control::Request request{{}, spec.id, control::NoArgs{}};
    const std::string line = "{\"cmd\":\"" + std::string(spec.name) + "\"}\n";
    if (!control::parse_request(line.substr(0, line.size() - 1))) continue;  // it needs arguments
    const control::Reply reply = only_line(f.ask(f.connect_reader(), line));
    CHECK(reply.failure.code == control::ErrorCode::kPermissionDenied);
    CHECK(reply.failure.message.find("have read at the read socket") != std::string::npos);
    CHECK(reply.failure.hint == "ask at the admin socket instead: there you have role admin");
  }
  CHECK(f.backend.orders.empty());
  CHECK_FALSE(f.backend.stopping);
  CHECK_FALSE(f.audited.empty());
}

TEST_CASE("Readers take no place at the admin socket, and both are counted") {
  Fixture f;
  std::vector<std::unique_ptr<RawClient>> readers;
  const std::size_t most = ipc::ConnectionLimits::Options{}.connections_max;
  for (std::size_t i = 0; i <= most; ++i) {
    readers.push_back(std::make_unique<RawClient>(f.connect_reader()));
  }
  CHECK(f.run_until([&] {
    readers.back()->receive();
    return readers.back()->ended();
  }));
  CHECK(readers.back()->received().find("busy") != std::string::npos);
  RawClient admin = f.connect();
  admin.send("{\"cmd\":\"ping\"}\n");
  CHECK(f.run_until([&] {
    admin.receive();
    return admin.received().find("jetstreamd.ping/1") != std::string::npos;
  }));
  CHECK(f.server->connection_count() == most + 1);
}

TEST_CASE("A backend that does not answer is answered for, and heard later nevertheless") {
  Fixture f(AccessPolicy(::geteuid()), milliseconds(15));
  f.backend.add_session(1);
  f.backend.hold = true;
  const control::Reply reply =
      only_line(f.ask("{\"id\":8,\"cmd\":\"session.close\",\"args\":{\"ids\":[\"1\"]}}\n"));
  CHECK(reply.failure.code == control::ErrorCode::kTimeout);
  CHECK(reply.id == control::RequestId(std::int64_t{8}));
  CHECK(f.audited.empty());
  f.backend.release();
  REQUIRE(f.audited.size() == 1);
  CHECK(f.audited[0].affected == 1);
}

TEST_CASE("An answer that comes too late is not sent, and its connection goes on") {
  Fixture f(AccessPolicy(::geteuid()), milliseconds(15));
  f.backend.hold = true;
  RawClient client = f.connect();
  f.ask_on(client, "{\"id\":1,\"cmd\":\"status\"}\n");
  f.backend.hold = false;
  f.backend.release();
  f.ask_on(client, "{\"id\":2,\"cmd\":\"ping\"}\n", 2);
  const std::string& text = client.received();
  CHECK(text.find(R"({"id":1,"type":"error")") == 0);
  CHECK(text.find("jetstreamd.status/1") == std::string::npos);
  CHECK(text.find(R"({"id":2,"type":"result")") == text.find('\n') + 1);
}

TEST_CASE("A stream that begins when its time for an answer is up just now goes on") {
  Fixture f(AccessPolicy(::geteuid()), milliseconds(0));
  f.backend.before_subscribing = [&] { f.queue_what_is_due(); };
  RawClient client = f.connect();
  const std::string begun = f.ask_on(client, "{\"id\":9,\"cmd\":\"session.watch\"}\n");
  CHECK(begun.find(R"({"id":9,"type":"event")") == 0);
  REQUIRE(f.backend.listeners.size() == 1);
  const auto listener = f.backend.listeners[0].lock();
  REQUIRE(listener);
  control::EventRow row;
  row.message = "still there";
  listener->hear(row);
  CHECK(f.run_until([&] {
    client.receive();
    return client.received().find("still there") != std::string::npos;
  }));
  CHECK(client.received().find("timeout") == std::string::npos);
}

TEST_CASE(
    "A stream has no answer timeout, tells of gaps and is heard no more when its caller left") {
  Fixture f(AccessPolicy(::geteuid()), milliseconds(20));
  auto client = std::make_unique<RawClient>(f.connect());
  client->send("{\"id\":9,\"cmd\":\"session.watch\"}\n");
  const auto count = [&](std::string_view what) {
    client->receive();
    std::size_t found = 0;
    for (std::size_t at = 0; (at = client->received().find(what, at)) != std::string::npos; ++at) {
      ++found;
    }
    return found;
  };
  REQUIRE(f.run_until([&] { return count(R"({"id":9,"type":"event")") == 1; }));
  // Another request that runs into the timeout shows that the time has passed.
  f.backend.hold = true;
  CHECK(only_line(f.ask("{\"cmd\":\"status\"}\n")).failure.code == control::ErrorCode::kTimeout);
  REQUIRE(f.backend.listeners.size() == 1);
  control::EventRow row;
  row.message = std::string(1000, 'x');
  // More than the socket and the queue hold.
  for (int i = 0; i < 2000; ++i) f.backend.listeners[0].lock()->hear(row);
  REQUIRE(f.run_until([&] { return count(R"("type":"gap")") == 1; }));
  CHECK(count(R"({"id":9,"type":"event")") < 2000);
  CHECK(count("timeout") == 0);
  client.reset();
  CHECK(f.run_until([&] { return f.backend.listeners[0].expired(); }));
  CHECK(f.server->connection_count() == 0);
}

TEST_CASE("The server may go while the backend still works") {
  Fixture f(AccessPolicy(::geteuid()), milliseconds(60'000));
  f.backend.hold = true;
  RawClient client = f.connect();
  client.send("{\"cmd\":\"stop\"}\n");
  REQUIRE(f.run_until([&] { return f.backend.held.size() == 1; }));
  f.server.reset();
  f.backend.release();
  client.receive();
  CHECK(client.ended());
  CHECK(client.received().empty());
  CHECK(f.audited.size() == 1);
}

}  // namespace jetstream::daemon
