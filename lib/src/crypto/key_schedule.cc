// SPDX-License-Identifier: MIT
#include "crypto/key_schedule.h"

#include "crypto/hkdf.h"

namespace jetstream::crypto {

namespace {

constexpr std::array<std::uint8_t, Secret::size()> kZeros{};

Secret labelled(const Secret& parent, std::string_view label, Bytes context) {
  Secret child;
  xlabel(parent.view(), label, context, child.writable());
  return child;
}

/// One step down the trunk of the tree: the old secret salts what is mixed in.
Secret descend(const Secret& parent, Bytes input) {
  return hkdf_extract(derive_secret(parent, "derived", sha256({})).view(), input);
}

}  // namespace

Secret early_secret(Bytes psk) {
  JS_ASSERT(psk.empty() || psk.size() == Secret::size());
  return hkdf_extract(kZeros, psk.empty() ? Bytes(kZeros) : psk);
}

Secret handshake_secret(const Secret& early, const Secret& shared) {
  return descend(early, shared.view());
}

Secret master_secret(const Secret& handshake) { return descend(handshake, kZeros); }

Secret derive_secret(const Secret& parent, std::string_view label, const Digest& transcript) {
  return labelled(parent, label, transcript);
}

Secret next_traffic_secret(const Secret& traffic) { return labelled(traffic, "ku", {}); }

/// The same for both Finished messages, each with its own secret and transcript [KEY-6, KEY-7].
Digest finished_mac(const Secret& traffic, const Digest& transcript) {
  return hmac_sha256(labelled(traffic, "finished", {}).view(), transcript);
}

}  // namespace jetstream::crypto
