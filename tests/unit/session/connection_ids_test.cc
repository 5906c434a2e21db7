// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <vector>

#include "session/connection_ids.h"

using namespace jetstream;
using namespace jetstream::session;

namespace {

ConnectionId id_of(std::uint8_t n) { return {{n, 1, 2, 3, 4, 5, 6, 7}}; }
ResetToken token_of(std::uint8_t n) { return {n, 9}; }

wire::NewConnectionIdFrame new_id(std::uint8_t n, std::uint64_t retire_prior_to = 0) {
  return {n, retire_prior_to, id_of(n), token_of(n)};
}

ConnectionIds fresh() { return {id_of(200), id_of(0), token_of(0)}; }

TransportCode code(const Result<void, Violation>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

/// What would be sent now.
std::vector<wire::SentFrame> drain(ConnectionIds& ids) {
  std::vector<std::uint8_t> room(1200);
  base::ByteWriter writer(room);
  std::vector<wire::SentFrame> sent;
  wire::SentFrame frame;
  while (ids.write_frame(writer, frame)) sent.push_back(frame);
  return sent;
}

}  // namespace

TEST_CASE("one id in use and one spare, and a new one for each retired [CID-1]") {
  ConnectionIds ids = fresh();
  REQUIRE(ids.wants_local());
  ids.add_local(id_of(201), token_of(201));
  CHECK_FALSE(ids.wants_local());
  auto sent = drain(ids);
  REQUIRE(sent.size() == 1);
  CHECK((sent[0].kind == wire::SentKind::kNewConnectionId && sent[0].offset == 1));
  CHECK_FALSE(ids.has_frames());
  ids.on_lost(sent[0]);
  CHECK(drain(ids).size() == 1);
  REQUIRE(ids.on_frame(wire::RetireConnectionIdFrame{0}));
  CHECK(ids.take_retired() == id_of(200));
  CHECK_FALSE(ids.take_retired());
  CHECK(ids.wants_local());
  REQUIRE(ids.on_frame(wire::RetireConnectionIdFrame{0}));  // a copy of the frame
  CHECK_FALSE(ids.take_retired());
  REQUIRE(ids.on_frame(wire::RetireConnectionIdFrame{1}));
  ids.on_lost(sent[0]);  // nobody needs that one any more
  CHECK(drain(ids).empty());
}

TEST_CASE("an id that was never given can't be retired [CID-6]") {
  ConnectionIds ids = fresh();
  CHECK(code(ids.on_frame(wire::RetireConnectionIdFrame{1})) == TransportCode::kProtocolViolation);
  ids.add_local(id_of(201), token_of(201));
  CHECK(ids.on_frame(wire::RetireConnectionIdFrame{1}));
  CHECK(code(ids.on_frame(wire::RetireConnectionIdFrame{2})) == TransportCode::kProtocolViolation);
}

TEST_CASE(
    "a spare is used once, and retired with a frame that is repeated until it arrives [CID-2]") {
  ConnectionIds ids = fresh();
  CHECK_FALSE(ids.take_spare());
  REQUIRE(ids.on_frame(new_id(1)));
  const auto spare = ids.take_spare();
  REQUIRE(spare);
  CHECK((spare->id == id_of(1) && spare->reset_token == token_of(1)));
  CHECK_FALSE(ids.take_spare());
  ids.retire(0);
  ids.retire(0);
  auto sent = drain(ids);
  REQUIRE(sent.size() == 1);
  CHECK((sent[0].kind == wire::SentKind::kRetireConnectionId && sent[0].offset == 0));
  ids.on_lost(sent[0]);
  sent = drain(ids);
  REQUIRE(sent.size() == 1);
  ids.on_acked(sent[0]);
  ids.on_lost(sent[0]);
  CHECK(drain(ids).empty());
}

TEST_CASE("a late copy does not bring back an id that was retired [CID-3]") {
  ConnectionIds ids = fresh();
  REQUIRE(ids.on_frame(new_id(1)));
  REQUIRE(ids.on_frame(new_id(1)));
  CHECK(ids.peer_ids().size() == 2);
  ids.take_spare();
  ids.retire(1);
  REQUIRE(ids.on_frame(new_id(1)));
  CHECK(ids.peer_ids().size() == 1);
  REQUIRE(ids.on_frame(new_id(100)));
  REQUIRE(ids.on_frame(new_id(2)));  // out of memory, so it counts as known
  CHECK(ids.peer_ids().size() == 2);
  REQUIRE(ids.on_frame(new_id(60)));
  CHECK(ids.peer_ids().size() == 3);
}

TEST_CASE("an id means one thing [CID-3]") {
  ConnectionIds ids = fresh();
  REQUIRE(ids.on_frame(new_id(1)));
  CHECK(code(ids.on_frame({1, 0, id_of(2), token_of(1)})) == TransportCode::kProtocolViolation);
  CHECK(code(ids.on_frame({1, 0, id_of(1), token_of(2)})) == TransportCode::kProtocolViolation);
  CHECK(code(ids.on_frame({2, 0, id_of(1), token_of(1)})) == TransportCode::kProtocolViolation);
}

TEST_CASE("four ids are kept, and the fifth is too many [CID-4]") {
  ConnectionIds ids = fresh();
  ConnectionIds more = fresh();
  for (ConnectionIds* each : {&ids, &more}) {
    for (std::uint8_t n = 1; n < 4; ++n) REQUIRE(each->on_frame(new_id(n)));
  }
  CHECK(code(ids.on_frame(new_id(4))) == TransportCode::kConnectionIdLimitError);
  CHECK(more.on_frame(new_id(4, 2)));  // 1 makes room
  CHECK(more.peer_ids().size() == 4);
  CHECK(more.outdated(0));
  CHECK_FALSE(more.outdated(2));
}

TEST_CASE("eight retirements may be under way, and the ninth is too many [CID-5]") {
  ConnectionIds ids = fresh();
  ConnectionIds patient = fresh();
  for (ConnectionIds* each : {&ids, &patient}) {
    for (std::uint8_t n = 1; n <= 9; ++n) REQUIRE(each->on_frame(new_id(n, n)));
    CHECK(drain(*each).size() == 8);  // all but the first, which is in use, and the newest
  }
  CHECK(code(ids.on_frame(new_id(10, 10))) == TransportCode::kConnectionIdLimitError);
  patient.on_acked({.offset = 1, .kind = wire::SentKind::kRetireConnectionId});
  CHECK(patient.on_frame(new_id(10, 10)));
}

TEST_CASE("a frame that does not fit waits [CID-2]") {
  ConnectionIds ids = fresh();
  ids.add_local(id_of(201), token_of(201));
  std::vector<std::uint8_t> room(26);
  base::ByteWriter writer(room);
  wire::SentFrame sent;
  CHECK_FALSE(ids.write_frame(writer, sent));
  CHECK(ids.has_frames());
  CHECK(drain(ids).size() == 1);
}
