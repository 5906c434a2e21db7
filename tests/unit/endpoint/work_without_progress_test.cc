// SPDX-License-Identifier: MIT
//
// A client with real keys that makes a server work for nothing.
#include <catch2/catch.hpp>

#include "session/progress_budget.h"
#include "support/world.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;
using session::ProgressBudget;

namespace {

const Instant kBegin{std::chrono::hours(1)};

/// Frames without effect that one packet may have, and the budget takes, before it is too much.
constexpr std::uint32_t kInOne = ProgressBudget::kUselessFrames + ProgressBudget::kUselessPerPacket;

Buffer repeated(const Buffer& frame, std::size_t times) {
  Buffer all;
  for (; times > 0; --times) all.insert(all.end(), frame.begin(), frame.end());
  return all;
}

/// Whether the server, with small budgets for nothing else, lives on after that many frames.
bool survives(const Buffer& frame, std::size_t times) {
  ServedClient served;
  REQUIRE(served.server->session_count() == 1);
  constexpr std::size_t kInPacket = 1000;
  std::optional<TransportCode> code;
  while (times > 0) {
    const std::size_t some = std::min(times, kInPacket);
    const auto answer = served.say(repeated(frame, some));
    if (const auto closed = ServedClient::close_code(answer)) code = closed;
    times -= some;
  }
  if (code) CHECK(*code == TransportCode::kExcessiveLoad);
  return !code;
}

/// So many in packets of 1 000 are at the limit.
constexpr std::size_t kAtLimit = ProgressBudget::kUselessFrames + 11 * 4;

}  // namespace

TEST_CASE("frames of no use are counted, but for four in a packet [LIM-10]") {
  ProgressBudget budget;
  CHECK(budget.take(kBegin, kInOne, 0));
  CHECK(budget.take(kBegin + 1s, ProgressBudget::kUselessPerPacket, 0));
  CHECK_FALSE(budget.take(kBegin + 10s - 1ns, ProgressBudget::kUselessPerPacket + 1, 0));

  SECTION("anew after ten seconds") {
    CHECK(budget.take(kBegin + 10s, kInOne, 0));
    CHECK_FALSE(budget.take(kBegin + 10s, kInOne, 0));
  }
}

TEST_CASE("streams given up are counted [LIM-9]") {
  ProgressBudget budget;
  CHECK(budget.take(kBegin, 0, ProgressBudget::kStreamsGivenUp));
  CHECK_FALSE(budget.take(kBegin + 10s - 1ns, 0, 1));
  CHECK(budget.take(kBegin + 10s, 0, ProgressBudget::kStreamsGivenUp));
}

TEST_CASE("who sends nothing but frames of no use is closed [LIM-10]") {
  const Buffer useless[] = {
      frames(wire::PingFrame{}),
      frames(wire::MaxDataFrame{5}),
      frames(wire::MaxStreamsFrame{1}),
      frames(wire::DataBlockedFrame{7}),
      frames(wire::StreamFrame{StreamId(1), 0, {}, false}),
  };
  for (const Buffer& frame : useless) {
    INFO("frame type " << int(frame[0]));
    CHECK(survives(frame, kAtLimit - 1));
    CHECK_FALSE(survives(frame, kAtLimit + 10));
  }
}

TEST_CASE("credit in tiny steps is of no use [LIM-10]") {
  ServedClient served;
  std::uint64_t limit = SessionConfig().max_data;
  std::size_t sent = 0;
  std::optional<TransportCode> code;
  while (!code && sent < 2 * kAtLimit) {
    Buffer packet;
    for (int n = 0; n < 100; ++n, ++sent)
      packet = joined(packet, frames(wire::MaxDataFrame{++limit}));
    code = ServedClient::close_code(served.say(packet));
  }
  CHECK(code == TransportCode::kExcessiveLoad);
  CHECK(sent > ProgressBudget::kUselessFrames);
}

TEST_CASE("small pieces of data are no work without progress [LIM-10]") {
  ServedClient served;
  Buffer byte(1, 0x55);
  const auto opened = served.say(frames(wire::OpenFrame{.stream = StreamId(1),
                                                        .service = "x",
                                                        .urgency = 3,
                                                        .weight = 1,
                                                        .framing = Framing::kBytes}));
  CHECK_FALSE(ServedClient::close_code(opened));
  std::uint64_t offset = 0;
  while (offset < 2 * kAtLimit) {
    Buffer packet;
    for (int n = 0; n < 100; ++n) {
      packet = joined(packet, frames(wire::StreamFrame{StreamId(1), offset++, byte, false}));
    }
    CHECK_FALSE(ServedClient::close_code(served.say(packet)));
  }
}

TEST_CASE("best-effort messages that nobody reads in time are no work without progress [LIM-10]") {
  ServedClient served;
  const Buffer data(50, 0x55);
  wire::MsgFrame message{.stream = StreamId(1), .total = data.size(), .data = data};
  const auto opened = served.say(frames(wire::OpenFrame{.stream = StreamId(1),
                                                        .service = "x",
                                                        .urgency = 3,
                                                        .weight = 1,
                                                        .framing = Framing::kMessages,
                                                        .delivery = Delivery::kBestEffort}));
  CHECK_FALSE(ServedClient::close_code(opened));
  // Far more than the server keeps for an application that does not come to read.
  while (message.seq < 4 * kAtLimit) {
    Buffer packet;
    for (int n = 0; n < 20; ++n, ++message.seq) packet = joined(packet, frames(message));
    CHECK_FALSE(ServedClient::close_code(served.say(packet)));
  }
}

TEST_CASE("who opens streams only to give them up is closed at the 201st [LIM-9]") {
  World world(3);
  Node& server = world.add_server();
  Node& client = world.add_client();
  const SessionHandle session = world.connect(client, server);
  REQUIRE(world.run_until([&] { return client.saw(EventKind::kConnected); }));
  std::uint32_t given_up = 0;
  while (given_up < 300 && !client.saw(EventKind::kClosed)) {
    const auto stream = client.endpoint->open_stream(session, {.service = "x"});
    REQUIRE(stream);
    REQUIRE(client.endpoint->reset(session, *stream, 0));
    REQUIRE(client.endpoint->stop_sending(session, *stream, 0));
    ++given_up;
    world.run_for(20ms);
  }
  CHECK(given_up == ProgressBudget::kStreamsGivenUp + 1);
  CHECK(client.endpoint->close_info(session)->code == TransportCode::kExcessiveLoad);
}
