// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

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

/// The handshake messages so far, as they were on the wire [KEY-1]. A whole handshake is below 4
/// KiB and is hashed a few times in all, so the bytes are kept and hashed anew: that makes a
/// transcript an ordinary value, which a server can copy to try a message before it believes it.
class Transcript {
 public:
  /// Appends one frame: type, length and body.
  void add(Bytes frame) { bytes_.insert(bytes_.end(), frame.begin(), frame.end()); }
  /// SHA-256 of everything added so far; more may follow.
  Digest digest() const { return sha256(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace jetstream::crypto
