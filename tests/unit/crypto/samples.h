// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/err.h>

#include "crypto/digest.h"
#include "jetstream/identity.h"
#include "vectors/vectors.h"

namespace jetstream::test {

/// The kinds of handshake in the vectors; each is there once per suite.
inline constexpr std::array<std::string_view, 5> kRuns = {
    "full", "full client auth", "full retry", "resumption early", "resumption early retry"};

inline const std::array<CipherSuite, 2> kSuites = {CipherSuite::kAes256Gcm,
                                                   CipherSuite::kChaCha20Poly1305};

/// The section of one kind for a suite: "full 1302".
inline const VectorSection& section_for(std::string_view kind, CipherSuite suite) {
  return Vectors::load().section(std::string(kind) +
                                 (suite == CipherSuite::kAes256Gcm ? " 1302" : " 1303"));
}

inline std::string hex(Bytes bytes) { return to_hex(bytes); }

/// For comparing what is computed with what the file says; a mismatch prints both.
inline std::string hex(const crypto::Secret& secret) { return to_hex(secret.view()); }

template <std::size_t N>
std::array<std::uint8_t, N> array_from_hex(std::string_view digits) {
  const std::vector<std::uint8_t> bytes = from_hex(digits);
  std::array<std::uint8_t, N> copy{};
  std::copy_n(bytes.begin(), N, copy.begin());
  return copy;
}

inline Identity identity_from(Bytes seed) { return Identity::from_seed(seed).value(); }

/// Leaves an error in OpenSSL's queue of this thread, as a careless caller might.
inline void leave_openssl_error() { ERR_raise(ERR_LIB_EVP, ERR_R_INTERNAL_ERROR); }

}  // namespace jetstream::test
