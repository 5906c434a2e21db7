// SPDX-License-Identifier: MIT
#include "session/handshake_client.h"

#include <algorithm>

#include "crypto/ed25519.h"
#include "crypto/resumption.h"
#include "session/close.h"
#include "session/params.h"

namespace jetstream::session {
namespace {

using namespace std::chrono_literals;

/// When the hello is sent again, counted from the first time; each is off by up to a tenth, so that
/// clients which lost a packet together do not come back together [HS-3].
constexpr std::array<Duration, 4> kResendAt = {300ms, 900ms, 2100ms, 4500ms};

Duration with_jitter(Duration duration, RandomSource& random) {
  std::array<std::uint8_t, 1> byte{};
  random.fill_public(byte);
  const auto per_mille = 900 + 200 * static_cast<std::int64_t>(byte[0]) / 255;
  return duration * per_mille / 1000;
}

/// So many Retries are followed: one is the rule, a second one may come if a cookie was too late.
constexpr std::size_t kRetriesMax = 2;

}  // namespace

/// What one datagram of the server says, while it is being verified.
struct ClientHandshake::Flight {
  /// Which of the client's hellos it answers.
  std::size_t answered = 0;
  std::vector<std::uint8_t> opened;
  wire::ServerHello hello;
  Bytes hello_frame;
  HandshakeSecrets secrets;
  wire::ServerParams params;
  crypto::PacketKeys server_keys;
  CipherSuite suite = CipherSuite::kAes256Gcm;
  Bytes params_frame, verify_frame, finished_frame;
  Bytes signature, mac;
};

ClientHandshake::ClientHandshake(Instant now, Setup setup, crypto::PacketCipher& cipher,
                                 RandomSource& random)
    : setup_(std::move(setup)),
      cipher_(cipher),
      random_(random),
      share_(crypto::X25519Key::generate(random)),
      started_(now),
      give_up_(now + setup_.give_up_after) {
  for (std::size_t i = 0; i < kResendAt.size(); ++i) {
    resend_after_[i] = with_jitter(kResendAt[i], random);
  }
  deadline_ = std::min(give_up_, started_ + resend_after_[0]);
  // A ticket is no reason to trust anybody, and none to fail.
  const auto& ticket = setup_.ticket;
  if (ticket && (ticket->expired(now) || !setup_.trust.accepts(ticket->server) ||
                 ticket->encrypted_state.size() > wire::kTicketSizeMax)) {
    setup_.ticket.reset();
  }
  if (setup_.ticket) offer_ticket(now);
  hello_.cookie = setup_.address_token;
  draw_hello();
}

void ClientHandshake::draw_hello() {
  hello_.version = wire::kVersion1;
  random_.fill_public(hello_.random);
  constexpr auto kAes = static_cast<std::uint16_t>(CipherSuite::kAes256Gcm);
  constexpr auto kChaCha = static_cast<std::uint16_t>(CipherSuite::kChaCha20Poly1305);
  // What this CPU is fast at goes first [HS-5].
  hello_.cipher_suites =
      setup_.prefer_aes ? wire::CodePoints{kAes, kChaCha} : wire::CodePoints{kChaCha, kAes};
  hello_.groups = {wire::kGroupX25519};
  hello_.public_key = share_.public_key();
  hello_.connection_id = setup_.local_id;
  hello_.params = to_params(setup_.config);
  random_.fill_public(first_destination_.bytes);

  std::array<std::uint8_t, 3> bytes{};
  random_.fill_public(bytes);
  grease_.key[0] = 'z';
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    grease_.key[i + 1] = static_cast<char>('a' + bytes[i] % 26);
  }
  // The reserved code points of RFC 8701: 0x?a?a.
  grease_.suite =
      static_cast<std::uint16_t>((bytes[0] & 0xf0u) << 8 | 0x0a0au | (bytes[0] & 0xf0u));
  hellos_.clear();
  hellos_taken_ = 0;
  write_hello();
}

void ClientHandshake::write_hello() {
  const wire::Grease grease{.key = {grease_.key.data(), grease_.key.size()},
                            .suite = grease_.suite};
  std::array<std::uint8_t, wire::kMinHelloDatagram> body{};
  const std::size_t body_size = wire::write_client_hello(body, hello_, grease);
  datagram_.fill(0);  // the rest of it stays 0 [PKT-20]
  base::ByteWriter writer(datagram_);
  wire::write_long_header(writer, wire::PacketType::kInitial, first_destination_, setup_.local_id,
                          static_cast<std::uint16_t>(wire::kMessageHeaderSize + body_size));
  const std::size_t begin = writer.position();
  wire::write_message(writer, wire::MessageType::kClientHello, Bytes(body).first(body_size));
  const std::size_t message_end = writer.position();
  const MutableBytes message = MutableBytes(datagram_).first(message_end).subspan(begin);
  if (setup_.ticket) write_binder(message);
  room_begin_ = message_end;
  hellos_.emplace_back(message.begin(), message.end());
}

