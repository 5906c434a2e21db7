// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "unit/jscat/program.h"

using namespace jetstream;
using namespace jetstream::jscat;
using namespace jetstream::test;
using namespace std::chrono_literals;

namespace {

SendArgs load(LoadMode mode, const std::string& service = "sink") {
  SendArgs args;
  args.mode = mode;
  args.service = service;
  args.size = mode == LoadMode::kMessages ? 256 : 64 * 1024;
  args.duration = 10s;
  args.json = true;
  return args;
}

nlohmann::json run_load(const TestServer& server, const SendArgs& args, int expected = kExitOk) {
  Program program;
  const int code = run_send(server.args(), args, program.console());
  INFO(program.notes.str());
  CHECK(code == expected);
  return nlohmann::json::parse(program.results.str());
}

}  // namespace

TEST_CASE("bulk sends what was asked for on every stream of every session") {
  TestServer server;
  SendArgs args = load(LoadMode::kBulk);
  args.sessions = 3;
  args.streams = 4;
  args.bytes = 100001;
  const auto report = run_load(server, args);
  CHECK(report["sessions"] == 3);
  CHECK(report["streams"] == 12);
  CHECK(report["bytes_sent"] == 12 * 100001);
  CHECK(report["streams_unfinished"] == 0);
  CHECK(server.bytes_received() == 12 * 100001);
  CHECK(server.sessions_accepted() == 3);
}

TEST_CASE("more streams than are allowed at a time take their turns") {
  TestServer server(
      {.session = {.max_streams = 2}, .client_auth = {}, .authorized = {}, .freezes = false});
  SendArgs args = load(LoadMode::kBulk);
  args.streams = 9;
  args.bytes = 1000;
  CHECK(run_load(server, args)["streams"] == 9);
  CHECK(server.bytes_received() == 9000);
}

TEST_CASE("messages are counted both ways") {
  TestServer server;
  SendArgs args = load(LoadMode::kMessages, "echo");
  args.bytes = 10 * 256 + 1;
  const auto report = run_load(server, args);
  CHECK(report["messages_sent"] == 11);
  CHECK(report["messages_received"] == 11);
  CHECK(report["bytes_received"] == 10 * 256 + 1);
}

TEST_CASE("time ends a load that has no other end, and what was sent arrives") {
  TestServer server;
  SendArgs args = load(LoadMode::kBulk);
  args.duration = 50ms;
  const auto report = run_load(server, args);
  CHECK(report["seconds"] >= 0.05);
  CHECK(report["bytes_sent"] > 0);
  CHECK(report["bytes_sent"] == server.bytes_received());
}

TEST_CASE("handshakes are made and closed") {
  TestServer server;
  SendArgs args = load(LoadMode::kHandshakes);
  args.sessions = 50;
  args.parallel = 8;
  const auto report = run_load(server, args);
  CHECK(report["sessions"] == 50);
  CHECK(report["handshakes_per_second"] > 0);
  CHECK(server.wait_closed(50).reason == CloseReason::kNormal);
}

TEST_CASE("idle sessions are held for their time") {
  TestServer server;
  SendArgs args = load(LoadMode::kIdle);
  args.sessions = 20;
  args.duration = 20ms;
  const auto report = run_load(server, args);
  CHECK(report["sessions"] == 20);
  CHECK(report["sessions_lost"] == 0);
  CHECK(report["seconds"] >= 0.02);
  CHECK(server.wait_closed(20).reason == CloseReason::kNormal);
}

TEST_CASE("a load that is refused says so") {
  TestServer server;
  SendArgs args = load(LoadMode::kBulk, "unknown");
  args.streams = 2;
  args.bytes = 1000000;
  CHECK(run_load(server, args, kExitRemote)["streams_refused"] == 2);
  args.service = "hangup";
  const auto report = run_load(server, args, kExitTransport);
  CHECK(report["sessions_lost"] == 1);
}

TEST_CASE("a message that is too large is not the service's fault") {
  TestServer server({.session = {.message_bytes_max = 1024},
                     .client_auth = {},
                     .authorized = {},
                     .freezes = false});
  SendArgs args = load(LoadMode::kMessages);
  args.size = 1025;
  args.bytes = 4000;
  Program program;
  CHECK(run_send(server.args(), args, program.console()) == kExitTransport);
  CHECK_THAT(program.notes.str(), Catch::Contains("a message of 1025 bytes is too large") &&
                                      Catch::Contains("smaller --size"));
  CHECK(nlohmann::json::parse(program.results.str())["streams_refused"] == 0);
}
