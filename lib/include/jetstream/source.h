// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "jetstream/address_filter.h"

namespace jetstream {

/// What a server has counted of one source: an IPv4 address, or the /64 of an IPv6 address. Only
/// clients that have proven to be there count.
struct SourceInfo {
  AddressBlock block;
  bool exempt = false;                      ///< None of the limits below hold for it.
  std::uint64_t handshakes_per_second = 0;  ///< 0: no limit.
  std::uint64_t handshake_burst = 0;
  /// How many handshakes it may begin at once now.
  std::uint64_t handshake_tokens = 0;
  /// Handshakes it was not given since `since`.
  std::uint64_t handshakes_limited = 0;
  /// Since when it is remembered; unset: it is not, and would start with a full bucket.
  std::optional<Instant> since;
  std::uint32_t sessions = 0;
  std::uint32_t sessions_max = 0;
};

/// A network that dropped datagrams named as their source: /24 of IPv4, /48 of IPv6.
struct DropSource {
  AddressBlock network;
  std::uint64_t drops = 0;  ///< At least so many datagrams and packets.
};

/// What a server does with the hello of a new client.
enum class HelloFate : std::uint8_t {
  kAccepted,       ///< Starts a handshake.
  kRetry,          ///< Asks for proof of the address first.
  kDenied,         ///< Drops it: an access list says so.
  kBanned,         ///< Drops it.
  kBlockedPort,    ///< Drops it: no client has that port.
  kHalfOpenFull,   ///< Drops it: too many handshakes are under way.
  kSourceRate,     ///< Drops it: the source had too many handshakes lately.
  kSourceFull,     ///< Says that the source has too many sessions.
  kServerFull,     ///< Says that the server is full.
  kNoNewSessions,  ///< Says that the server takes no new sessions.
};
inline constexpr std::size_t kHelloFateCount = 10;
std::string_view to_string(HelloFate fate);

/// What would become of a new client, by the code that decides when one comes.
struct Outlook {
  AddressFinding finding;                     ///< What the address filter says.
  HelloFate unproven = HelloFate::kAccepted;  ///< Of its hello without proof of its address.
  HelloFate proven = HelloFate::kAccepted;    ///< Of its hello with proof.
  SourceInfo source;
};

}  // namespace jetstream
