// SPDX-License-Identifier: MIT
//
// What FrameReader refuses, and the limits up to which it does not.
#include <functional>

#include "samples.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;

TEST_CASE("a frame that is cut off anywhere is refused [ENC-9]") {
  for (const std::string_view hex : kFrameSamples) {
    const Buffer bytes = from_hex(hex);
    if (bytes[0] == 0) continue;  // Less padding is padding too.
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      INFO(hex << " cut to " << size);
      CHECK(is_refused(Buffer(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))));
    }
  }
}

TEST_CASE("a STREAM without length is refused only if its head is cut off") {
  CHECK(is_refused(from_hex("0c")));
  CHECK(is_refused(from_hex("0c 01")));
  CHECK(is_refused(from_hex("0c 01 40")));
  CHECK(parse_as<StreamFrame>(from_hex("0c 01 05")).data.empty());
}

TEST_CASE("NEW_TICKET is refused beyond its bounds [RES-3]") {
  CHECK_FALSE(is_refused(from_hex("22 80015180 00000000 0000 00 01 54")));
  CHECK(is_refused(from_hex("22 80015181 00000000 0000 00 01 54")));
  CHECK(is_refused(from_hex("22 80015180 00000000 0000 00 00")));
  const Buffer head = from_hex("22 00 00000000 0000 00");
  CHECK_FALSE(is_refused(head + varint(512) + Buffer(512, 0x54)));
  CHECK(is_refused(head + varint(513) + Buffer(513, 0x54)));
}

TEST_CASE("reserved and unknown types are refused [ENC-8]") {
  for (const std::string_view hex : {"03 00 00 00 00 00 00 00", "06", "07", "13 00", "16 00", "17",
                                     "24 00", "27", "40", "7f", "80", "ff", "4001"}) {
    INFO(hex);
    CHECK(is_refused(from_hex(hex)));
  }
}

namespace {

/// A frame with one number left open.
struct Shape {
  std::string_view name;
  Buffer before;
  Buffer after;
  std::function<bool(std::uint64_t)> valid;
};

bool any_number(std::uint64_t) { return true; }
bool stream_number(std::uint64_t v) { return v >= 1 && v <= 0xffffffff; }
bool stream_count(std::uint64_t v) { return v <= 0x7fffffff; }
bool only_zero(std::uint64_t v) { return v == 0; }

const std::vector<Shape> kShapes = {
    {"ACK largest", {0x02}, {0, 0, 0}, any_number},
    {"ACK delay", {0x02, 0x05}, {0, 0}, any_number},
    {"ACK count", {0x02, 0x05, 0x00}, {0}, only_zero},
    {"ACK first range", {0x02, 0x3f, 0x00, 0x00}, {}, [](auto v) { return v <= 63; }},
    {"ACK gap", {0x02, 0x3f, 0x00, 0x01, 0x00}, {0}, [](auto v) { return v <= 61; }},
    {"ACK range", {0x02, 0x3f, 0x00, 0x01, 0x00, 0x00}, {}, [](auto v) { return v <= 61; }},
    {"RESET_STREAM stream", {0x04}, {1, 1}, stream_number},
    {"RESET_STREAM code", {0x04, 1}, {1}, any_number},
    {"RESET_STREAM final size", {0x04, 1, 1}, {}, any_number},
    {"STOP_SENDING stream", {0x05}, {1}, stream_number},
    {"STOP_SENDING code", {0x05, 1}, {}, any_number},
    {"STREAM stream", {0x08}, {}, stream_number},
    {"STREAM offset, empty", {0x0c, 1}, {}, any_number},
    {"STREAM offset, 1 byte", {0x0c, 1}, {0x61}, [](auto v) { return v < kVarintMax; }},
    {"STREAM length", {0x0a, 1}, {}, only_zero},
    {"MAX_DATA", {0x10}, {}, any_number},
    {"MAX_STREAM_DATA stream", {0x11}, {1}, stream_number},
    {"MAX_STREAM_DATA maximum", {0x11, 1}, {}, any_number},
    {"MAX_STREAMS", {0x12}, {}, stream_count},
    {"DATA_BLOCKED", {0x14}, {}, any_number},
    {"STREAM_DATA_BLOCKED stream", {0x15}, {1}, stream_number},
    {"STREAM_DATA_BLOCKED maximum", {0x15, 1}, {}, any_number},
    {"MSG stream", {0x19}, {0, 0, 1, 1, 0x61}, stream_number},
    {"MSG seq", {0x19, 1}, {0, 1, 1, 0x61}, any_number},
    {"MSG frag_offset", {0x19, 1, 0}, {0x3f, 1, 0x61}, [](auto v) { return v <= 62; }},
    {"MSG total", {0x19, 1, 0, 1}, {1, 0x61}, [](auto v) { return v >= 2; }},
    {"MSG length, empty message", {0x19, 1, 0, 0, 0}, {}, only_zero},
    {"MSG_SKIP stream", {0x1f}, {1, 1}, stream_number},
    {"MSG_SKIP seq_below", {0x1f, 1}, {1}, any_number},
    {"MSG_SKIP credit_total_below", {0x1f, 1, 1}, {}, any_number},
    {"OPEN stream", {0x18}, {3, 16, 0, 0, 0}, stream_number},
    {"CLOSE error code", {0x1c, 0}, {0, 0, 0, 0}, any_number},
    {"CLOSE frame type", {0x1c, 0, 0}, {0, 0, 0}, any_number},
    {"CLOSE retry after", {0x1c, 0, 0, 0}, {0, 0}, any_number},
    {"CLOSE message length", {0x1c, 0, 0, 0, 0, 0}, {}, only_zero},
    {"GOAWAY deadline", {0x1d}, {0, 0}, any_number},
    {"GOAWAY retry after", {0x1d, 0}, {0}, any_number},
    {"HEARTBEAT ping", {0x20}, {}, any_number},
    {"HEARTBEAT pong", {0x21}, {}, any_number},
};

}  // namespace

