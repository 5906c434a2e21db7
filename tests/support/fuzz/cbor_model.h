// SPDX-License-Identifier: MIT
//
// Two oracles for wire/cbor.h: a second decoder, recursive and slow, that only says yes or no; and
// a copy that reads a value piece by piece and writes it again.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "wire/cbor.h"

namespace jetstream::test {

/// Decides what wire::CborReader has to accept, written from the rules alone. Throws nothing,
/// recurses at most five deep.
class CborModel {
 public:
  static bool accepts(Bytes bytes) {
    CborModel model(bytes);
    return model.value(1) && model.at_ == bytes.size();
  }

 private:
  explicit CborModel(Bytes bytes) : bytes_(bytes) {}

  bool value(int depth) {
    if (at_ >= bytes_.size()) return false;
    const unsigned head = bytes_[at_];
    if (head == 0xf4 || head == 0xf5) return ++at_ > 0;
    const unsigned major = head >> 5;
    std::uint64_t n = 0;
    if (major == 1 || major > 5 || !argument(n)) return false;
    if (major == 0) return true;
    if (major == 2 || major == 3) return string(n, major == 3);
    if (depth > 4) return false;
    if (major == 5 && n > 16) return false;
    std::string last;
    for (std::uint64_t i = 0; i < n; ++i) {
      if (major == 5 && !key(last)) return false;
      if (!value(depth + 1)) return false;
    }
    return true;
  }

  bool argument(std::uint64_t& n) {
    const unsigned info = bytes_[at_++] & 31u;
    n = info;
    if (info < 24) return true;
    if (info > 27) return false;
    const std::size_t size = std::size_t{1} << (info - 24);
    if (bytes_.size() - at_ < size) return false;
    n = 0;
    for (std::size_t i = 0; i < size; ++i) n = n * 256 + bytes_[at_++];
    return info == 24 ? n > 23 : n >> (4 * size) != 0;
  }

  bool string(std::uint64_t n, bool text) {
    if (n > bytes_.size() - at_) return false;
    const std::string content(bytes_.begin() + static_cast<std::ptrdiff_t>(at_),
                              bytes_.begin() + static_cast<std::ptrdiff_t>(at_ + n));
    at_ += static_cast<std::size_t>(n);
    return !text || is_utf8(content);
  }

  bool key(std::string& last) {
    const std::size_t start = at_;
    std::uint64_t n = 0;
    if (at_ >= bytes_.size() || bytes_[at_] >> 5 != 3 || !argument(n) || !string(n, true)) {
      return false;
    }
    const std::string encoded(bytes_.begin() + static_cast<std::ptrdiff_t>(start),
                              bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
    const bool ascends = last < encoded;
    last = encoded;
    return ascends;
  }

  /// Decodes each code point and asks whether its one shortest form is what was there.
  static bool is_utf8(const std::string& text) {
    for (std::size_t i = 0; i < text.size();) {
      const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
      const std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
      if (byte(0) >= 0xf8 || text.size() - i < size) return false;
      std::uint32_t point = size == 1 ? byte(0) : byte(0) & (0xffu >> (size + 1));
      if (size > 1 && byte(0) < 0xc0) return false;
      for (std::size_t k = 1; k < size; ++k) {
        if (byte(k) < 0x80 || byte(k) > 0xbf) return false;
        point = point * 64 + (byte(k) & 63u);
      }
      const std::size_t shortest = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (shortest != size || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return false;
      i += size;
    }
    return true;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
};

/// Reads one value of any kind and writes it again.
inline bool copy_cbor_value(wire::CborReader& in, wire::CborWriter& out) {
  using Kind = wire::CborReader::Kind;
  const std::optional<Kind> kind = in.peek();
  if (!kind) return false;
  const auto put = [](const auto& value, auto write) {
    if (value) write(*value);
    return value.has_value();
  };
  switch (*kind) {
    case Kind::kUnsigned:
      return put(in.read_unsigned(), [&](std::uint64_t v) { out.write_unsigned(v); });
    case Kind::kBytes:
      return put(in.read_bytes(), [&](Bytes v) { out.write_bytes(v); });
    case Kind::kText:
      return put(in.read_text(), [&](std::string_view v) { out.write_text(v); });
    case Kind::kBool:
      return put(in.read_bool(), [&](bool v) { out.write_bool(v); });
    case Kind::kArray:
    case Kind::kMap:
      break;
  }
  const bool is_map = kind == Kind::kMap;
  const std::optional<std::size_t> count = is_map ? in.enter_map() : in.enter_array();
  if (!count) return false;
  is_map ? out.begin_map(*count) : out.begin_array(*count);
  for (std::size_t i = 0; i < *count; ++i) {
    if (is_map && !put(in.next_key(), [&](std::string_view v) { out.write_text(v); })) return false;
    if (!copy_cbor_value(in, out)) return false;
  }
  return true;
}

/// The same bytes if they are one good value, read and written piece by piece.
inline std::optional<std::vector<std::uint8_t>> copy_cbor(Bytes bytes) {
  // A head that is longer than it has to be is refused before it is written shorter, so the copy
  // can't be the longer one.
  std::vector<std::uint8_t> copy(bytes.size());
  base::ByteWriter writer(copy);
  wire::CborReader in(bytes);
  wire::CborWriter out(writer);
  if (!copy_cbor_value(in, out) || !in.done()) return std::nullopt;
  copy.resize(writer.position());
  return copy;
}

}  // namespace jetstream::test
