// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/random.h"
#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream {

/// A long-term Ed25519 key pair: who a server or a client is. The private half is erased on
/// destruction. Copyable, because every worker holds it. Not thread-safe while being assigned to;
/// const use is.
class Identity {
 public:
  /// From the 32-byte private seed of RFC 8032. kBadKey on another size.
  static Result<Identity> from_seed(Bytes seed);
  static Identity generate(RandomSource& random);

  Identity(const Identity&) = default;
  Identity& operator=(const Identity&) = default;
  ~Identity();

  const PublicKey& public_key() const { return public_key_; }
  /// The private half, for storing it in a file with mode 0600. Never log it.
  Bytes seed() const { return seed_; }

 private:
  Identity() = default;
  std::array<std::uint8_t, 32> seed_{};
  PublicKey public_key_{};
};

/// "sha256:" and the base64 (without padding) of SHA-256 of the raw key: what people compare.
std::string fingerprint(const PublicKey& key);
/// "ed25519 " and the base64 of the raw key: the line of identity.pub, authorized_keys and
/// known_hosts.
std::string to_key_line(const PublicKey& key);
/// Reads to_key_line()'s form, with or without the leading "ed25519 "; anything after a further
/// blank is a comment. kBadKey if it is malformed or one of the weak keys that anybody could sign
/// for.
Result<PublicKey> parse_key_line(std::string_view line);

/// A server key that is trusted in advance: the key itself or its fingerprint.
struct Pin {
  std::array<std::uint8_t, 32> sha256{};
  /// Reads "sha256:..." or anything parse_key_line() reads. kBadKey otherwise.
  static Result<Pin> parse(std::string_view text);
  static Pin of(const PublicKey& key);
  friend bool operator==(const Pin&, const Pin&) = default;
};

/// Whom a client believes to be the server. A default-made one is "not configured", and connect()
/// refuses it: trust never happens by omission.
class Trust {
 public:
  Trust() = default;
  /// Exactly these keys. An empty list trusts nobody, but lets the client learn whom it met.
  static Trust pins(std::vector<Pin> pins);
  /// Anybody, even an attacker in the middle. For tests and for people who asked for it loudly.
  static Trust insecure_accept_any();

  bool configured() const { return configured_; }
  bool accepts(const PublicKey& key) const;

 private:
  bool configured_ = false;
  bool accept_any_ = false;
  std::vector<Pin> pins_;
};

}  // namespace jetstream
