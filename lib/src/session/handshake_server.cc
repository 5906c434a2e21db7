// SPDX-License-Identifier: MIT
#include "session/handshake_server.h"

#include <algorithm>

#include "crypto/ed25519.h"
#include "crypto/resumption.h"
#include "crypto/x25519.h"
#include "session/close.h"
#include "session/params.h"

namespace jetstream::session {
namespace {

/// The part of a flight that a refusal has as well: ServerHello and the secrets behind it.
struct HelloPart {
  CipherSuite suite = CipherSuite::kAes256Gcm;
  HandshakeSecrets secrets;
  crypto::Transcript transcript;
  std::size_t size = 0;
};

std::optional<HelloPart> write_hello_part(const ReceivedHello& received,
                                          const ServerFlightSetup& setup, RandomSource& random,
                                          MutableBytes out) {
  const auto suite = choose_suite(received.hello, setup.prefer_aes, setup.resumption);
  if (!suite) return std::nullopt;
  const auto share = crypto::X25519Key::generate(random);
  const auto shared = share.agree(received.hello.public_key);
  if (!shared) return std::nullopt;

  wire::ServerHello hello{};
  hello.version = wire::kVersion1;
  random.fill_public(hello.random);
  hello.connection_id = setup.local_id;
  hello.public_key = share.public_key();
  hello.cipher_suite = static_cast<std::uint16_t>(*suite);
  hello.group = wire::kGroupX25519;
  hello.psk = setup.resumption != nullptr;  // [RES-7]
  std::array<std::uint8_t, 256> body{};
  const std::size_t body_size = wire::write_server_hello(body, hello);

  base::ByteWriter writer(out);
  wire::write_long_header(writer, wire::PacketType::kInitial, received.hello.connection_id,
                          setup.local_id,
                          static_cast<std::uint16_t>(wire::kMessageHeaderSize + body_size));
  const std::size_t begin = writer.position();
  wire::write_message(writer, wire::MessageType::kServerHello, Bytes(body).first(body_size));

  HelloPart part;
  part.suite = *suite;
  part.size = writer.position();
  part.transcript.add(received.frame);
  part.transcript.add(writer.written().subspan(begin));
  const Bytes psk = setup.resumption != nullptr ? setup.resumption->state.psk.view() : Bytes();
  part.secrets = handshake_secrets(*shared, part.transcript.digest(), psk);
  return part;
}

/// Appends ServerParams, ServerVerify and ServerFinished to `messages` and to the transcript.
void write_proof(const ServerFlightSetup& setup, HelloPart& part, base::ByteWriter& messages) {
  const auto append = [&](wire::MessageType type, Bytes body) {
    const std::size_t begin = messages.position();
    wire::write_message(messages, type, body);
    part.transcript.add(messages.written().subspan(begin));
  };
  wire::ServerParams params{};
  params.identity = setup.server.identity.public_key();
  params.params = to_params(setup.session);
  params.retried = setup.retried;
  params.early_accepted = setup.resumption != nullptr && setup.resumption->early_accepted;
  params.client_auth = setup.server.client_auth == ClientAuth::kRequired;
  params.session_id = setup.session_id;
  params.reset_token = setup.reset_token;
  std::array<std::uint8_t, 512> body{};
  const std::size_t size = wire::write_server_params(body, params);
  append(wire::MessageType::kServerParams, Bytes(body).first(size));
  append(wire::MessageType::kServerVerify,
         crypto::sign_transcript(setup.server.identity, Role::kServer, part.transcript.digest()));
  append(wire::MessageType::kServerFinished,
         crypto::finished_mac(part.secrets.server_traffic, part.transcript.digest()));
}

Established establish(const HalfOpen& half_open, crypto::PacketCipher& cipher,
                      std::optional<PublicKey> identity, const crypto::Digest& handshake) {
  return {.suite = half_open.suite,
          .send_keys = application_keys(half_open.suite, half_open.master, Role::kServer,
                                        half_open.flight_digest, cipher.next_serial()),
          .receive_keys = application_keys(half_open.suite, half_open.master, Role::kClient,
                                           half_open.flight_digest, cipher.next_serial()),
          .local_id = half_open.local_id,
          .peer_id = half_open.client_id,
          .session_id = half_open.session_id,
          .peer_params = half_open.client_params,
          .peer_identity = identity,
          .resumption = crypto::resumption_secret(half_open.master, handshake),
          .resumed = half_open.resumed,
          .early_accepted = half_open.early_accepted};
}

}  // namespace

std::optional<CipherSuite> choose_suite(const wire::ClientHello& hello, bool prefer_aes,
                                        const Resumption* resumption) {
  constexpr auto kAes = static_cast<std::uint16_t>(CipherSuite::kAes256Gcm);
  constexpr auto kChaCha = static_cast<std::uint16_t>(CipherSuite::kChaCha20Poly1305);
  const auto& suites = hello.cipher_suites;
  const auto is_known = [](std::uint16_t suite) { return suite == kAes || suite == kChaCha; };
  const auto first = std::find_if(suites.begin(), suites.end(), is_known);
  if (first == suites.end()) return std::nullopt;
  if (resumption != nullptr && is_known(resumption->state.suite) &&
      suites.contains(resumption->state.suite)) {
    return static_cast<CipherSuite>(resumption->state.suite);
  }
  const bool has_chacha = std::find(suites.begin(), suites.end(), kChaCha) != suites.end();
  if (*first == kChaCha || (!prefer_aes && has_chacha)) return CipherSuite::kChaCha20Poly1305;
  return CipherSuite::kAes256Gcm;
}

/// Both packets, one behind the other: they leave as one datagram [HS-8].
bool answer_hello(Instant now, const ReceivedHello& received, const ServerFlightSetup& setup,
                  crypto::PacketCipher& cipher, RandomSource& random, HalfOpen& half_open) {
  auto part = write_hello_part(received, setup, random, half_open.flight);
  if (!part) return false;
  const HandshakeSecrets& secrets = part->secrets;
  half_open.server_keys =
      crypto::derive_packet_keys(part->suite, secrets.server_traffic, cipher.next_serial());
  half_open.client_keys =
      crypto::derive_packet_keys(part->suite, secrets.client_traffic, cipher.next_serial());

  std::array<std::uint8_t, kFlightBytesMax> buffer{};
  base::ByteWriter messages(buffer);
  write_proof(setup, *part, messages);
  const std::size_t sealed = seal_handshake_packet(
      cipher, half_open.server_keys, received.hello.connection_id, setup.local_id, kFlightNumber,
      messages.written(), MutableBytes(half_open.flight).subspan(part->size));
  half_open.flight_size = static_cast<std::uint16_t>(part->size + sealed);

  half_open.remote = received.path.remote;
  half_open.local = received.path.local;
  half_open.client_id = received.hello.connection_id;
  half_open.local_id = setup.local_id;
  half_open.client_random = received.hello.random;
  half_open.suite = part->suite;
  half_open.session_id = setup.session_id;
  half_open.client_params = received.hello.params;
  half_open.client_auth = setup.server.client_auth == ClientAuth::kRequired;
  half_open.refusal.reset();
  half_open.created_at = now;
  half_open.bytes_received = received.datagram_bytes;
  half_open.bytes_sent = 0;
  half_open.flights_sent = 0;
  half_open.client_traffic = secrets.client_traffic;
  half_open.master = secrets.master;
  half_open.flight_digest = part->transcript.digest();
  half_open.transcript.emplace(std::move(part->transcript));
  half_open.resumed = setup.resumption != nullptr;
  half_open.early_accepted = half_open.resumed && setup.resumption->early_accepted;
  return true;
}

Established early_session(const HalfOpen& half_open, crypto::PacketCipher& cipher) {
  return establish(half_open, cipher, std::nullopt, crypto::Digest{});
}

std::size_t refuse_hello(const ReceivedHello& received, const ServerFlightSetup& setup,
                         const CloseInfo& why, crypto::PacketCipher& cipher, RandomSource& random,
                         MutableBytes out) {
  const auto part = write_hello_part(received, setup, random, out);
  if (!part) return 0;
  const auto keys =
      crypto::derive_packet_keys(part->suite, part->secrets.server_traffic, cipher.next_serial());
  std::array<std::uint8_t, 160> messages{};
  const std::size_t size = write_close_message(messages, why);
  const std::size_t sealed =
      seal_handshake_packet(cipher, keys, received.hello.connection_id, setup.local_id,
                            kFlightNumber, Bytes(messages).first(size), out.subspan(part->size));
  cipher.forget(keys);
  return part->size + sealed;
}

FinishOutcome finish_handshake(HalfOpen& half_open, const ServerConfig& server,
                               crypto::PacketCipher& cipher, MutableBytes packet) {
  const auto opened = open_handshake_packet(cipher, half_open.client_keys, kFlightNumber, packet);
  if (!opened) return ClientIgnored{};
  base::ByteReader reader(*opened);
  auto message = wire::next_message(reader);
  if (message && message->type == wire::MessageType::kClose && reader.empty()) {
    auto why = parse_close_message(message->body);
    if (!why) return ClientIgnored{};
    return ClientClosed{std::move(*why)};
  }

  crypto::Transcript transcript = *half_open.transcript;
  std::optional<wire::ClientVerify> verify;
  if (half_open.client_auth && message && message->type == wire::MessageType::kClientVerify) {
    verify = wire::parse_client_verify(message->body);
    if (!verify) return ClientIgnored{};
    transcript.add(message->frame);
    message = wire::next_message(reader);
  }
  if (!message || message->type != wire::MessageType::kClientFinished || !reader.empty()) {
    return ClientIgnored{};
  }
  const auto mac = crypto::finished_mac(half_open.client_traffic, transcript.digest());
  if (!crypto::constant_time_equal(mac, message->body)) return ClientIgnored{};
  transcript.add(message->frame);
  const crypto::Digest handshake = transcript.digest();
  if (half_open.refusal) return refuse_client(half_open, cipher, *half_open.refusal);
  if (!half_open.client_auth && server.client_auth == ClientAuth::kRequired) {
    // It was not asked then, but nobody gets in any more who has not proven who it is [HS-29].
    return refuse_client(half_open, cipher, kIdentityRequired);
  }
  if (!half_open.client_auth) return establish(half_open, cipher, std::nullopt, handshake);
  // From here on the client is who finished this handshake, so it is told [HS-23].
  if (!verify) {
    return refuse_client(half_open, cipher, kIdentityRequired);
  }
  const auto& welcome = server.authorized_clients;
  const bool authorized =
      std::find(welcome.begin(), welcome.end(), verify->identity) != welcome.end();
  if (!authorized || !crypto::verify_transcript(verify->identity, Role::kClient,
                                                half_open.flight_digest, verify->signature)) {
    return refuse_client(half_open, cipher, kIdentityRefused);
  }
  return establish(half_open, cipher, verify->identity, handshake);
}

ClientRefused refuse_client(HalfOpen& half_open, crypto::PacketCipher& cipher,
                            const Violation& why) {
  half_open.refusal = why;
  ClientRefused refused{.why = local_close(why)};
  std::array<std::uint8_t, 160> messages{};
  const std::size_t size = write_close_message(messages, refused.why);
  refused.packet_size =
      seal_handshake_packet(cipher, half_open.server_keys, half_open.client_id, half_open.local_id,
                            kRefusalNumber, Bytes(messages).first(size), refused.packet);
  return refused;
}

}  // namespace jetstream::session
