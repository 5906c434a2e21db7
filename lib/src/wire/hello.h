// SPDX-License-Identifier: MIT
//
// The bodies of the handshake messages that are CBOR maps (docs/PROTOCOL.md, "Handshake"). Parsing
// is all or nothing: a body with a missing key, a value out of its range, an encoding that is not
// the one deterministic form, or a byte too many is refused. Keys nobody knows are ignored, so that
// later versions can add some; they have at most kUnknownKeySizeMax bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "jetstream/types.h"
#include "wire/small_list.h"

namespace jetstream::wire {

/// No hello body is longer, sent or received.
inline constexpr std::size_t kHelloSizeMax = 2048;
/// The binder of a hello is named by 21 bytes and must come last in key order, so nobody may use a
/// longer name.
inline constexpr std::size_t kUnknownKeySizeMax = 20;
inline constexpr std::size_t kSignatureSize = 64;

/// A code point that is no CipherSuite or group of ours is kept as a number, and not chosen.
using CodePoints = SmallList<std::uint16_t, 8>;

/// The longest ticket a hello or NEW_TICKET can carry: a hello with one and all else that fits must
/// stay within one datagram of 1 200 bytes.
inline constexpr std::size_t kTicketSizeMax = 512;
using TicketBytes = SmallList<std::uint8_t, kTicketSizeMax>;
/// The last bytes of a ClientHello with a ticket.
inline constexpr std::size_t kBinderSize = 32;

/// X25519, by its TLS 1.3 code point (RFC 8446 4.2.7).
inline constexpr std::uint16_t kGroupX25519 = 0x001d;

/// What a server gave to a client so that it can show it again and thereby prove its address: a
/// cookie of a Retry, or an address token of an earlier session.
inline constexpr std::size_t kCookieSize = 22;
inline constexpr std::size_t kAddressTokenSize = 70;
using AddressProof = SmallList<std::uint8_t, kAddressTokenSize>;

/// What a side allows the other: SessionConfig on the wire. Sizes in bytes, times in milliseconds;
/// the ranges are those of SessionConfig.
struct HelloParams {
  std::uint64_t datagram_bytes_max = 0;
  std::uint64_t heartbeat_interval_ms = 0;
  std::uint64_t max_data = 0;
  std::uint64_t max_stream_data = 0;
  std::uint64_t max_streams = 0;
  std::uint64_t message_bytes_max = 0;
  std::uint64_t timeout_ms = 0;
  friend bool operator==(const HelloParams&, const HelloParams&) = default;
};

/// Whether every field is in its range; parsing refuses what is not.
bool in_range(const HelloParams& params);

struct ClientHello {
  std::uint32_t version = 0;
  std::array<std::uint8_t, 32> random{};
  CodePoints cipher_suites;  ///< In the client's order of preference; at least one.
  CodePoints groups;         ///< At least one; the first is that of `public_key`.
  std::array<std::uint8_t, 32> public_key{};
  ConnectionId connection_id;
  HelloParams params;
  std::optional<AddressProof> cookie{};  ///< kCookieSize or kAddressTokenSize bytes.
  /// These three together or none of them [RES-1].
  std::optional<TicketBytes> ticket{};
  std::optional<std::uint32_t> ticket_age{};
  std::optional<std::array<std::uint8_t, kBinderSize>> binder{};
  friend bool operator==(const ClientHello&, const ClientHello&) = default;
};

/// The whole payload of a Retry packet.
struct Retry {
  std::array<std::uint8_t, 16> echo{};  ///< The first half of the hello's random.
  std::array<std::uint8_t, kCookieSize> cookie{};
  friend bool operator==(const Retry&, const Retry&) = default;
};

struct ServerHello {
  std::uint32_t version = 0;
  std::array<std::uint8_t, 32> random{};
  ConnectionId connection_id;
  std::array<std::uint8_t, 32> public_key{};
  std::uint16_t cipher_suite = 0;  ///< A CipherSuite, unchecked.
  std::uint16_t group = 0;
  bool psk = false;
  friend bool operator==(const ServerHello&, const ServerHello&) = default;
};

struct ServerParams {
  PublicKey identity{};
  HelloParams params;
  bool retried = false;
  bool early_accepted = false;
  bool client_auth = false;
  SessionId session_id;  ///< From 1.
  ResetToken reset_token{};
  friend bool operator==(const ServerParams&, const ServerParams&) = default;
};

struct ClientVerify {
  PublicKey identity{};
  std::array<std::uint8_t, kSignatureSize> signature{};
  /// The CBOR map in front of the signature, a view of the parsed body. Not used for writing.
  Bytes map;
};

/// Something unknown in a hello, so that servers that choke on it are found early (RFC 8701).
struct Grease {
  /// 1 to kUnknownKeySizeMax bytes of ASCII, not a key of the hello. Its value is 0.
  std::string_view key;
  /// Listed last. There must be room for it in cipher_suites.
  std::uint16_t suite = 0;
};

std::optional<ClientHello> parse_client_hello(Bytes body);
std::optional<Retry> parse_retry(Bytes payload);
std::optional<ServerHello> parse_server_hello(Bytes body);
std::optional<ServerParams> parse_server_params(Bytes body);
std::optional<ClientVerify> parse_client_verify(Bytes body);

/// These write a body to the front of `out`, which has room for it (kHelloSizeMax is enough), and
/// return its size.
std::size_t write_client_hello(MutableBytes out, const ClientHello& hello,
                               const std::optional<Grease>& grease = std::nullopt);
std::size_t write_retry(MutableBytes out, const Retry& retry);
std::size_t write_server_hello(MutableBytes out, const ServerHello& hello);
std::size_t write_server_params(MutableBytes out, const ServerParams& params);
std::size_t write_client_verify(MutableBytes out, const ClientVerify& verify);

}  // namespace jetstream::wire
