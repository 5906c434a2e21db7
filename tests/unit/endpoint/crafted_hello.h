// SPDX-License-Identifier: MIT
#pragma once

#include "support/raw_peer.h"

namespace jetstream::testing {

/// A hello's datagram in which a test can get anything wrong.
struct CraftedHello {
  wire::ClientHello hello;
  std::uint32_t header_version = wire::kVersion1;
  std::optional<ConnectionId> header_source;
  ConnectionId destination{{7, 7, 7, 7, 7, 7, 7, 7}};
  /// Bytes of a byte string under an unknown key; makes the body larger by so many, and 5 or 6.
  std::optional<std::size_t> unknown_bytes;
  std::size_t datagram_bytes = wire::kMinHelloDatagram;

  explicit CraftedHello(std::uint64_t seed = 77) {
    SeededRandom random(seed);
    hello.version = wire::kVersion1;
    random.fill_public(hello.random);
    hello.cipher_suites.push_back(0x1302);
    hello.groups.push_back(wire::kGroupX25519);
    hello.public_key = crypto::X25519Key::generate(random).public_key();
    random.fill_public(hello.connection_id.bytes);
    hello.params = {.datagram_bytes_max = 65507,
                    .heartbeat_interval_ms = 5000,
                    .max_data = 1 << 20,
                    .max_stream_data = 1 << 18,
                    .max_streams = 100,
                    .message_bytes_max = 1 << 18,
                    .timeout_ms = 30000};
  }

  Buffer body() const {
    Buffer bytes(wire::kHelloSizeMax);
    bytes.resize(wire::write_client_hello(bytes, hello));
    if (unknown_bytes) {
      // The shortest key goes first: "a", and a byte string with a length of 2 bytes.
      const auto size = static_cast<std::uint16_t>(*unknown_bytes);
      Buffer entry = {0x61, 'a', 0x59, static_cast<std::uint8_t>(size >> 8),
                      static_cast<std::uint8_t>(size & 0xff)};
      entry.resize(entry.size() + size);
      ++bytes[0];
      bytes.insert(bytes.begin() + 1, entry.begin(), entry.end());
    }
    return bytes;
  }
  Buffer packet() const {
    const Buffer content = body();
    Buffer bytes(wire::kLongHeaderSize + wire::kMessageHeaderSize + content.size());
    base::ByteWriter writer(bytes);
    wire::write_long_header(writer, wire::PacketType::kInitial, destination,
                            header_source.value_or(hello.connection_id),
                            static_cast<std::uint16_t>(bytes.size() - wire::kLongHeaderSize),
                            header_version);
    wire::write_message(writer, wire::MessageType::kClientHello, content);
    return bytes;
  }
  Buffer datagram() const {
    Buffer bytes = packet();
    bytes.resize(std::max(datagram_bytes, bytes.size()));
    return bytes;
  }
};

}  // namespace jetstream::testing