bool ClientHandshake::take_retry(const wire::PacketView& packet) {
  // Whoever did not see our hello knows neither this id nor what the echo has to be [RETRY-3].
  if (packet.version != wire::kVersion1 || packet.destination != setup_.local_id ||
      packet.source != first_destination_) {
    return false;
  }
  const auto retry = wire::parse_retry(packet.bytes.subspan(packet.pn_offset));
  if (!retry || !std::equal(retry->echo.begin(), retry->echo.end(), hello_.random.begin())) {
    return false;
  }
  wire::AddressProof cookie;
  for (const std::uint8_t byte : retry->cookie) cookie.push_back(byte);
  if (hello_.cookie == cookie) return false;       // a copy of the one that was followed
  if (hellos_.size() > kRetriesMax) return false;  // [RETRY-5]
  hello_.cookie = cookie;                          // in place of a token, too [RETRY-16]
  write_hello();                                   // and everything else as it was [RETRY-4]
  hello_due_ = true;
  return true;
}

void ClientHandshake::start_over() {
  share_ = crypto::X25519Key::generate(random_);
  hello_.cookie.reset();
  withdraw_ticket();
  restarted_ = true;
  // The new hello goes out when a copy of the old one would have: however often a server makes us
  // start over, it gets no more hellos than a silent one [RETRY-13].
  draw_hello();
}

void ClientHandshake::offer_ticket(Instant now) {
  const SessionTicket& ticket = *setup_.ticket;
  wire::TicketBytes& bytes = hello_.ticket.emplace();
  for (const std::uint8_t byte : ticket.encrypted_state) bytes.push_back(byte);
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - ticket.created_at);
  hello_.ticket_age = static_cast<std::uint32_t>(age.count()) + ticket.age_add;  // [RES-11]
  hello_.binder.emplace();
}

/// A new attempt does without: the ticket was for the one that failed [RES-2].
void ClientHandshake::withdraw_ticket() {
  setup_.ticket.reset();
  hello_.ticket.reset();
  hello_.ticket_age.reset();
  hello_.binder.reset();
}

/// The binder is the last that is written of a hello, over all that stands before it.
void ClientHandshake::write_binder(MutableBytes message) {
  const Bytes truncated = message.first(message.size() - wire::kBinderSize);
  const auto binder =
      crypto::binder_mac(crypto::early_secret(setup_.ticket->psk), crypto::sha256(truncated));
  std::copy(binder.begin(), binder.end(), message.end() - wire::kBinderSize);
}

crypto::Secret ClientHandshake::early_traffic() const {
  return crypto::early_traffic_secret(crypto::early_secret(setup_.ticket->psk),
                                      crypto::sha256(hellos_.back()));
}

Bytes ClientHandshake::take_hello() {
  hello_due_ = false;
  hellos_taken_ = hellos_.size();
  return datagram_;
}

ClientHandshake::Outcome ClientHandshake::handle_timeout(Instant now) {
  if (now < deadline_) return Outcome::kIgnored;
  if (refusal_) return fail(*refusal_);
  if (now >= give_up_) {  // [HS-4]
    CloseInfo why = local_close(TransportCode::kHandshakeFailed, "the server did not answer");
    why.reason = CloseReason::kTimeout;
    why.local = LocalCode::kHandshakeTimeout;
    return fail(std::move(why));
  }
  hello_due_ = true;
  ++resends_;
  const Instant next =
      resends_ < resend_after_.size() ? started_ + resend_after_[resends_] : give_up_;
  deadline_ = std::min(give_up_, next);
  return Outcome::kIgnored;
}

void ClientHandshake::note_version_negotiation(const wire::PacketView& packet) {
  // Whoever did not see our hello can't know the id it was sent to.
  if (packet.source != first_destination_) return;
  base::ByteReader reader(packet.bytes.subspan(packet.pn_offset));
  while (const auto version = reader.read_u32()) {
    if (*version == wire::kVersion1) return;  // a server that speaks our version would have used it
  }
  if (!refusal_) {
    refusal_ = local_close(TransportCode::kHandshakeFailed, "the server does not speak version 1");
  }
}

ClientHandshake::Outcome ClientHandshake::handle_datagram(MutableBytes datagram) {
  Flight flight;
  if (!parse_server_hello(datagram, flight)) return Outcome::kIgnored;
  if (!open_flight(datagram, flight)) return Outcome::kIgnored;
  crypto::Transcript transcript;
  transcript.add(hellos_[flight.answered]);
  transcript.add(flight.hello_frame);
  if (!verify_flight(flight, transcript)) return Outcome::kIgnored;
  return finish(flight, std::move(transcript));
}

