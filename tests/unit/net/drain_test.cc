// SPDX-License-Identifier: MIT
//
// Leaving in order, as programs see it.
#include "unit/net/faces.h"

using namespace jetstream;
using namespace jetstream::test;
using namespace std::chrono_literals;

namespace {

/// Everything that comes on a stream, and how it ended.
struct Collected {
  std::size_t bytes = 0;
  bool fin = false;
};
Collected collect(Session& session, Connection& at, StreamId stream) {
  Collected all;
  while (!all.fin) {
    const auto received = session.recv(at, stream);
    if (!received) break;
    all.bytes += received->data.size();
    all.fin = received->fin;
  }
  return all;
}

std::chrono::steady_clock::duration measure(const std::function<void()>& what) {
  const auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::steady_clock::now() - begin;
}

const std::vector<std::uint8_t> kMuch(3'000'000, 0x5a);

}  // namespace

TEST_CASE("A client that drains delivers what it has handed over, and then closes") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  std::optional<Result<>> sent;
  session.near.send_on_stream(stream, kMuch, [&](Result<> result) { sent = std::move(result); });
  REQUIRE(session.near.close_stream(stream));
  REQUIRE(session.near.drain(10s));
  CHECK(session.near.info()->going_away);
  CHECK(session.near.open_stream().error().code == LocalCode::kGoingAway);
  const Collected all = collect(session, session.far, stream);
  CHECK(all.bytes == kMuch.size());
  CHECK(all.fin);
  CHECK(session.far.info());  // the far end's half of the stream is open still
  REQUIRE(session.far.close_stream(stream));
  const CloseInfo end = session.closed(session.far);
  CHECK(end.reason == CloseReason::kNormal);
  CHECK(end.by_peer);
  CHECK(sent->has_value());
  CHECK_FALSE(session.closed(session.near).by_peer);
  CHECK(session.near.drain(1s).error().code == LocalCode::kClosing);
}

TEST_CASE("A drain ends at its deadline whatever the peer leaves open") {
  Session session;
  session.stream(Framing::kBytes);
  CHECK(session.near.drain(-1ms).error().code == LocalCode::kInvalidArgument);
  CHECK(session.near.drain(std::chrono::hours(24) + 1ms).error().code ==
        LocalCode::kInvalidArgument);
  CHECK_FALSE(session.near.info()->going_away);
  const auto taken = measure([&] {
    REQUIRE(session.near.drain({.deadline = 200ms,
                                .reason = CloseReason::kInternalError,
                                .message = "enough",
                                .alternate = {}}));
    const CloseInfo end = session.closed(session.far);
    CHECK(end.reason == CloseReason::kInternalError);
    CHECK(end.message == "enough");
  });
  CHECK(taken >= 200ms);
  CHECK(taken < 5s);
}

TEST_CASE("A server that shuts down delivers what it has handed over") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  std::optional<Result<>> sent, done;
  session.far.send_on_stream(stream, kMuch, [&](Result<> result) { sent = std::move(result); });
  REQUIRE(session.far.close_stream(stream));
  REQUIRE(session.near.close_stream(stream));
  session.server->shutdown([&](Result<> result) { done = std::move(result); });
  const Collected all = collect(session, session.near, stream);
  CHECK(all.bytes == kMuch.size());
  CHECK(all.fin);
  CHECK(session.closed(session.near).reason == CloseReason::kGoingAway);
  REQUIRE(run_until(session.io, [&] { return done.has_value(); }));
  CHECK(*done);
}

TEST_CASE("A server that drains refuses newcomers and says when and where to try") {
  Session session;
  session.stream(Framing::kBytes);
  std::optional<Result<>> done;
  const PeerAddress elsewhere = parse_endpoint("192.0.2.9:8080").value();
  session.server->drain(
      {.deadline = 60s, .message = "moving house", .retry_after = 90s, .alternate = elsewhere},
      [&](Result<> result) { done = std::move(result); });
  const auto refused = session.connect();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("moving house") != std::string::npos);
  REQUIRE(run_until(session.io, [&] { return session.near.info()->going_away; }));
  CHECK_FALSE(done);
  // Who is tired of waiting hastens it.
  session.server->drain(Duration::zero(), [](Result<>) {});
  const CloseInfo end = session.closed(session.near);
  CHECK(end.retry_after == 90s);
  CHECK(end.alternate == elsewhere);
  REQUIRE(run_until(session.io, [&] { return done.has_value(); }));
  CHECK(*done);
}

