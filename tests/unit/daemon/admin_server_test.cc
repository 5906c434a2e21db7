// SPDX-License-Identifier: MIT
#include "daemon/admin_server.h"

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
    auto file = ipc::SocketFile::create({path_, 0600, {}, milliseconds(1000)});
    REQUIRE(file);
    file_ = std::make_unique<ipc::SocketFile>(*std::move(file));
    server = std::make_unique<AdminServer>(
        io_, file_->take_listener(), std::move(policy), backend.parts(),
        [this](const AuditRecord& record) { audited.push_back(record); }, options);
  }

  /// What the backend holds has timers of the io_context, which goes before it.
  ~Fixture() { backend.held.clear(); }

  RawClient connect() const { return RawClient(path_); }

  bool run_until(const std::function<bool()>& happened) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!happened() && std::chrono::steady_clock::now() < deadline) {
      io_.restart();
      io_.run_one_for(milliseconds(5));
    }
    return happened();
  }

  /// Sends the bytes and returns what came when the connection ended or `lines` lines are there.
  std::string ask(const std::string& bytes, long lines = 1) {
    RawClient client = connect();
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
  TempDir dir_;
  std::string path_ = dir_.file("admin.sock");
  std::unique_ptr<ipc::SocketFile> file_;
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