bool ClientHandshake::parse_server_hello(MutableBytes& datagram, Flight& flight) {
  bool malformed = false;
  const auto packet = wire::next_packet(datagram, malformed);
  if (!packet || packet->type != wire::PacketType::kInitial) return false;
  if (packet->version != wire::kVersion1 || packet->destination != setup_.local_id) return false;
  base::ByteReader reader(packet->bytes.subspan(packet->pn_offset));
  const auto message = wire::next_message(reader);
  if (!message || message->type != wire::MessageType::kServerHello || !reader.empty()) return false;
  const auto hello = wire::parse_server_hello(message->body);
  // [PKT-8]
  if (!hello || hello->version != packet->version || hello->connection_id != packet->source) {
    return false;
  }
  // Both suites are always offered, so any known one was [HS-14].
  const auto suite = static_cast<CipherSuite>(hello->cipher_suite);
  if (suite != CipherSuite::kAes256Gcm && suite != CipherSuite::kChaCha20Poly1305) return false;
  if (hello->group != wire::kGroupX25519) return false;
  if (hello->psk && !setup_.ticket) return false;  // [RES-9]
  flight.hello = *hello;
  flight.suite = suite;
  flight.hello_frame = message->frame;
  return true;
}

bool ClientHandshake::open_flight(MutableBytes& datagram, Flight& flight) {
  bool malformed = false;
  const auto packet = wire::next_packet(datagram, malformed);
  if (!packet || packet->type != wire::PacketType::kHandshake) return false;
  if (packet->destination != setup_.local_id || packet->source != flight.hello.connection_id) {
    return false;
  }
  const auto shared = share_.agree(flight.hello.public_key);
  if (!shared) return false;
  // A Retry may have crossed the answer to an earlier hello. Nothing in it says which hello it
  // answers, but only the right one's keys open it [RETRY-6].
  for (std::size_t hello = hellos_.size(); hello-- > 0;) {
    if (open_as_answer(hello, *shared, packet->bytes, flight)) {
      return read_flight(flight.opened, flight);
    }
  }
  return false;
}

bool ClientHandshake::open_as_answer(std::size_t hello, const crypto::Secret& shared, Bytes packet,
                                     Flight& flight) {
  crypto::Transcript hellos;
  hellos.add(hellos_[hello]);
  hellos.add(flight.hello_frame);
  const Bytes psk = flight.hello.psk ? Bytes(setup_.ticket->psk) : Bytes();
  flight.secrets = handshake_secrets(shared, hellos.digest(), psk);
  flight.server_keys = crypto::derive_packet_keys(flight.suite, flight.secrets.server_traffic,
                                                  cipher_.next_serial());
  std::vector<std::uint8_t> copy(packet.begin(), packet.end());
  const auto messages = open_handshake_packet(cipher_, flight.server_keys, kFlightNumber, copy);
  if (!messages) return false;
  flight.opened.assign(messages->begin(), messages->end());
  flight.answered = hello;
  return true;
}

bool ClientHandshake::read_flight(Bytes messages, Flight& flight) {
  base::ByteReader reader(messages);
  const auto first = wire::next_message(reader);
  if (first && first->type == wire::MessageType::kClose && reader.empty()) {
    // Not proven to come from the server, so it only counts if nothing better arrives in time.
    if (auto why = parse_close_message(first->body)) refusal_ = std::move(why);
    return false;
  }
  // These three, in this order, and nothing else [HS-1].
  const auto second = wire::next_message(reader);
  const auto third = wire::next_message(reader);
  if (!first || first->type != wire::MessageType::kServerParams) return false;
  if (!second || second->type != wire::MessageType::kServerVerify) return false;
  if (!third || third->type != wire::MessageType::kServerFinished || !reader.empty()) return false;
  const auto params = wire::parse_server_params(first->body);
  if (!params) return false;
  flight.params = *params;
  if (!ticket_fits(flight)) return false;
  flight.params_frame = first->frame;
  flight.verify_frame = second->frame;
  flight.finished_frame = third->frame;
  flight.signature = second->body;
  flight.mac = third->body;
  return true;
}

/// A server that uses the ticket is the one that gave it, and one that takes early data does so
/// under the terms it was sent by [RES-9].
bool ClientHandshake::ticket_fits(const Flight& flight) const {
  if (!flight.hello.psk) return !flight.params.early_accepted;
  const SessionTicket& ticket = *setup_.ticket;
  if (flight.params.identity != ticket.server) return false;
  if (!flight.params.early_accepted) return true;
  const wire::HelloParams& now = flight.params.params;
  return offers_early_data() && flight.suite == ticket.suite && now.max_data >= ticket.max_data &&
         now.max_stream_data >= ticket.max_stream_data && now.max_streams >= ticket.max_streams &&
         now.message_bytes_max >= ticket.message_bytes_max;
}

