// SPDX-License-Identifier: MIT
#include "wire/cbor.h"

#include <algorithm>

namespace jetstream::wire {
namespace {

// Major types, the upper three bits of a head (RFC 8949 3.1).
constexpr std::uint8_t kMajorUnsigned = 0;
constexpr std::uint8_t kMajorBytes = 2;
constexpr std::uint8_t kMajorText = 3;
constexpr std::uint8_t kMajorArray = 4;
constexpr std::uint8_t kMajorMap = 5;
constexpr std::uint8_t kFalse = 0xf4;
constexpr std::uint8_t kTrue = 0xf5;

/// Values below this one are in the head's lower five bits; this one and the next three announce 1,
/// 2, 4 or 8 bytes that follow.
constexpr std::uint8_t kOneByteFollows = 24;

std::uint8_t major_of(CborReader::Kind kind) {
  switch (kind) {
    case CborReader::Kind::kUnsigned:
      return kMajorUnsigned;
    case CborReader::Kind::kBytes:
      return kMajorBytes;
    case CborReader::Kind::kText:
      return kMajorText;
    case CborReader::Kind::kArray:
      return kMajorArray;
    default:
      return kMajorMap;
  }
}

/// The number of a head whose lower five bits are `info`; nullopt if it is longer than it has to
/// be, indefinite or cut off [ENC-2].
std::optional<std::uint64_t> read_argument(base::ByteReader& reader, std::uint8_t info) {
  if (info < kOneByteFollows) return info;
  std::optional<std::uint64_t> value;
  std::uint64_t shortest_from = kOneByteFollows;
  switch (info) {
    case 24:
      value = reader.read_u8();
      break;
    case 25:
      value = reader.read_u16();
      shortest_from = std::uint64_t{1} << 8;
      break;
    case 26:
      value = reader.read_u32();
      shortest_from = std::uint64_t{1} << 16;
      break;
    case 27:
      value = reader.read_u64();
      shortest_from = std::uint64_t{1} << 32;
      break;
    default:
      return std::nullopt;
  }
  return value && *value >= shortest_from ? value : std::nullopt;
}

/// Bytes of the UTF-8 character in front of `text`, 0 if it is not well-formed: overlong,
/// a surrogate, beyond U+10FFFF or cut off (RFC 3629 4).
std::size_t utf8_character_size(Bytes text) {
  const std::uint8_t first = text[0];
  if (first < 0x80) return 1;
  std::size_t size = 0;
  // The second byte's range excludes what a shorter form or no form at all should express.
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    size = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    size = 3;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    size = 4;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
  }
  if (size == 0 || text.size() < size || text[1] < low || text[1] > high) return 0;
  const Bytes tail = text.subspan(2, size - 2);
  return std::ranges::all_of(tail, [](std::uint8_t b) { return (b & 0xc0) == 0x80; }) ? size : 0;
}

bool is_utf8(Bytes text) {
  while (!text.empty()) {
    const std::size_t size = utf8_character_size(text);
    if (size == 0) return false;
    text = text.subspan(size);
  }
  return true;
}

}  // namespace

std::optional<CborReader::Kind> CborReader::peek() const {
  if (reader_.empty()) return std::nullopt;
  const std::uint8_t head = reader_.rest().front();
  switch (head >> 5) {
    case kMajorUnsigned:
      return Kind::kUnsigned;
    case kMajorBytes:
      return Kind::kBytes;
    case kMajorText:
      return Kind::kText;
    case kMajorArray:
      return Kind::kArray;
    case kMajorMap:
      return Kind::kMap;
    default:
      if (head == kFalse || head == kTrue) return Kind::kBool;
      return std::nullopt;
  }
}

bool CborReader::may_read_value() const {
  return depth_ == 0 ? !root_read_ : !in_map() || levels_[depth_ - 1].key_read;
}

std::optional<std::uint64_t> CborReader::read_head(Kind kind) {
  if (peek() != kind) return std::nullopt;
  const std::uint8_t head = *reader_.read_u8();
  return read_argument(reader_, head & 0x1f);
}

std::optional<Bytes> CborReader::read_string(Kind kind) {
  const std::optional<std::uint64_t> size = read_head(kind);
  if (!size || *size > reader_.remaining()) return std::nullopt;
  const Bytes string = *reader_.read_bytes(static_cast<std::size_t>(*size));
  if (kind == Kind::kText && !is_utf8(string)) return std::nullopt;
  return string;
}

std::optional<std::uint64_t> CborReader::read_unsigned() {
  if (!may_read_value()) return std::nullopt;
  const std::optional<std::uint64_t> value = read_head(Kind::kUnsigned);
  if (value) finish_value();
  return value;
}

