// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>

#include "jetstream/random.h"
#include "jetstream/types.h"

namespace jetstream {

/// What the workers of one process make the keys of their Retry cookies and address tokens from:
/// with the same secret each takes what another one gave. 32 bytes, erased on destruction, never
/// changed, so that any thread may read them. What is given is worth nothing once the secret is
/// gone, for instance after a restart.
class HelloSecret {
 public:
  static std::shared_ptr<const HelloSecret> generate(RandomSource& random);

  HelloSecret() = default;
  HelloSecret(const HelloSecret&) = delete;
  HelloSecret& operator=(const HelloSecret&) = delete;
  ~HelloSecret();

  Bytes bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, 32> bytes_{};
};

}  // namespace jetstream
