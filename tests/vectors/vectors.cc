// SPDX-License-Identifier: MIT
#include "vectors/vectors.h"

#include <fstream>
#include <stdexcept>

namespace jetstream::test {

namespace {

std::uint8_t digit_value(char digit) {
  const std::size_t value = std::string_view("0123456789abcdef").find(digit);
  if (value == std::string_view::npos) throw std::invalid_argument("not a hex digit");
  return static_cast<std::uint8_t>(value);
}

}  // namespace

std::vector<std::uint8_t> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) throw std::invalid_argument("half a byte of hex");
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int value = digit_value(digits[i]) * 16 + digit_value(digits[i + 1]);
    bytes.push_back(static_cast<std::uint8_t>(value));
  }
  return bytes;
}

Bytes VectorSection::bytes(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::out_of_range("no vector " + std::string(name));
  return found->second;
}

Bytes VectorSection::sized(std::string_view name, std::size_t size) const {
  const Bytes value = bytes(name);
  if (value.size() != size) throw std::length_error("another size has " + std::string(name));
  return value;
}

std::uint64_t VectorSection::number(std::string_view name) const {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : sized(name, 8)) value = value << 8 | byte;
  return value;
}

const Vectors& Vectors::load() {
  static const Vectors vectors;
  return vectors;
}

Vectors::Vectors() {
  std::ifstream file(JS_VECTORS_FILE);
  std::string line;
  std::getline(file, line);  // A line for people.
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    if (line.front() == '[') {
      names_.push_back(line.substr(1, line.size() - 2));
      continue;
    }
    if (names_.empty()) throw std::runtime_error("a vector outside of any section");
    sections_[names_.back()].values_[line.substr(0, line.find(' '))] =
        from_hex(std::string_view(line).substr(line.rfind(' ') + 1));
  }
  if (names_.empty()) throw std::runtime_error("no vectors in " JS_VECTORS_FILE);
}

const VectorSection& Vectors::section(std::string_view name) const {
  const auto found = sections_.find(name);
  if (found == sections_.end()) throw std::out_of_range("no section " + std::string(name));
  return found->second;
}

}  // namespace jetstream::test