TEST_CASE("every number of every frame, at the edges [ENC-10, ENC-11, ENC-12]") {
  std::vector<std::uint64_t> values = kBoundaries;
  for (const std::uint64_t edge :
       {std::uint64_t{61}, std::uint64_t{62}, std::uint64_t{0x7fffffff}, std::uint64_t{0x80000000},
        std::uint64_t{0xffffffff}, std::uint64_t{0x100000000}, kVarintMax - 1}) {
    values.push_back(edge);
  }
  for (const Shape& shape : kShapes) {
    for (const std::uint64_t value : values) {
      INFO(shape.name << " = " << value);
      const Buffer bytes = shape.before + varint(value) + shape.after;
      if (!shape.valid(value)) {
        CHECK(is_refused(bytes));
        continue;
      }
      const Buffer written = encode(parse_one(bytes));
      const Buffer again = encode(parse_one(written));
      CHECK(written == again);
      // STREAM is always written with its length, and without an offset of 0.
      if (bytes[0] < 0x08 || bytes[0] > 0x0f) CHECK(written == bytes);
    }
  }
}

TEST_CASE("OPEN, each field at its limits [ENC-13]") {
  const auto open = [](unsigned urgency, unsigned weight, unsigned delivery, unsigned framing,
                       std::string_view service) {
    Buffer bytes{0x18, 0x01};
    for (const unsigned field :
         {urgency, weight, delivery, framing, static_cast<unsigned>(service.size())}) {
      bytes.push_back(static_cast<std::uint8_t>(field));
    }
    return bytes + Buffer(service.begin(), service.end());
  };
  CHECK(parse_as<OpenFrame>(open(7, 255, 0, 1, "x")).urgency == 7);
  CHECK(is_refused(open(8, 16, 0, 0, "")));
  CHECK(is_refused(open(255, 16, 0, 0, "")));
  CHECK(parse_as<OpenFrame>(open(0, 1, 0, 0, "")).weight == 1);
  CHECK(is_refused(open(3, 0, 0, 0, "")));
  for (const unsigned delivery : {1u, 2u, 3u}) {
    const auto frame = parse_as<OpenFrame>(open(3, 16, delivery, 1, ""));
    CHECK(static_cast<unsigned>(frame.delivery) == delivery);
    CHECK(is_refused(open(3, 16, delivery, 0, "")));  // there are no bytes without order
  }
  CHECK(is_refused(open(3, 16, 4, 1, "")));
  CHECK(is_refused(open(3, 16, 255, 0, "")));
  CHECK(is_refused(open(3, 16, 0, 2, "")));
  CHECK(is_refused(open(3, 16, 0, 255, "")));
  CHECK(encode(parse_one(open(3, 16, 0, 0, std::string(63, 'a')))).size() == 7 + 63);
  CHECK(is_refused(open(3, 16, 0, 0, std::string(64, 'a'))));
  for (unsigned c = 0; c <= 0xff; ++c) {
    const Buffer bytes = open(3, 16, 0, 0, std::string(1, static_cast<char>(c)));
    if (c >= 0x21 && c <= 0x7e) {
      CHECK(encode(parse_one(bytes)) == bytes);
    } else {
      CHECK(is_refused(bytes));
    }
  }
}

