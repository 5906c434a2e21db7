// SPDX-License-Identifier: MIT
//
// The two proofs of an address that a client can show in its hello (docs/PROTOCOL.md, "Retry and
// address tokens"), as bytes. Their first byte keeps them apart, and is part of what is protected,
// so that neither can stand in for the other [RETRY-7].
#pragma once

#include <optional>

#include "crypto/digest.h"

namespace jetstream::crypto {

/// From a Retry: "R" || key_epoch(1) || t(4, seconds) || 16 bytes of a MAC.
using Cookie = std::array<std::uint8_t, 22>;
/// From an earlier session: "A" || key_epoch(1) || salt(32) || box of t(4, seconds) and ip(16).
using AddressToken = std::array<std::uint8_t, 70>;

/// Which hello a cookie is for [RETRY-1].
struct CookieHello {
  PeerAddress source;
  std::array<std::uint8_t, 32> random{};
  ConnectionId connection_id;
  std::uint16_t group = 0;
};

Cookie make_cookie(const Secret& key, std::uint8_t key_epoch, std::uint32_t t,
                   const CookieHello& hello);

/// What a cookie says about itself, not verified; nullopt if it is none.
struct CookieHead {
  std::uint8_t key_epoch = 0;
  std::uint32_t t = 0;
};
std::optional<CookieHead> read_cookie(Bytes cookie);
/// The 16 bytes that no other cookie has.
Bytes cookie_mac(Bytes cookie);

/// Every token has a salt of its own, and so a key of its own [RETRY-14].
AddressToken seal_address_token(const Secret& key, std::uint8_t key_epoch,
                                const std::array<std::uint8_t, 32>& salt, std::uint32_t t,
                                const PeerAddress& address);

/// The key that a token names; nullopt if it is none.
std::optional<std::uint8_t> token_epoch(Bytes token);
struct TokenContent {
  std::uint32_t t = 0;
  std::array<std::uint8_t, 16> ip{};
};
/// Nullopt if the token was not sealed with this key.
std::optional<TokenContent> open_address_token(const Secret& key, Bytes token);

}  // namespace jetstream::crypto
