// SPDX-License-Identifier: MIT
#include "ipc/line_client.h"

#include <catch2/catch.hpp>
#include <thread>

#include "jetstream/control.h"
#include "raw_socket.h"
#include "temp_dir.h"

namespace jetstream::ipc {
namespace {

using jetstream::testing::raw_listener;
using jetstream::testing::TempDir;
using std::chrono::milliseconds;

constexpr milliseconds kPlenty{5000};
/// For what has to run into its deadline.
constexpr milliseconds kShort{20};

FileDescriptor accept_on(const FileDescriptor& listener) {
  return FileDescriptor(::accept(listener.get(), nullptr, nullptr));
}
void send_text(const FileDescriptor& to, std::string_view text) {
  REQUIRE(::send(to.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(text.size()));
}
ClientErrorKind connect_error(const std::string& path) {
  const auto client = LineClient::connect(path, kPlenty);
  REQUIRE_FALSE(client);
  CHECK_FALSE(client.error().message.empty());
  return client.error().kind;
}

}  // namespace

TEST_CASE("A client that can't connect says why") {
  TempDir dir;
  CHECK(connect_error(dir.file("none.sock")) == ClientErrorKind::kNoSocket);
  CHECK(connect_error(dir.file("no/such/dir.sock")) == ClientErrorKind::kNoSocket);
  raw_listener(dir.file("stale.sock"));
  CHECK(connect_error(dir.file("stale.sock")) == ClientErrorKind::kRefused);
  CHECK(connect_error(dir.file(std::string(108, 'x'))) == ClientErrorKind::kSystem);
  CHECK(connect_error("") == ClientErrorKind::kSystem);
}

TEST_CASE("A client reads line by line what came in pieces") {
  TempDir dir;
  const FileDescriptor listener = raw_listener(dir.file("s"));
  auto client = LineClient::connect(dir.file("s"), kPlenty);
  REQUIRE(client);
  REQUIRE(client->write_line("ask\n"));
  {
    const FileDescriptor server = accept_on(listener);
    char asked[8] = {};
    CHECK(::recv(server.get(), asked, sizeof(asked), 0) == 4);
    CHECK(std::string(asked) == "ask\n");
    send_text(server, "one\ntw");
    CHECK(client->read_line().value() == "one");
    send_text(server, "o\n\nrest");
  }
  CHECK(client->read_line().value() == "two");
  CHECK(client->read_line().value().empty());
  const auto ended = client->read_line();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().kind == ClientErrorKind::kEnded);
}

TEST_CASE("A server that says nothing runs into the deadline") {
  TempDir dir;
  const FileDescriptor listener = raw_listener(dir.file("s"));
  auto client = LineClient::connect(dir.file("s"), kShort);
  REQUIRE(client);
  const auto line = client->read_line();
  REQUIRE_FALSE(line);
  CHECK(line.error().kind == ClientErrorKind::kTimeout);
}

TEST_CASE("A server that reads nothing runs into the deadline") {
  TempDir dir;
  const FileDescriptor listener = raw_listener(dir.file("s"));
  auto client = LineClient::connect(dir.file("s"), kShort);
  REQUIRE(client);
  const auto written = client->write_line(std::string(16 << 20, 'x'));
  REQUIRE_FALSE(written);
  CHECK(written.error().kind == ClientErrorKind::kTimeout);
}

TEST_CASE("A server that closes at once is still heard") {
  TempDir dir;
  const FileDescriptor listener = raw_listener(dir.file("s"));
  auto client = LineClient::connect(dir.file("s"), kPlenty);
  REQUIRE(client);
  send_text(accept_on(listener), "busy\n");
  CHECK(client->write_line("ask\n"));
  CHECK(client->read_line().value() == "busy");
}

TEST_CASE("A line without end is given up") {
  TempDir dir;
  const FileDescriptor listener = raw_listener(dir.file("s"));
  auto client = LineClient::connect(dir.file("s"), kPlenty);
  REQUIRE(client);
  // More than a socket buffer holds, so somebody has to send while the client reads.
  const FileDescriptor server = accept_on(listener);
  std::thread sender([&] {
    const std::string chunk(32 * 1024, 'x');
    for (std::size_t sent = 0; sent <= control::kReplyBytesMax; sent += chunk.size()) {
      if (::send(server.get(), chunk.data(), chunk.size(), MSG_NOSIGNAL) <= 0) return;
    }
  });
  const auto line = client->read_line();
  sender.join();
  REQUIRE_FALSE(line);
  CHECK(line.error().kind == ClientErrorKind::kTooLong);
}

}  // namespace jetstream::ipc
