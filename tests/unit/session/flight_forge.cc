// SPDX-License-Identifier: MIT
#include "unit/session/flight_forge.h"

namespace jetstream::testing {
namespace {

struct ReadHello {
  wire::ClientHello hello;
  Buffer frame;
};

ReadHello read(Bytes datagram) {
  Buffer copy(datagram.begin(), datagram.end());
  MutableBytes rest = copy;
  bool malformed = false;
  const auto packet = wire::next_packet(rest, malformed);
  base::ByteReader reader(packet->bytes.subspan(packet->pn_offset));
  const auto first = wire::next_message(reader);
  return {*wire::parse_client_hello(first->body), Buffer(first->frame.begin(), first->frame.end())};
}

crypto::Secret agreed(const crypto::X25519Key& share, const std::array<std::uint8_t, 32>& peer) {
  const auto shared = share.agree(peer);
  return shared ? *shared : crypto::Secret{};
}

}  // namespace

Buffer FlightForge::answer(Bytes hello_datagram) {
  const auto [client, client_frame] = read(hello_datagram);
  std::array<std::uint8_t, 1024> body{};
  const Buffer hello_frame = message(wire::MessageType::kServerHello,
                                     Bytes(body).first(wire::write_server_hello(body, hello)));
  Buffer datagram(4096);
  base::ByteWriter writer(datagram);
  const ConnectionId client_id = client.connection_id;
  wire::write_long_header(
      writer, wire::PacketType::kInitial, initial_destination.value_or(client_id),
      initial_source.value_or(hello.connection_id),
      static_cast<std::uint16_t>(hello_frame.size() + hello_trailer.size()), header_version);
  writer.write_bytes(hello_frame);
  writer.write_bytes(hello_trailer);

  transcript = {};
  transcript.add(client_frame);
  transcript.add(hello_frame);
  const crypto::Digest hellos = transcript.digest();
  const auto handshake =
      crypto::handshake_secret(crypto::early_secret(psk), agreed(share_, client.public_key));
  client_traffic = crypto::derive_secret(handshake, "c hs traffic", hellos);
  const auto server_traffic = crypto::derive_secret(handshake, "s hs traffic", hellos);
  master = crypto::master_secret(handshake);
  const CipherSuite suite = sealed_with.value_or(static_cast<CipherSuite>(hello.cipher_suite));
  client_keys = crypto::derive_packet_keys(suite, client_traffic, cipher.next_serial());
  const auto keys = crypto::derive_packet_keys(suite, server_traffic, cipher.next_serial());

  std::array<Buffer, 3> flight;
  flight[0] = message(wire::MessageType::kServerParams,
                      Bytes(body).first(wire::write_server_params(body, params)));
  transcript.add(flight[0]);
  auto proof = signature.value_or(crypto::sign_transcript(identity, signer, transcript.digest()));
  if (break_signature) proof[0] ^= 1;
  flight[1] = message(wire::MessageType::kServerVerify, proof);
  transcript.add(flight[1]);
  auto mac = crypto::finished_mac(server_traffic, transcript.digest());
  if (break_mac) mac.back() ^= 0x80;
  flight[2] = message(wire::MessageType::kServerFinished, mac);
  transcript.add(flight[2]);
  Buffer messages = instead;
  if (messages.empty()) {
    for (const std::size_t i : order) messages = joined(messages, flight[i]);
  }
  messages = joined(messages, trailer);

  const std::size_t begin = writer.position();
  wire::write_long_header(writer, wire::PacketType::kHandshake,
                          handshake_destination.value_or(client_id),
                          handshake_source.value_or(hello.connection_id),
                          static_cast<std::uint16_t>(4 + messages.size() + wire::kTagSize));
  writer.write_u32(static_cast<std::uint32_t>(number));
  writer.write_bytes(messages);
  writer.skip(wire::kTagSize);
  datagram.resize(writer.position());
  cipher.seal(keys, number, MutableBytes(datagram).subspan(begin), wire::kProtectedLongHeaderSize);
  return datagram;
}

}  // namespace jetstream::testing