TEST_CASE("MSG lies within its message and brings something [MSG-1]") {
  const auto msg = [](unsigned frag_offset, unsigned total, std::size_t size) {
    Buffer head{0x19, 0x01, 0x00};
    for (const unsigned field : {frag_offset, total, static_cast<unsigned>(size)}) {
      head.push_back(static_cast<std::uint8_t>(field));
    }
    return head + Buffer(size, 0x61);
  };
  CHECK(parse_as<MsgFrame>(msg(0, 0, 0)).whole());
  CHECK(parse_as<MsgFrame>(msg(0, 10, 10)).whole());
  CHECK_FALSE(parse_as<MsgFrame>(msg(3, 10, 7)).whole());
  CHECK(is_refused(msg(4, 10, 7)));
  CHECK(is_refused(msg(11, 10, 0)));
  CHECK(is_refused(msg(1, 0, 0)));
  CHECK(is_refused(msg(5, 10, 0)));
  CHECK(is_refused(msg(10, 10, 0)));
}

TEST_CASE("is_service_name agrees with the parser") {
  CHECK(is_service_name(""));
  CHECK(is_service_name("!~"));
  CHECK(is_service_name(std::string(63, 'z')));
  CHECK_FALSE(is_service_name(std::string(64, 'z')));
  CHECK_FALSE(is_service_name("two words"));
  CHECK_FALSE(is_service_name("\x7f"));
  CHECK_FALSE(is_service_name("\xc3\xa4"));
}

TEST_CASE("CLOSE, each field at its limits [ENC-14]") {
  for (unsigned reason = 0; reason <= 0xff; ++reason) {
    const Buffer bytes{0x1c, static_cast<std::uint8_t>(reason), 0, 0, 0, 0, 0};
    if (reason <= 5) {
      CHECK(static_cast<unsigned>(parse_as<CloseFrame>(bytes).reason) == reason);
    } else {
      CHECK(is_refused(bytes));
    }
  }
  for (unsigned size = 0; size <= 40; ++size) {
    Buffer bytes{0x1c, 0, 0, 0, 0, static_cast<std::uint8_t>(size)};
    bytes = bytes + Buffer(size, 0x07) + Buffer{0};
    if (size == 0 || size == 18) {
      CHECK(parse_as<CloseFrame>(bytes).alternate.has_value() == (size == 18));
    } else {
      CHECK(is_refused(bytes));
    }
  }
  const Buffer longest = Buffer{0x1c, 0, 0, 0, 0, 0} + varint(255) + Buffer(255, 0xff);
  CHECK(encode(parse_one(longest)) == longest);
  CHECK(is_refused(Buffer{0x1c, 0, 0, 0, 0, 0} + varint(256) + Buffer(256, 'x')));
}

TEST_CASE("GOAWAY names no alternate or a whole one [CLOSE-9]") {
  for (unsigned size = 0; size <= 40; ++size) {
    const Buffer bytes = Buffer{0x1d, 1, 2, static_cast<std::uint8_t>(size)} + Buffer(size, 0x07);
    if (size == 0 || size == 18) {
      CHECK(parse_as<GoAwayFrame>(bytes).alternate.has_value() == (size == 18));
    } else {
      CHECK(is_refused(bytes));
    }
  }
}

TEST_CASE("after HANDSHAKE_DONE or PING the next byte is another frame's") {
  for (const std::uint8_t type : Buffer{0x01, 0x1e}) {
    const Buffer bytes{type, 0xff};
    FrameReader reader(bytes);
    CHECK(reader.next());
    CHECK_FALSE(reader.next());
  }
}

TEST_CASE("NEW_CONNECTION_ID that retires itself, and one that does not [ENC-15]") {
  const std::string rest = " 0011223344556677 000102030405060708090a0b0c0d0e0f";
  CHECK_FALSE(is_refused(from_hex("25 05 05" + rest)));
  CHECK(is_refused(from_hex("25 05 06" + rest)));
}

TEST_CASE("ADDRESS_TOKEN has 70 bytes [RETRY-17]") {
  for (unsigned size = 0; size <= 0xff; ++size) {
    const Buffer bytes = Buffer{0x24, static_cast<std::uint8_t>(size)} + Buffer(size, 'A');
    CHECK(is_refused(bytes) == (size != 70));
  }
}