TEST_CASE("A server's drain is bounded even if a client never answers") {
  Session session;
  session.stream(Framing::kBytes);
  const auto invalid = wait_for<void>(
      session.io, [&](auto token) { session.server->drain(std::chrono::hours(25), token); });
  CHECK(invalid.error().code == LocalCode::kInvalidArgument);
  CHECK(session.connect());  // nothing has changed
  const auto taken = measure([&] {
    const auto done =
        wait_for<void>(session.io, [&](auto token) { session.server->drain(100ms, token); });
    CHECK(done);
  });
  CHECK(taken >= 100ms);
  CHECK(taken < 5s);
  CHECK(session.server->session_count() == 0);
}

TEST_CASE("What nobody has accepted is closed at once when a server drains") {
  Faces faces;
  auto unclaimed = faces.connect();
  REQUIRE(unclaimed);
  REQUIRE(unclaimed->open_stream({.service = "test"}));
  REQUIRE(run_until(faces.io, [&] { return faces.server->session_count() == 1; }));
  const auto taken = measure([&] {
    const auto done =
        wait_for<void>(faces.io, [&](auto token) { faces.server->drain(60s, token); });
    CHECK(done);
  });
  CHECK(taken < 5s);
  CHECK(faces.closed(*unclaimed).reason == CloseReason::kGoingAway);
}

TEST_CASE("What was delivered before the peer closed is there to be read after it") {
  Session session;
  const StreamId bytes = session.stream(Framing::kBytes);
  const StreamId messages = session.stream(Framing::kMessages);
  const StreamId untouched = session.stream(Framing::kBytes);
  const std::vector<std::uint8_t> data(200'000, 0x5a);
  REQUIRE(session.send(session.far, bytes, data));
  REQUIRE(session.far.close_stream(bytes));
  for (const char* text : {"one", "", "three"}) {
    REQUIRE(session.send(session.far, messages, as_bytes(text)));
  }
  // A stream of the far end's own that nobody has accepted.
  const StreamId own = session.far.open_stream({.service = "news"}).value();
  REQUIRE(session.send(session.far, own, as_bytes("news")));
  const auto delivered = [&] {
    return session.far.stream_info(bytes)->bytes_acked == data.size() &&
           session.far.stream_info(messages)->bytes_acked == 3 + 5 + 3 &&
           session.far.stream_info(own)->bytes_acked == 4;
  };
  REQUIRE(run_until(session.io, delivered));
  session.far.close(CloseReason::kInternalError, "out of order");
  CHECK(session.closed(session.near).reason == CloseReason::kInternalError);

  const Collected all = collect(session, session.near, bytes);
  CHECK(all.bytes == data.size());
  CHECK(all.fin);
  for (const char* text : {"one", "", "three"}) {
    const auto message = session.recv(session.near, messages);
    REQUIRE(message);
    CHECK(message->message_end);
    CHECK(std::string(message->data.begin(), message->data.end()) == text);
  }
  REQUIRE(session.accept_stream(session.near).value() == own);
  CHECK(session.near.stream_info(own)->options.service == "news");
  CHECK(session.recv(session.near, own)->data.size() == 4);
  // And that was all.
  for (const StreamId stream : {bytes, messages, untouched, own}) {
    CHECK(session.recv(session.near, stream).error().code == LocalCode::kClosing);
  }
  CHECK(session.accept_stream(session.near).error().code == LocalCode::kClosing);
}

TEST_CASE("Who closes a session itself gets nothing more out of it") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  REQUIRE(session.send(session.far, stream, as_bytes("too late")));
  REQUIRE(run_until(session.io, [&] { return session.far.stream_info(stream)->bytes_acked == 8; }));
  session.near.close();
  CHECK_FALSE(session.closed(session.near).by_peer);
  CHECK(session.recv(session.near, stream).error().code == LocalCode::kClosing);
}
