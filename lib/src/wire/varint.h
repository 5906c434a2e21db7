// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace jetstream::wire {

/// The largest number a varint carries (RFC 9000 16): 62 bits, because two tell the length.
inline constexpr std::uint64_t kVarintMax = (std::uint64_t{1} << 62) - 1;

/// Bytes of the shortest form.
constexpr std::size_t varint_size(std::uint64_t value) {
  if (value < (std::uint64_t{1} << 6)) return 1;
  if (value < (std::uint64_t{1} << 14)) return 2;
  if (value < (std::uint64_t{1} << 30)) return 4;
  return 8;
}

/// Takes any of the four forms, not only the shortest [ENC-7]. Nullopt if the bytes end too early;
/// the position is then unchanged.
inline std::optional<std::uint64_t> read_varint(base::ByteReader& reader) {
  const Bytes rest = reader.rest();
  if (rest.empty()) return std::nullopt;
  const std::uint8_t* bytes = rest.data();
  const std::size_t size = std::size_t{1} << (bytes[0] >> 6);
  if (rest.size() < size) return std::nullopt;
  std::uint64_t value = bytes[0] & 0x3f;
  for (std::size_t i = 1; i < size; ++i) value = value << 8 | bytes[i];
  reader.read_bytes(size);
  return value;
}

/// Reads one varint after the other; false at the first that is not all there.
template <class... Numbers>
bool read_varints(base::ByteReader& reader, Numbers&... numbers) {
  const auto read_into = [&reader](std::uint64_t& number) {
    const std::optional<std::uint64_t> value = read_varint(reader);
    if (value) number = *value;
    return value.has_value();
  };
  return (read_into(numbers) && ...);
}

/// Writes the shortest form. The value must not exceed kVarintMax.
inline void write_varint(base::ByteWriter& writer, std::uint64_t value) {
  JS_ASSERT(value <= kVarintMax);
  switch (varint_size(value)) {
    case 1:
      writer.write_u8(static_cast<std::uint8_t>(value));
      break;
    case 2:
      writer.write_u16(static_cast<std::uint16_t>(value | 0x4000));
      break;
    case 4:
      writer.write_u32(static_cast<std::uint32_t>(value | 0x80000000));
      break;
    default:
      writer.write_u64(value | 0xc000000000000000);
  }
}

}  // namespace jetstream::wire
