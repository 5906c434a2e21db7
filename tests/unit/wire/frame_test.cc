// SPDX-License-Identifier: MIT
#include "wire/frame.h"

#include <random>
#include <set>

#include "samples.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;

TEST_CASE("every frame is read and written again byte for byte") {
  std::set<std::size_t> seen;
  for (const std::string_view hex : kFrameSamples) {
    INFO(hex);
    const Buffer bytes = from_hex(hex);
    const Frame frame = parse_one(bytes);
    seen.insert(frame.index());
    CHECK(encode(frame) == bytes);
  }
  CHECK(seen.size() == std::variant_size_v<Frame>);
}

TEST_CASE("fields stand where they belong") {
  const auto reset = parse_as<ResetStreamFrame>(from_hex("04 05 07 4064"));
  CHECK((reset.stream == StreamId(5) && reset.code == 7 && reset.final_size == 100));
  const auto stop = parse_as<StopSendingFrame>(from_hex("05 06 08"));
  CHECK((stop.stream == StreamId(6) && stop.code == 8));
  const auto credit = parse_as<MaxStreamDataFrame>(from_hex("11 03 80040000"));
  CHECK((credit.stream == StreamId(3) && credit.maximum == 262144));
  CHECK(parse_as<MaxDataFrame>(from_hex("10 80100000")).maximum == 1048576);
  CHECK(parse_as<MaxStreamsFrame>(from_hex("12 4064")).maximum == 100);

  const Buffer open_bytes = from_hex("18 01 02 10 00 01 04 6563686f");
  const auto open = parse_as<OpenFrame>(open_bytes);
  CHECK((open.stream == StreamId(1) && open.urgency == 2 && open.weight == 16));
  CHECK((open.framing == Framing::kMessages && open.service == "echo"));

  const Buffer close_bytes =
      from_hex("1c 04 13 18 43e8 12 00000000000000000000ffffc0000207 9c40 03 627965");
  const auto close = parse_as<CloseFrame>(close_bytes);
  CHECK((close.reason == CloseReason::kRateLimitExceeded && close.error_code == 0x13));
  CHECK((close.frame_type == 0x18 && close.retry_after_ms == 1000 && close.message == "bye"));
  REQUIRE(close.alternate);
  CHECK(*close.alternate == PeerAddress::v4({192, 0, 2, 7}, 40000));

  const auto goaway =
      parse_as<GoAwayFrame>(from_hex("1d 8000 7530 43e8 12 00000000000000000000ffffc0000207 9c40"));
  CHECK((goaway.deadline_ms == 30000 && goaway.retry_after_ms == 1000));
  CHECK(goaway.alternate == PeerAddress::v4({192, 0, 2, 7}, 40000));
  const Buffer msg_bytes = from_hex("19 05 4040 02 05 03 636465");
  const auto message = parse_as<MsgFrame>(msg_bytes);
  CHECK((message.stream == StreamId(5) && message.seq == 64 && message.frag_offset == 2));
  CHECK((message.total == 5 && as_text(message.data) == "cde"));
  const auto skip = parse_as<MsgSkipFrame>(from_hex("1f 05 07 4064"));
  CHECK((skip.stream == StreamId(5) && skip.seq_below == 7 && skip.credit_total_below == 100));

  const auto ping = parse_as<HeartbeatFrame>(from_hex("20 4100"));
  CHECK((ping.sequence == 256 && !ping.is_response));
  CHECK(parse_as<HeartbeatFrame>(from_hex("21 00")).is_response);
  CHECK(parse_as<PaddingFrame>(Buffer(7)).count == 7);
}

TEST_CASE("STREAM has the eight forms of its three bits") {
  for (unsigned bits = 0; bits < 8; ++bits) {
    Buffer bytes{static_cast<std::uint8_t>(0x08 | bits), 0x09};
    if ((bits & 4) != 0) bytes.push_back(0x21);
    if ((bits & 2) != 0) bytes.push_back(0x02);
    bytes = bytes + from_hex("6869 01");
    FrameReader reader(bytes);
    const Result<Frame, Violation> frame = reader.next();
    REQUIRE(frame);
    const auto& stream = std::get<StreamFrame>(*frame);
    CHECK(stream.stream == StreamId(9));
    CHECK(stream.offset == ((bits & 4) != 0 ? 0x21u : 0u));
    CHECK(stream.fin == ((bits & 1) != 0));
    // Without a length it takes the PING behind it for data.
    CHECK(as_text(stream.data) == ((bits & 2) != 0 ? "hi" : "hi\x01"));
    CHECK(reader.done() == ((bits & 2) == 0));
    CHECK(reader.position() + (reader.done() ? 0 : 1) == bytes.size());
  }
}

