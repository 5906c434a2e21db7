// SPDX-License-Identifier: MIT
#include "session/handshake_schedule.h"

#include "wire/packet_header.h"

namespace jetstream::session {

HandshakeSecrets handshake_secrets(const crypto::Secret& shared, const crypto::Digest& hellos,
                                   Bytes psk) {
  const crypto::Secret early = crypto::early_secret(psk);
  const crypto::Secret handshake = crypto::handshake_secret(early, shared);
  return {.client_traffic = crypto::derive_secret(handshake, "c hs traffic", hellos),
          .server_traffic = crypto::derive_secret(handshake, "s hs traffic", hellos),
          .master = crypto::master_secret(handshake)};
}

crypto::PacketKeys application_keys(CipherSuite suite, const crypto::Secret& master, Role sender,
                                    const crypto::Digest& flight, std::uint64_t serial) {
  const std::string_view label = sender == Role::kClient ? "c ap traffic" : "s ap traffic";
  return crypto::derive_packet_keys(suite, crypto::derive_secret(master, label, flight), serial);
}

std::size_t seal_handshake_packet(crypto::PacketCipher& cipher, const crypto::PacketKeys& keys,
                                  const ConnectionId& destination, const ConnectionId& source,
                                  std::uint64_t number, Bytes messages, MutableBytes out) {
  base::ByteWriter writer(out);
  const std::size_t length = sizeof(std::uint32_t) + messages.size() + wire::kTagSize;
  wire::write_long_header(writer, wire::PacketType::kHandshake, destination, source,
                          static_cast<std::uint16_t>(length));
  writer.write_u32(static_cast<std::uint32_t>(number));
  writer.write_bytes(messages);
  writer.skip(wire::kTagSize);
  cipher.seal(keys, number, out.first(writer.position()), wire::kProtectedLongHeaderSize);
  return writer.position();
}

std::optional<MutableBytes> open_handshake_packet(crypto::PacketCipher& cipher,
                                                  const crypto::PacketKeys& keys,
                                                  std::uint64_t number, MutableBytes packet) {
  constexpr std::size_t kHeader = wire::kProtectedLongHeaderSize;
  if (packet.size() < kHeader + 1 + wire::kTagSize) return std::nullopt;
  const std::uint8_t flags = cipher.unmask(keys, packet, kHeader).flags;
  // With any other number in its header the packet does not verify.
  const auto messages = cipher.open(keys, number, packet, kHeader);
  if (!messages || !wire::reserved_bits_clear(flags)) return std::nullopt;
  return messages;
}

}  // namespace jetstream::session
