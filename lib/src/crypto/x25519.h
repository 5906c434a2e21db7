// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "crypto/digest.h"
#include "jetstream/random.h"
#include "jetstream/result.h"

namespace jetstream::crypto {

/// One side's share of an X25519 agreement (RFC 7748). Made for one handshake and destroyed after
/// agree(), which erases the private half.
class X25519Key {
 public:
  static X25519Key generate(RandomSource& random);
  /// From 32 private bytes, for known-answer tests.
  static X25519Key from_private(Bytes private_key);

  X25519Key(X25519Key&&) noexcept;
  X25519Key& operator=(X25519Key&&) noexcept;
  ~X25519Key();

  const std::array<std::uint8_t, 32>& public_key() const { return public_key_; }
  /// The shared secret. kBadKey if the peer sent a point of low order, which would let anybody
  /// compute the result.
  Result<Secret> agree(const std::array<std::uint8_t, 32>& peer) const;

 private:
  struct Key;
  explicit X25519Key(std::unique_ptr<Key> key);
  std::unique_ptr<Key> key_;
  std::array<std::uint8_t, 32> public_key_{};
};

}  // namespace jetstream::crypto