std::optional<Bytes> CborReader::read_bytes() {
  if (!may_read_value()) return std::nullopt;
  const std::optional<Bytes> bytes = read_string(Kind::kBytes);
  if (bytes) finish_value();
  return bytes;
}

std::optional<std::string_view> CborReader::read_text() {
  if (!may_read_value()) return std::nullopt;
  const std::optional<Bytes> text = read_string(Kind::kText);
  if (!text) return std::nullopt;
  finish_value();
  return as_text(*text);
}

std::optional<bool> CborReader::read_bool() {
  if (!may_read_value() || peek() != Kind::kBool) return std::nullopt;
  const bool value = *reader_.read_u8() == kTrue;
  finish_value();
  return value;
}

std::optional<std::size_t> CborReader::enter_array() { return enter(Kind::kArray); }

std::optional<std::size_t> CborReader::enter_map() { return enter(Kind::kMap); }

std::optional<std::size_t> CborReader::enter(Kind kind) {
  if (!may_read_value() || depth_ == kDepthMax) return std::nullopt;
  const std::optional<std::uint64_t> count = read_head(kind);
  if (!count || (kind == Kind::kMap && *count > kMapKeysMax)) return std::nullopt;  // [ENC-3]
  if (*count == 0) {
    finish_value();
  } else {
    Level& level = levels_[depth_++];
    level = Level{};
    level.left = *count;
    level.is_map = kind == Kind::kMap;
  }
  return static_cast<std::size_t>(*count);
}

std::optional<std::string_view> CborReader::next_key() {
  if (!in_map() || levels_[depth_ - 1].key_read) return std::nullopt;
  Level& level = levels_[depth_ - 1];
  const Bytes rest = reader_.rest();
  const std::optional<Bytes> key = read_string(Kind::kText);
  if (!key) return std::nullopt;
  const Bytes encoded = rest.first(rest.size() - reader_.remaining());
  if (!std::ranges::lexicographical_compare(level.last_key, encoded)) return std::nullopt;
  level.last_key = encoded;
  level.key_read = true;
  return as_text(*key);
}

bool CborReader::read_or_enter_any() {
  const std::optional<Kind> kind = peek();
  if (!kind) return false;
  switch (*kind) {
    case Kind::kUnsigned:
      return read_unsigned().has_value();
    case Kind::kBytes:
      return read_bytes().has_value();
    case Kind::kText:
      return read_text().has_value();
    case Kind::kArray:
      return enter_array().has_value();
    case Kind::kMap:
      return enter_map().has_value();
    case Kind::kBool:
      return read_bool().has_value();
  }
  return false;
}

bool CborReader::skip() {
  const std::size_t outside = depth_;
  do {
    if (depth_ > outside && in_map() && !next_key()) return false;
    if (!read_or_enter_any()) return false;
  } while (depth_ > outside);
  return true;
}

void CborReader::finish_value() {
  while (depth_ > 0) {
    Level& level = levels_[depth_ - 1];
    level.key_read = false;
    if (--level.left > 0) return;
    --depth_;
  }
  root_read_ = true;
}

/// The shortest head that holds `value` [ENC-1].
void CborWriter::write_head(CborReader::Kind kind, std::uint64_t value) {
  const auto major = static_cast<std::uint8_t>(major_of(kind) << 5);
  const auto head = [&](unsigned info) {
    writer_.write_u8(static_cast<std::uint8_t>(major | info));
  };
  if (value < kOneByteFollows) {
    head(static_cast<unsigned>(value));
  } else if (value < std::uint64_t{1} << 8) {
    head(24);
    writer_.write_u8(static_cast<std::uint8_t>(value));
  } else if (value < std::uint64_t{1} << 16) {
    head(25);
    writer_.write_u16(static_cast<std::uint16_t>(value));
  } else if (value < std::uint64_t{1} << 32) {
    head(26);
    writer_.write_u32(static_cast<std::uint32_t>(value));
  } else {
    head(27);
    writer_.write_u64(value);
  }
}

void CborWriter::write_unsigned(std::uint64_t value) {
  write_head(CborReader::Kind::kUnsigned, value);
}

void CborWriter::write_bytes(Bytes bytes) {
  write_head(CborReader::Kind::kBytes, bytes.size());
  writer_.write_bytes(bytes);
}

void CborWriter::write_text(std::string_view text) {
  write_head(CborReader::Kind::kText, text.size());
  writer_.write_bytes(as_bytes(text));
}

void CborWriter::write_bool(bool value) { writer_.write_u8(value ? kTrue : kFalse); }

void CborWriter::begin_array(std::size_t count) { write_head(CborReader::Kind::kArray, count); }

void CborWriter::begin_map(std::size_t count) { write_head(CborReader::Kind::kMap, count); }

}  // namespace jetstream::wire
