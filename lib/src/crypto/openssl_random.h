// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/random.h"

namespace jetstream::crypto {

/// OpenSSL's generators, seeded by the operating system: RAND_bytes() for what is public and
/// RAND_priv_bytes() for what is secret. Ends the process if they fail. Thread-safe.
class OpensslRandom : public RandomSource {
 public:
  void fill_public(MutableBytes out) override;
  void fill_secret(MutableBytes out) override;
};

/// Whether this CPU has instructions for AES, without which ChaCha20-Poly1305 is the faster suite.
bool cpu_has_aes();

}  // namespace jetstream::crypto