TEST_CASE("stream_frame_overhead is what stands in front of the data") {
  for (const std::uint64_t offset : kBoundaries) {
    for (const std::size_t size : {0u, 1u, 63u, 64u, 1400u, 16384u}) {
      if (offset > kVarintMax - size) continue;
      const Buffer data(size, 0x55);
      const StreamFrame frame{StreamId(64), offset, data, false};
      CHECK(encode(frame).size() == stream_frame_overhead(frame.stream, offset, size) + size);
      const auto back = parse_as<StreamFrame>(encode(frame));
      CHECK((back.offset == offset && back.data.size() == size && back.stream == frame.stream));
    }
  }
}

TEST_CASE("a stream's data may end at the last offset and not beyond [ENC-11]") {
  CHECK(parse_as<StreamFrame>(from_hex("0e 01 fffffffffffffffe 01 61")).data.size() == 1);
  CHECK(is_refused(from_hex("0e 01 fffffffffffffffe 02 6161")));
  CHECK(parse_as<StreamFrame>(from_hex("0f 01 ffffffffffffffff 00")).fin);
  CHECK(is_refused(from_hex("0e 01 ffffffffffffffff 01 61")));
  CHECK(is_refused(from_hex("0c 01 ffffffffffffffff 61")));
}

TEST_CASE("frames follow one another, and a run of padding is one frame") {
  const Buffer bytes = from_hex("01 0000 0a 01 01 61 00 1e");
  FrameReader reader(bytes);
  std::vector<std::string_view> names;
  while (!reader.done()) {
    const Result<Frame, Violation> frame = reader.next();
    REQUIRE(frame);
    names.push_back(rules_of(*frame).name);
  }
  CHECK(names ==
        std::vector<std::string_view>{"PING", "PADDING", "STREAM", "PADDING", "HANDSHAKE_DONE"});
}

TEST_CASE("views point into the payload") {
  const Buffer bytes = from_hex("0a 01 03 616263");
  FrameReader reader(bytes);
  const Frame frame = *reader.next();
  CHECK(std::get<StreamFrame>(frame).data.data() == bytes.data() + 3);
}

TEST_CASE("random walks over frames come back the same") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    Buffer packet;
    std::vector<Buffer> parts;
    for (int i = 0; i < 12; ++i) {
      const Buffer part = from_hex(kFrameSamples[random() % kFrameSamples.size()]);
      // Two runs of padding side by side would be read as one.
      if (part[0] == 0 && !parts.empty() && parts.back()[0] == 0) continue;
      parts.push_back(part);
      packet = packet + part;
    }
    FrameReader reader(packet);
    for (const Buffer& part : parts) {
      const Result<Frame, Violation> frame = reader.next();
      REQUIRE(frame);
      REQUIRE(encode(*frame) == part);
    }
    REQUIRE(reader.done());
  }
}

TEST_CASE("the table of rules") {
  const std::span<const FrameRules> all = all_frame_rules();
  REQUIRE(all.size() == std::variant_size_v<Frame>);
  for (const std::string_view hex : kFrameSamples) {
    const Buffer bytes = from_hex(hex);
    const FrameRules& rules = rules_of(parse_one(bytes));
    INFO(rules.name);
    CHECK((bytes[0] >= rules.type_first && bytes[0] <= rules.type_last));
    const bool silent = rules.name == "ACK" || rules.name == "PADDING" || rules.name == "CLOSE" ||
                        rules.name == "HEARTBEAT";
    CHECK(rules.ack_eliciting == !silent);
    CHECK(rules.retransmitted ==
          (!silent && rules.name != "PING" && !rules.name.starts_with("PATH_")));
    CHECK(rules.while_closing == (rules.name == "CLOSE"));
    const bool after = rules.name == "HANDSHAKE_DONE" || rules.name == "PATH_CHALLENGE" ||
                       rules.name.ends_with("CONNECTION_ID") || rules.name == "ADDRESS_TOKEN";
    CHECK(rules.before_done == !after);
    const bool early = rules.name == "PADDING" || rules.name == "PING" || rules.name == "OPEN" ||
                       rules.name == "STREAM" || rules.name == "MSG" ||
                       rules.name == "RESET_STREAM";
    CHECK(rules.in_early_data == early);
  }
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].type_last < all[i].type_first);
}

TEST_CASE("the table of rules says which types are known") {
  for (unsigned type = 0; type <= 0xff; ++type) {
    bool known = false;
    for (const FrameRules& rules : all_frame_rules()) {
      known = known || (type >= rules.type_first && type <= rules.type_last);
    }
    const Buffer bytes{static_cast<std::uint8_t>(type)};
    FrameReader reader(bytes);
    const Result<Frame, Violation> frame = reader.next();
    const bool unknown = !frame && frame.error().reason == "unknown frame type";
    CHECK(unknown == !known);
  }
}
