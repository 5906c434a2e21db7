// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <optional>

#include "base/assert.h"
#include "jetstream/types.h"

namespace jetstream::base {

/// Reads big-endian numbers and slices from untrusted bytes. Every read says whether there was
/// enough; after a failed one the position is unchanged.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  std::size_t remaining() const { return bytes_.size() - position_; }
  std::size_t position() const { return position_; }
  bool empty() const { return remaining() == 0; }
  /// Everything not read yet.
  Bytes rest() const { return bytes_.subspan(position_); }

  template <class T>
  std::optional<T> read_number() {
    if (remaining() < sizeof(T)) return std::nullopt;
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(static_cast<T>(value << 7) << 1 | bytes_[position_ + i]);
    }
    position_ += sizeof(T);
    return value;
  }
  std::optional<std::uint8_t> read_u8() { return read_number<std::uint8_t>(); }
  std::optional<std::uint16_t> read_u16() { return read_number<std::uint16_t>(); }
  std::optional<std::uint32_t> read_u32() { return read_number<std::uint32_t>(); }
  std::optional<std::uint64_t> read_u64() { return read_number<std::uint64_t>(); }

  std::optional<Bytes> read_bytes(std::size_t count) {
    if (remaining() < count) return std::nullopt;
    Bytes slice = bytes_.subspan(position_, count);
    position_ += count;
    return slice;
  }

 private:
  Bytes bytes_;
  std::size_t position_ = 0;
};

/// Writes big-endian numbers and slices into a buffer whose size the caller has checked: writing
/// past its end is a bug.
class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes buffer) : buffer_(buffer) {}

  std::size_t position() const { return position_; }
  std::size_t remaining() const { return buffer_.size() - position_; }
  Bytes written() const { return buffer_.first(position_); }

  template <class T>
  void write_number(T value) {
    JS_ASSERT(remaining() >= sizeof(T));
    for (std::size_t i = sizeof(T); i-- > 0;) {
      buffer_[position_++] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
  void write_u8(std::uint8_t value) { write_number(value); }
  void write_u16(std::uint16_t value) { write_number(value); }
  void write_u32(std::uint32_t value) { write_number(value); }
  void write_u64(std::uint64_t value) { write_number(value); }
  void write_bytes(Bytes bytes) {
    MutableBytes target = skip(bytes.size());
    if (!bytes.empty()) std::memcpy(target.data(), bytes.data(), bytes.size());
  }
  /// Room for `count` bytes that the caller fills in itself.
  MutableBytes skip(std::size_t count) {
    JS_ASSERT(remaining() >= count);
    MutableBytes room = buffer_.subspan(position_, count);
    position_ += count;
    return room;
  }

 private:
  MutableBytes buffer_;
  std::size_t position_ = 0;
};

}  // namespace jetstream::base
