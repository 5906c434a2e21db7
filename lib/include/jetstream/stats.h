// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "jetstream/rate_limits.h"

namespace jetstream {

/// Why a datagram or packet left no trace but a count.
enum class DropReason : std::uint8_t {
  kTooShort,        ///< Smaller than any packet of its form.
  kMalformed,       ///< Header that can't be parsed, or a hello that breaks its grammar.
  kUnknownVersion,  ///< A version this side does not speak, in a datagram too small to be answered.
  kUnknownConnection,  ///< No session has that connection id.
  kAuthentication,     ///< The AEAD refused it.
  kDuplicate,          ///< Packet number seen before, or older than the replay window.
  kUnexpected,         ///< Fine, but of no use in this state (such as a late hello copy).
  kHelloTooSmall,      ///< A hello in a datagram of fewer than 1 200 bytes.
  kHelloRefused,       ///< A hello without a common suite or group, or with a weak key.
  kBlockedPort,        ///< A source port that no client has, only reflected services.
  kHalfOpenFull,       ///< No slot for another handshake.
  kAmplification,      ///< The answer would exceed three times the received bytes.
  kMemory,             ///< Its session's budget is used up.
  kNotServer,          ///< A hello at an endpoint that only connects.
  kReplyBudget,        ///< Strangers have had enough answers for now.
  kDenied,             ///< From an address that an access list denies.
  kBanned,             ///< From an address that is banned.
};
inline constexpr std::size_t kDropReasonCount = 17;
std::string_view to_string(DropReason reason);

/// What a server decided about hellos that asked for a new handshake.
enum class Admission : std::uint8_t {
  kRetrySent,        ///< The client has to prove its address first.
  kCookieAccepted,   ///< It did, with the cookie of a Retry.
  kCookieExpired,    ///< The cookie was too old; it counts as none.
  kCookieInvalid,    ///< Not made by this process for this hello; it counts as none.
  kCookieReused,     ///< It has led to a handshake before; it counts as none.
  kTokenAccepted,    ///< The address was proven with the token of an earlier session.
  kTokenExpired,     ///< The token was too old; it counts as none.
  kTokenInvalid,     ///< Not made by this process for this address; it counts as none.
  kServerFull,       ///< The client was told that there is no room for its session.
  kSourceFull,       ///< It was told that its address has too many sessions.
  kSourceRate,       ///< Its address had too many handshakes lately; it was told, or not answered.
  kNoNewSessions,    ///< It was told that the server takes no new sessions.
  kIdentityMissing,  ///< It had no key to show to a server that asks for one.
  kIdentityRefused,  ///< It showed a key that is not welcome, or that is not its own.
};
inline constexpr std::size_t kAdmissionCount = 14;
std::string_view to_string(Admission what);

/// Why a valid ticket brought no early data in.
enum class EarlyRefusal : std::uint8_t {
  kDisabled,  ///< No service takes early data, or the ticket was made when none did.
  kSuite,     ///< Another suite was chosen than the ticket's.
  kPolicy,    ///< Limits, policy epoch or the need to ask who the client is have changed.
  kStale,     ///< The ticket's age is not what it should be: delayed, or recorded.
  kReplay,    ///< The ticket has brought early data before.
  kFull,      ///< No room to remember that it did.
};
inline constexpr std::size_t kEarlyRefusalCount = 6;
std::string_view to_string(EarlyRefusal reason);

/// Counters of one Endpoint, all from its start on. Values, so a copy is a consistent snapshot.
struct EndpointStats {
  std::uint64_t datagrams_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t datagrams_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t handshakes_started = 0;
  std::uint64_t handshakes_completed = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_expired = 0;
  std::uint64_t sessions_denied = 0;  ///< Closed because an access list came to deny their address.
  std::uint64_t sessions_banned = 0;  ///< Closed because their address came to be banned.
  /// Stateless resets: servers answer with them to packets of sessions that they do not know, and
  /// clients end their session by one.
  std::uint64_t resets_sent = 0;
  std::uint64_t resets_received = 0;
  std::uint64_t memory_held = 0;                   ///< Bytes that sessions hold for streams now.
  std::uint64_t memory_held_max = 0;               ///< The most they have held.
  std::uint64_t memory_budget = 0;                 ///< EndpointConfig::memory_bytes_max.
  std::array<std::uint64_t, 6> sessions_closed{};  ///< By CloseReason.
  std::array<std::uint64_t, kDropReasonCount> drops{};
  std::array<std::uint64_t, kAdmissionCount> admission{};
  // By RateLimit: how often a stream began to wait for tokens, and (LimitMode::kObserve)
  // how often something passed that would have been held back.
  std::array<std::uint64_t, kRateLimitCount> rate_limit_waits{};
  std::array<std::uint64_t, kRateLimitCount> rate_limit_observed{};
  /// By RateLimit: best-effort messages that were dropped for want of tokens.
  std::array<std::uint64_t, kRateLimitCount> rate_limit_drops{};
  /// By RateLimit, of the global ones: what has passed while any limit was on.
  std::array<std::uint64_t, kRateLimitCount> rate_limit_passed{};
  std::uint64_t tickets_issued = 0;
  std::uint64_t handshakes_resumed = 0;  ///< Servers: hellos with a valid ticket.
  std::uint64_t early_accepted = 0;      ///< Those of them whose early data was taken.
  std::array<std::uint64_t, kEarlyRefusalCount> early_refused{};  ///< By EarlyRefusal.

  EndpointStats& operator+=(const EndpointStats& other);
};

}  // namespace jetstream
