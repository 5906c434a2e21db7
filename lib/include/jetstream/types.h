// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace jetstream {

/// A number that is not just any number: ids of different kinds do not mix and have no arithmetic.
template <class Tag, class T>
class Strong {
 public:
  using value_type = T;
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(value) {}
  constexpr T value() const { return value_; }
  friend constexpr auto operator<=>(Strong, Strong) = default;

 private:
  T value_{};
};

/// Read-only and writable views of bytes. Whoever hands one out says how long it stays valid.
using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

/// The bytes of a string, without a copy.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// The text in bytes, without a copy and without any check of the encoding.
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Names a stream inside a session: odd ones are opened by the client, even ones by the server, 0
/// is the control stream, which carries the frames that belong to no stream.
using StreamId = Strong<struct StreamIdTag, std::uint32_t>;

/// The number people see and type: counts up from 1 in a server process, travels encrypted, never
/// reused.
using SessionId = Strong<struct SessionIdTag, std::uint64_t>;

/// Who speaks. The client sent the first hello.
enum class Role : std::uint8_t { kClient, kServer };
constexpr Role peer_of(Role role) { return role == Role::kClient ? Role::kServer : Role::kClient; }

/// The AEAD that protects packets, by its TLS 1.3 code point (RFC 8446 B.4). Both use SHA-256 here.
enum class CipherSuite : std::uint16_t {
  kAes256Gcm = 0x1302,
  kChaCha20Poly1305 = 0x1303,
};

/// The 8-byte wire id of one side of a session; packets carry the receiver's. Opaque to the peer.
struct ConnectionId {
  static constexpr std::size_t kSize = 8;
  std::array<std::uint8_t, kSize> bytes{};
  friend constexpr auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
};

/// An Ed25519 public key (RFC 8032), the identity of a server or a client.
using PublicKey = std::array<std::uint8_t, 32>;

/// What a server hands out so that it can end a session it has forgotten (RFC 9000 10.3).
using ResetToken = std::array<std::uint8_t, 16>;

/// An IPv4 or IPv6 address with a UDP port, as a plain value. IPv4 is kept as ::ffff:a.b.c.d.
struct PeerAddress {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;
  /// Interface index of a link-local IPv6 address, otherwise 0.
  std::uint32_t scope = 0;

  static PeerAddress v4(std::array<std::uint8_t, 4> address, std::uint16_t port);
  bool is_v4() const;
  bool is_loopback() const;
  /// "192.0.2.7:40000" or "[2001:db8::7]:40000".
  std::string to_string() const;
  friend auto operator<=>(const PeerAddress&, const PeerAddress&) = default;
};

/// The two ends of the way a datagram took. `local` may be all zero where the driver does not know
/// it.
struct Path {
  PeerAddress remote;
  PeerAddress local;
  friend auto operator<=>(const Path&, const Path&) = default;
};

std::string_view to_string(Role role);
/// "aes-256-gcm" or "chacha20-poly1305".
std::string_view to_string(CipherSuite suite);
/// 16 lower-case hex digits.
std::string to_string(const ConnectionId& id);
/// Lower-case hex of any bytes.
std::string to_hex(Bytes bytes);

}  // namespace jetstream

template <class Tag, class T>
struct std::hash<jetstream::Strong<Tag, T>> {
  std::size_t operator()(jetstream::Strong<Tag, T> id) const noexcept {
    return std::hash<T>{}(id.value());
  }
};
