// SPDX-License-Identifier: MIT
#include "crypto/resumption.h"

#include "crypto/hkdf.h"

namespace jetstream::crypto {

Digest binder_mac(const Secret& early, const Digest& truncated) {
  return finished_mac(derive_secret(early, "res binder", sha256({})), truncated);
}

Secret early_traffic_secret(const Secret& early, const Digest& hello) {
  return derive_secret(early, "c e traffic", hello);
}

Secret resumption_secret(const Secret& master, const Digest& handshake) {
  return derive_secret(master, "res master", handshake);
}

Secret ticket_psk(const Secret& resumption, std::uint16_t nonce) {
  const std::array<std::uint8_t, 2> context = {static_cast<std::uint8_t>(nonce >> 8),
                                               static_cast<std::uint8_t>(nonce)};
  Secret psk;
  xlabel(resumption.view(), "resumption", context, psk.writable());
  return psk;
}

}  // namespace jetstream::crypto
