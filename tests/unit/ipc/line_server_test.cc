// SPDX-License-Identifier: MIT
#include "ipc/line_server.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <vector>

#include "jetstream/control.h"
#include "server_fixture.h"

namespace jetstream::ipc {
namespace {

using jetstream::testing::RawClient;
using testing::Fixture;
using testing::kShort;

control::ErrorCode error_in(const std::string& line) {
  const auto reply = control::parse_reply(std::string_view(line).substr(0, line.size() - 1));
  REQUIRE(reply);
  REQUIRE(reply->kind == control::ReplyKind::kError);
  return reply->failure.code;
}

}  // namespace

TEST_CASE("Requests are answered in order, however they arrive") {
  Fixture f;
  RawClient client = f.connect();
  client.send("one\ntwo\nth");
  CHECK(f.until_received(client, "<one>\n<two>\n"));
  client.send("re");
  f.settle();
  CHECK(f.lines().size() == 2);
  client.send("e\n\n");
  CHECK(f.until_received(client, "<one>\n<two>\n<three>\n<>\n"));
  CHECK(f.server().connection_count() == 1);
}

TEST_CASE("A request is not read while the one before it waits for its answer") {
  Fixture f;
  std::vector<std::shared_ptr<Answer>> waiting;
  f.on_line([&](std::string_view, std::shared_ptr<Answer> answer) {
    waiting.push_back(std::move(answer));
  });
  RawClient client = f.connect();
  client.send("one\ntwo\n");
  REQUIRE(f.until([&] { return waiting.size() == 1; }));
  f.settle();
  CHECK(waiting.size() == 1);
  waiting[0]->finish("1\n");
  waiting[0]->finish("again\n");
  REQUIRE(f.until([&] { return waiting.size() == 2; }));
  waiting[1]->finish("2\n");
  CHECK(f.until_received(client, "1\n2\n"));
}

TEST_CASE("Everything is answered after the client has shut down its sending side") {
  Fixture f;
  std::shared_ptr<Answer> waiting;
  f.on_line([&](std::string_view, std::shared_ptr<Answer> answer) { waiting = std::move(answer); });
  RawClient client = f.connect();
  client.send("one\ntwo\n");
  client.half_close();
  REQUIRE(f.until([&] { return f.lines().size() == 1; }));
  std::exchange(waiting, nullptr)->finish("1\n");
  REQUIRE(f.until([&] { return f.lines().size() == 2; }));
  std::exchange(waiting, nullptr)->finish("2\n");
  CHECK(f.until_ended(client));
  CHECK(client.received() == "1\n2\n");
  CHECK(f.server().connection_count() == 0);
}

TEST_CASE("A last line without newline is refused, not guessed at") {
  Fixture f;
  RawClient client = f.connect();
  client.send("one\nstop");
  client.half_close();
  REQUIRE(f.until_ended(client));
  CHECK(f.lines() == std::vector<std::string>{"one"});
  CHECK(error_in(client.received().substr(std::string("<one>\n").size())) ==
        control::ErrorCode::kBadRequest);
}

TEST_CASE("The longest line is served, and one byte more ends the connection") {
  Fixture f;
  f.on_line([](std::string_view line, const std::shared_ptr<Answer>& answer) {
    answer->finish(std::to_string(line.size()) + "\n");
  });
  RawClient client = f.connect();
  client.send(std::string(control::kRequestBytesMax, 'x') + "\n");
  CHECK(f.until_received(client, "65536\n"));

  RawClient greedy = f.connect();
  greedy.send(std::string(control::kRequestBytesMax + 1, 'x'));
  REQUIRE(f.until_ended(greedy));
  CHECK(error_in(greedy.received()) == control::ErrorCode::kRequestTooLarge);
  CHECK(f.lines().size() == 1);
  CHECK(f.server().connection_count() == 1);
}

TEST_CASE("A connection too many is told so, and there is room again when one has gone") {
  LineServerOptions options;
  options.limits.connections_max = 2;
  Fixture f(options);
  RawClient first = f.connect();
  auto second = std::make_unique<RawClient>(f.connect());
  RawClient third = f.connect();
  REQUIRE(f.until_ended(third));
  CHECK(error_in(third.received()) == control::ErrorCode::kBusy);
  CHECK(f.server().connection_count() == 2);
  second.reset();
  REQUIRE(f.until([&] { return f.server().connection_count() == 1; }));
  RawClient fourth = f.connect();
  fourth.send("x\n");
  CHECK(f.until_received(fourth, "<x>\n"));
}

TEST_CASE("The caller is who the kernel says") {
  Fixture f;
  std::optional<PeerCredentials> peer;
  f.on_line([&](std::string_view, const std::shared_ptr<Answer>& answer) {
    peer = answer->peer();
    answer->finish("\n");
  });
  RawClient client = f.connect();
  client.send("x\n");
  REQUIRE(f.until_received(client, "\n"));
  CHECK(peer->uid == ::geteuid());
  CHECK(peer->gid == ::getegid());
  CHECK(peer->pid == ::getpid());
  std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
  REQUIRE(::getgroups(static_cast<int>(groups.size()), groups.data()) >= 0);
  CHECK(peer->groups == groups);
}

TEST_CASE("A connection without requests is closed, a request in pieces does not prolong it") {
  LineServerOptions options;
  options.timeouts.idle = kShort;
  Fixture f(options);
  RawClient silent = f.connect();
  RawClient slow = f.connect();
  REQUIRE(f.until([&] {
    slow.send("x");
    slow.receive();
    return slow.ended();
  }));
  CHECK(slow.received().empty());
  CHECK(f.until_ended(silent));
  CHECK(f.lines().empty());
  CHECK(f.server().connection_count() == 0);
}

TEST_CASE("Waiting for an answer is not idling") {
  LineServerOptions options;
  options.timeouts.idle = kShort;
  Fixture f(options);
  std::shared_ptr<Answer> waiting;
  f.on_line([&](std::string_view, std::shared_ptr<Answer> answer) { waiting = std::move(answer); });
  RawClient patient = f.connect();
  patient.send("x\n");
  REQUIRE(f.until([&] { return waiting != nullptr; }));
  // Another connection that idles shows that the time has passed.
  RawClient other = f.connect();
  REQUIRE(f.until_ended(other));
  CHECK(f.server().connection_count() == 1);
  waiting->finish("done\n");
  CHECK(f.until_received(patient, "done\n"));
}

TEST_CASE("A reader that stalls is dropped") {
  LineServerOptions options;
  options.timeouts.write = kShort;
  Fixture f(options);
  const std::string huge(16 << 20, 'x');
  f.on_line([&](std::string_view, const std::shared_ptr<Answer>& answer) { answer->finish(huge); });
  RawClient stalled = f.connect();
  stalled.send("x\n");
  REQUIRE(f.until([&] { return !f.lines().empty(); }));
  CHECK(f.until([&] { return f.server().connection_count() == 0; }));
  REQUIRE(f.until_ended(stalled));
  CHECK(stalled.received().size() < huge.size());
}

TEST_CASE("An answer that is dropped unfinished closes the connection") {
  Fixture f;
  f.on_line([](std::string_view, const std::shared_ptr<Answer>&) {});
  RawClient client = f.connect();
  client.send("x\n");
  CHECK(f.until_ended(client));
  CHECK(client.received().empty());
  CHECK(f.server().connection_count() == 0);
}

TEST_CASE("An answer may come after the connection or the server has gone") {
  Fixture f;
  std::vector<std::shared_ptr<Answer>> waiting;
  f.on_line([&](std::string_view, std::shared_ptr<Answer> answer) {
    waiting.push_back(std::move(answer));
  });
  RawClient staying = f.connect();
  staying.send("x\n");
  auto leaving = std::make_unique<RawClient>(f.connect());
  leaving->send("x\n");
  REQUIRE(f.until([&] { return waiting.size() == 2; }));
  leaving.reset();
  waiting[1]->finish("too late\n");
  f.settle();
  CHECK(f.server().connection_count() == 1);
  f.destroy_server();
  waiting[0]->finish("much too late\n");
  f.settle();
  staying.receive();
  CHECK(staying.ended());
  CHECK(staying.received().empty());
}

TEST_CASE("A server can go while connections wait to be accepted or to be read") {
  Fixture f;
  RawClient accepted = f.connect();
  REQUIRE(f.until([&] { return f.server().connection_count() == 1; }));
  accepted.send("x\n");
  RawClient waiting = f.connect();
  f.destroy_server();
  f.settle();
  CHECK(f.lines().empty());
  accepted.receive();
  waiting.receive();
  CHECK(accepted.ended());
  CHECK(waiting.ended());
}

TEST_CASE("A server that stops accepting still answers those it has") {
  Fixture f;
  RawClient client = f.connect();
  REQUIRE(f.until([&] { return f.server().connection_count() == 1; }));
  f.server().stop_accepting();
  client.send("x\n");
  CHECK(f.until_received(client, "<x>\n"));
  CHECK_THROWS(f.connect());
}

}  // namespace jetstream::ipc
