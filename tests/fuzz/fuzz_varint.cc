// SPDX-License-Identifier: MIT
//
// Any bytes as a sequence of varints.
#include "wire/varint.h"

#include <array>

using namespace jetstream;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  base::ByteReader reader(Bytes(data, size));
  while (!reader.empty()) {
    const std::size_t start = reader.position();
    const std::size_t announced = std::size_t{1} << (reader.rest()[0] >> 6);
    const bool complete = announced <= reader.remaining();
    const std::optional<std::uint64_t> value = wire::read_varint(reader);
    JS_ASSERT(value.has_value() == complete);
    if (!value) {
      JS_ASSERT(reader.position() == start);
      break;
    }
    JS_ASSERT(reader.position() == start + announced);
    JS_ASSERT(*value <= wire::kVarintMax);

    std::array<std::uint8_t, 8> buffer{};
    base::ByteWriter writer(buffer);
    wire::write_varint(writer, *value);
    JS_ASSERT(writer.position() == wire::varint_size(*value));
    JS_ASSERT(writer.position() <= announced);
    if (writer.position() == announced) {
      JS_ASSERT(std::memcmp(buffer.data(), data + start, announced) == 0);
    }
    base::ByteReader again(writer.written());
    JS_ASSERT(wire::read_varint(again) == value && again.empty());
  }
  return 0;
}
