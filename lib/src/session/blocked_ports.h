// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace jetstream::session {

/// Nobody (0), chargen, DNS, NTP, SNMP, CLDAP, SSDP, mDNS, memcached.
inline constexpr std::array<std::uint16_t, 9> kBlockedPorts = {0,   19,   53,   123,  161,
                                                               389, 1900, 5353, 11211};

/// Whether a datagram from this port can be a client's. The others are services that answer
/// anybody, so an attacker who forges the source would make two servers talk to each other
/// [PKT-28].
inline bool is_blocked_port(std::uint16_t port) {
  return std::ranges::find(kBlockedPorts, port) != kBlockedPorts.end();
}

}  // namespace jetstream::session