bool ClientHandshake::verify_flight(const Flight& flight, crypto::Transcript& transcript) {
  transcript.add(flight.params_frame);
  const crypto::Digest signed_part = transcript.digest();
  transcript.add(flight.verify_frame);
  // The MAC first: it is a hundred times cheaper than the signature [HS-15].
  const crypto::Digest mac =
      crypto::finished_mac(flight.secrets.server_traffic, transcript.digest());
  transcript.add(flight.finished_frame);
  return crypto::constant_time_equal(mac, flight.mac) &&
         crypto::verify_transcript(flight.params.identity, Role::kServer, signed_part,
                                   flight.signature);
}

ClientHandshake::Outcome ClientHandshake::finish(const Flight& flight,
                                                 crypto::Transcript transcript) {
  server_identity_ = flight.params.identity;
  std::array<std::uint8_t, 1024> buffer{};
  base::ByteWriter messages(buffer);
  const auto refuse_server = [&](CloseInfo why) {
    const std::size_t size = write_close_message(buffer, why);
    seal_for_server(flight, Bytes(buffer).first(size));
    return fail(std::move(why));
  };
  if (!setup_.trust.accepts(flight.params.identity)) {  // [HS-16]
    CloseInfo why = local_close(TransportCode::kHandshakeFailed, "the server's key is not trusted");
    why.local = LocalCode::kUntrustedIdentity;
    return refuse_server(std::move(why));
  }
  // From here on it is the server who says so, and not somebody who wants us to start over for
  // ever.
  if (flight.params.retried != (flight.answered > 0)) {  // [RETRY-13]
    start_over();
    return Outcome::kIgnored;
  }
  if (flight.params.client_auth && !setup_.identity) {
    CloseInfo why = local_close(TransportCode::kClientIdentityRequired,
                                "the server asks for a client identity and none is configured");
    why.local = LocalCode::kBadKey;
    return refuse_server(std::move(why));
  }

  const crypto::Digest flight_digest = transcript.digest();
  if (flight.params.client_auth) {  // [HS-18]
    const auto signature = crypto::sign_transcript(*setup_.identity, Role::kClient, flight_digest);
    std::array<std::uint8_t, 256> body{};
    const std::size_t size =
        wire::write_client_verify(body, {setup_.identity->public_key(), signature, {}});
    wire::write_message(messages, wire::MessageType::kClientVerify, Bytes(body).first(size));
    transcript.add(messages.written());
  }
  const auto mac = crypto::finished_mac(flight.secrets.client_traffic, transcript.digest());
  const std::size_t finished_begin = messages.position();
  wire::write_message(messages, wire::MessageType::kClientFinished, mac);
  transcript.add(messages.written().subspan(finished_begin));
  seal_for_server(flight, messages.written());

  server_keys_ = flight.server_keys;
  established_ = {
      .suite = flight.suite,
      .send_keys = application_keys(flight.suite, flight.secrets.master, Role::kClient,
                                    flight_digest, cipher_.next_serial()),
      .receive_keys = application_keys(flight.suite, flight.secrets.master, Role::kServer,
                                       flight_digest, cipher_.next_serial()),
      .local_id = setup_.local_id,
      .peer_id = flight.hello.connection_id,
      .peer_reset_token = flight.params.reset_token,
      .session_id = flight.params.session_id,
      .peer_params = flight.params.params,
      .peer_identity = flight.params.identity,
      .resumption = crypto::resumption_secret(flight.secrets.master, transcript.digest()),
      .resumed = flight.hello.psk,
      .early_accepted = flight.params.early_accepted,
  };
  deadline_ = kNever;
  hello_due_ = false;
  return Outcome::kEstablished;
}

ClientHandshake::Outcome ClientHandshake::fail(CloseInfo why) {
  failure_ = std::move(why);
  deadline_ = kNever;
  hello_due_ = false;
  return Outcome::kFailed;
}

void ClientHandshake::seal_for_server(const Flight& flight, Bytes messages) {
  const auto keys = crypto::derive_packet_keys(flight.suite, flight.secrets.client_traffic,
                                               cipher_.next_serial());
  finished_.resize(wire::kProtectedLongHeaderSize + messages.size() + wire::kTagSize);
  seal_handshake_packet(cipher_, keys, flight.hello.connection_id, setup_.local_id, kFlightNumber,
                        messages, finished_);
  cipher_.forget(keys);
}

}  // namespace jetstream::session
