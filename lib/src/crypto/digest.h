// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/secret_bytes.h"
#include "jetstream/types.h"

namespace jetstream::crypto {

/// The output of SHA-256 and of HMAC-SHA256. Public: what must stay secret is a Secret.
using Digest = std::array<std::uint8_t, 32>;
/// 32 bytes that erase themselves.
using Secret = base::SecretBytes<32>;

Digest sha256(Bytes message);
Digest hmac_sha256(Bytes key, Bytes message);

/// Compares without telling by its duration where the difference is. Sizes are not secret.
bool constant_time_equal(Bytes left, Bytes right);

/// The handshake messages so far, as they were on the wire [KEY-1]. An ordinary value, which a
/// server can copy to try a message before it believes it; what it keeps is the hash, not the
/// messages.
class Transcript {
 public:
  Transcript();
  Transcript(const Transcript& other);
  Transcript(Transcript&& other) noexcept;
  Transcript& operator=(Transcript other) noexcept;
  ~Transcript();

  /// Appends one frame: type, length and body.
  void add(Bytes frame);
  /// SHA-256 of everything added so far; more may follow.
  Digest digest() const;

 private:
  struct Hash;
  std::unique_ptr<Hash> hash_;
};

}  // namespace jetstream::crypto
