// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace jetstream::jsctl {

/// Makes an archive of small texts that every tar reads: ustar of POSIX.1-1988 (pax(1)), without
/// owners. All of that format that a few files of known size need is one block of fields for each,
/// which no library is worth.
class TarWriter {
 public:
  explicit TarWriter(std::time_t made_at) : made_at_(made_at) {}

  /// `path` has at most 99 bytes, `text` less than 8 GiB.
  void add(std::string_view path, std::string_view text);
  /// The whole archive. Nothing can be added after it.
  std::string finish();

 private:
  std::time_t made_at_;
  std::string bytes_;
};

}  // namespace jetstream::jsctl
