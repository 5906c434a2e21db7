// SPDX-License-Identifier: MIT
#include "crypto/packet_keys.h"

#include "crypto/hkdf.h"
#include "crypto/key_schedule.h"

namespace jetstream::crypto {

/// [KEY-5]
PacketKeys derive_packet_keys(CipherSuite suite, const Secret& traffic, std::uint64_t serial) {
  PacketKeys keys;
  keys.suite = suite;
  keys.traffic = traffic;
  keys.serial = serial;
  xlabel(traffic.view(), "key", {}, keys.key.writable());
  xlabel(traffic.view(), "iv", {}, keys.iv.writable());
  xlabel(traffic.view(), "hp", {}, keys.hp.writable());
  return keys;
}

PacketKeys derive_updated_keys(const PacketKeys& current, std::uint64_t serial) {
  PacketKeys keys = derive_packet_keys(current.suite, next_traffic_secret(current.traffic), serial);
  keys.hp = current.hp;
  return keys;
}

}  // namespace jetstream::crypto
