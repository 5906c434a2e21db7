// SPDX-License-Identifier: MIT
#pragma once

#include <string.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "jetstream/types.h"

namespace jetstream::base {

/// N secret bytes, erased when they go. Copies are deliberate: each one is erased on its own.
template <std::size_t N>
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(Bytes bytes) {
    JS_ASSERT(bytes.size() == N);
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
  }
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  ~SecretBytes() { erase(); }

  /// explicit_bzero, because a compiler may leave out an ordinary clearing of memory that dies.
  void erase() { explicit_bzero(bytes_.data(), N); }

  static constexpr std::size_t size() { return N; }
  Bytes view() const { return bytes_; }
  MutableBytes writable() { return bytes_; }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace jetstream::base
