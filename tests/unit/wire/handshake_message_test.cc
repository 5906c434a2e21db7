// SPDX-License-Identifier: MIT
#include "wire/handshake_message.h"

#include <set>

#include "samples.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;

TEST_CASE("a message is type, three bytes of length and body") {
  Buffer bytes(7);
  base::ByteWriter writer(bytes);
  const Buffer body = from_hex("aabbcc");
  write_message(writer, MessageType::kServerParams, body);
  CHECK(writer.remaining() == 0);
  CHECK(bytes == from_hex("08 000003 aabbcc"));
}

TEST_CASE("messages are taken one after the other, with what is hashed") {
  const Buffer bytes = from_hex("08 000002 aabb 0f 000000 14 000001 cc");
  base::ByteReader reader(bytes);
  const auto first = next_message(reader);
  REQUIRE(first);
  CHECK(first->type == MessageType::kServerParams);
  CHECK(first->body.data() == bytes.data() + 4);
  CHECK(first->body.size() == 2);
  CHECK(first->frame.data() == bytes.data());
  CHECK(first->frame.size() == 6);
  const auto second = next_message(reader);
  REQUIRE(second);
  CHECK(second->type == MessageType::kServerVerify);
  CHECK(second->body.empty());
  const auto third = next_message(reader);
  REQUIRE(third);
  CHECK(third->frame.size() == 5);
  CHECK(reader.empty());
  CHECK_FALSE(next_message(reader));
}

TEST_CASE("only known types are messages") {
  const std::set<unsigned> known = {1, 2, 8, 15, 16, 20, 21, 24};
  for (unsigned type = 0; type <= 0xff; ++type) {
    const Buffer bytes{static_cast<std::uint8_t>(type), 0, 0, 1, 0xaa};
    base::ByteReader reader(bytes);
    CHECK(next_message(reader).has_value() == known.contains(type));
    CHECK(reader.position() == (known.contains(type) ? 5 : 0));
  }
}

TEST_CASE("a message that is cut off takes nothing") {
  const Buffer bytes = from_hex("01 000003 aabbcc");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    base::ByteReader reader(Bytes(bytes).first(size));
    CHECK_FALSE(next_message(reader));
    CHECK(reader.position() == 0);
  }
  const Buffer huge = from_hex("01 ffffff aa");
  base::ByteReader reader(huge);
  CHECK_FALSE(next_message(reader));
}

TEST_CASE("all three bytes of the length count") {
  Buffer bytes = from_hex("02 010203") + Buffer(0x010203, 0x11);
  base::ByteReader reader(bytes);
  const auto message = next_message(reader);
  REQUIRE(message);
  CHECK(message->body.size() == 0x010203);
}
