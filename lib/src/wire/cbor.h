// SPDX-License-Identifier: MIT
//
// The part of CBOR (RFC 8949) that hellos are made of: unsigned numbers, byte and text strings,
// booleans, arrays, and maps with text keys. Every value has exactly one encoding here, the
// deterministic one (4.2.1): shortest heads, definite lengths, keys strictly ascending by their
// encoded bytes. So whoever parses and writes again gets the same bytes, and nobody can say one
// thing in two ways.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "jetstream/types.h"

namespace jetstream::wire {

/// Reads one value, piece by piece, from untrusted bytes. Every read returns nullopt if something
/// else or nothing well-formed comes next; the reader is then of no further use.
///
/// A container is entered, then each of its elements is read; it is left by itself after the last.
/// In a map each value is preceded by next_key().
class CborReader {
 public:
  /// Containers inside one another. Hellos have two; the rest is for keys of later versions.
  static constexpr std::size_t kDepthMax = 4;
  static constexpr std::size_t kMapKeysMax = 16;

  enum class Kind : std::uint8_t { kUnsigned, kBytes, kText, kArray, kMap, kBool };

  explicit CborReader(Bytes bytes) : reader_(bytes) {}

  /// What seems to come next, judged by one byte.
  std::optional<Kind> peek() const;
  std::optional<std::uint64_t> read_unsigned();
  std::optional<Bytes> read_bytes();
  /// Valid UTF-8.
  std::optional<std::string_view> read_text();
  std::optional<bool> read_bool();
  /// The number of elements, which the bytes need not contain.
  std::optional<std::size_t> enter_array();
  /// The number of keys.
  std::optional<std::size_t> enter_map();
  std::optional<std::string_view> next_key();
  /// Goes past one value of any kind, which must be as well-formed as those that are read.
  bool skip();
  /// One whole value was read and no byte follows it.
  bool done() const { return root_read_ && reader_.empty(); }

 private:
  struct Level {
    std::uint64_t left = 0;  ///< Elements, or pairs, not yet finished; never 0 for long.
    bool is_map = false;
    bool key_read = false;
    Bytes last_key;  ///< Encoded.
  };

  bool in_map() const { return depth_ > 0 && levels_[depth_ - 1].is_map; }
  bool may_read_value() const;
  std::optional<std::uint64_t> read_head(Kind kind);
  std::optional<Bytes> read_string(Kind kind);
  std::optional<std::size_t> enter(Kind kind);
  bool read_or_enter_any();
  void finish_value();

  base::ByteReader reader_;
  std::array<Level, kDepthMax> levels_{};
  std::size_t depth_ = 0;
  bool root_read_ = false;
};

/// Writes the same. The caller sees to it that the number of elements is right and that keys
/// ascend.
class CborWriter {
 public:
  explicit CborWriter(base::ByteWriter& writer) : writer_(writer) {}
  void write_unsigned(std::uint64_t value);
  void write_bytes(Bytes bytes);
  void write_text(std::string_view text);
  void write_bool(bool value);
  void begin_array(std::size_t count);
  void begin_map(std::size_t count);

 private:
  void write_head(CborReader::Kind kind, std::uint64_t value);

  base::ByteWriter& writer_;
};

/// Whether key `a` stands before key `b` in a map. Both have fewer than 24 bytes, so that their
/// heads are one byte each and the shorter key comes first.
constexpr bool cbor_key_before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace jetstream::wire
