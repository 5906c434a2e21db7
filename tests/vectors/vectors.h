// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/types.h"

namespace jetstream::test {

/// Bytes from hex digits. Throws std::invalid_argument if there is anything else.
std::vector<std::uint8_t> from_hex(std::string_view digits);

/// One `[section]` of js1_vectors.txt. Asking for a value that is not there throws, which fails the
/// test: no vector is skipped by a misspelt name.
class VectorSection {
 public:
  bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
  Bytes bytes(std::string_view name) const;
  /// A plain integer, which the file has as 8 bytes.
  std::uint64_t number(std::string_view name) const;
  /// A value of exactly N bytes.
  template <std::size_t N>
  std::array<std::uint8_t, N> array(std::string_view name) const {
    const Bytes value = sized(name, N);
    std::array<std::uint8_t, N> copy;
    std::copy(value.begin(), value.end(), copy.begin());
    return copy;
  }

 private:
  friend class Vectors;
  Bytes sized(std::string_view name, std::size_t size) const;

  std::map<std::string, std::vector<std::uint8_t>, std::less<>> values_;
};

/// The whole file, in the order it has.
class Vectors {
 public:
  /// Read once a process.
  static const Vectors& load();

  const VectorSection& section(std::string_view name) const;
  const std::vector<std::string>& names() const { return names_; }

 private:
  Vectors();
  std::vector<std::string> names_;
  std::map<std::string, VectorSection, std::less<>> sections_;
};

}  // namespace jetstream::test
