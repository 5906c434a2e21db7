// SPDX-License-Identifier: MIT
#include "jsctl/tar_writer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <numeric>

#include "base/assert.h"

namespace jetstream::jsctl {
namespace {

constexpr std::size_t kBlockBytes = 512;
using Block = std::array<char, kBlockBytes>;

void put_text(Block& block, std::size_t at, std::string_view text) {
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
}

/// As many octal digits as fit into the field beside the zero behind them.
void put_octal(Block& block, std::size_t at, std::size_t width, std::uint64_t value) {
  std::snprintf(block.data() + at, width, "%0*llo", static_cast<int>(width - 1),
                static_cast<unsigned long long>(value));
}

}  // namespace

void TarWriter::add(std::string_view path, std::string_view text) {
  JS_ASSERT(path.size() < 100);
  Block header{};
  put_text(header, 0, path);
  put_octal(header, 100, 8, 0600);
  put_octal(header, 108, 8, 0);
  put_octal(header, 116, 8, 0);
  put_octal(header, 124, 12, text.size());
  put_octal(header, 136, 12, static_cast<std::uint64_t>(made_at_));
  put_text(header, 148, "        ");  // the checksum counts as blanks
  header[156] = '0';                  // a regular file
  put_text(header, 257, std::string_view("ustar\00000", 8));
  const auto sum = std::accumulate(
      header.begin(), header.end(), std::uint64_t{0},
      [](std::uint64_t all, char byte) { return all + static_cast<unsigned char>(byte); });
  put_octal(header, 148, 7, sum);
  bytes_.append(header.data(), header.size());
  bytes_ += text;
  bytes_.append((kBlockBytes - text.size() % kBlockBytes) % kBlockBytes, '\0');
}

std::string TarWriter::finish() {
  bytes_.append(2 * kBlockBytes, '\0');
  return std::move(bytes_);
}

}  // namespace jetstream::jsctl
