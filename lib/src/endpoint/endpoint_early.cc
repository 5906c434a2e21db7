// SPDX-License-Identifier: MIT
//
// Early data: on a server from the ticket in the hello to the client's Finished, on a client from
// the first stream to the server's answer.
#include "crypto/resumption.h"
#include "endpoint/endpoint_impl.h"
#include "session/close.h"
#include "session/resumption.h"

namespace jetstream::endpoint {

void EndpointImpl::handle_early(Instant now, const Path& path, const wire::PacketView& packet,
                                Bytes datagram) {
  if (keeps_out(now, path.remote)) return;  // [ACCESS-1]
  const EarlyAddress address{path.remote, packet.destination, packet.source};
  // What stands behind a hello was counted with it [PKT-22].
  const std::size_t counts = packet.bytes.data() == datagram.data() ? datagram.size() : 0;
  if (early_slots_.contains(address)) return take_early(now, address, packet.bytes, counts);
  // Its hello may have come in this turn, in front of it or just before.
  const bool may_wait = !hellos_.empty() && early_packets_.push(address, packet.bytes, counts);
  if (!may_wait) drop(DropReason::kUnexpected);  // [PKT-7]
}

void EndpointImpl::take_early(Instant now, const EarlyAddress& address, MutableBytes packet,
                              std::size_t counts) {
  const auto found = early_slots_.find(address);
  if (found == early_slots_.end()) return drop(DropReason::kUnexpected);  // [RES-18]
  const std::uint32_t index = found->second;
  const Slot& slot = slots_[index];
  if (const auto reason = slot.session->handle_early_packet(now, packet)) return drop(*reason);
  (*half_open_)[slot.link].bytes_received += counts;
  touch(index);
}

void EndpointImpl::decide_early(Instant now, const session::ReceivedHello& received,
                                const SessionConfig& limits, session::Resumption& resumption) {
  if (resumption.state.early_data_max == 0) return;  // a ticket that offers none
  const auto suite = session::choose_suite(received.hello, config_.prefer_aes, &resumption);
  if (!suite) return;
  const auto refused = session::judge_early(now, received, resumption, *suite, *config_.server,
                                            limits, config_.replay_store);
  resumption.early_accepted = !refused;
  if (refused) {
    ++stats_.early_refused[static_cast<std::size_t>(*refused)];
  } else {
    ++stats_.early_accepted;
  }
}

/// A whole session for somebody who has not proven the address yet: but this somebody has the key
/// of a ticket that was not used before, so there can be no more of them than tickets were given.
void EndpointImpl::start_early_session(Instant now, std::uint32_t index,
                                       const session::ReceivedHello& received,
                                       const session::Resumption& resumption) {
  Slot& slot = slots_[index];
  const session::HalfOpen& record = (*half_open_)[slot.link];
  const auto traffic =
      crypto::early_traffic_secret(resumption.early, crypto::sha256(received.frame));
  auto keys = crypto::derive_packet_keys(record.suite, traffic, cipher_.next_serial());
  session::SessionSetup setup{.role = Role::kServer,
                              .memory_tag = index,
                              .config = config_.session,
                              .path = {record.remote, record.local},
                              .established = session::early_session(record, cipher_),
                              .created_at = now,
                              .mint = mint(),
                              .promised = promised_};
  setup.established.peer_identity = session::client_of(resumption, *config_.server);
  setup.early_reception = std::make_unique<session::EarlyReception>(
      std::move(keys), resumption.state.early_data_max, config_.server->resumption.early_services);
  slot.session = std::make_unique<session::Session>(now, std::move(setup), context_);
  slot.kind = Slot::Kind::kLive;
  early_slots_.emplace(
      EarlyAddress{received.path.remote, received.first_destination, received.hello.connection_id},
      index);
  count_session(index);
  ++stats_.sessions_opened;
}

/// Early data was taken in the name of the ticket's client, so nobody else can finish [RES-12].
bool EndpointImpl::is_another_client(const Slot& slot, const session::Established& established) {
  return awaits_finished(slot) && (*half_open_)[slot.link].client_auth &&
         established.peer_identity != slot.session->peer_identity();
}

void EndpointImpl::finish_early_session(Instant now, std::uint32_t index,
                                        const session::Established& established) {
  const std::uint32_t record_index = slots_[index].link;
  const session::HalfOpen& record = (*half_open_)[record_index];
  std::optional<Duration> rtt;
  if (record.flights_sent == 1) rtt = now - record.created_at;
  slots_[index].session->finish_handshake(now, established, rtt);
  for (const crypto::PacketKeys* keys : {&record.client_keys, &record.server_keys,
                                         &established.send_keys, &established.receive_keys}) {
    cipher_.forget(*keys);
  }
  forget_early(index);
  half_open_->release(record_index);
  know_address(now, index);
  ++stats_.handshakes_completed;
  touch(index);
}

void EndpointImpl::forget_early(std::uint32_t index) {
  std::erase_if(early_slots_, [index](const auto& entry) { return entry.second == index; });
  slots_[index].link = UINT32_MAX;
}

/// The client never finished, or may not.
void EndpointImpl::end_early_session(Instant now, std::uint32_t index, std::uint32_t record) {
  CloseInfo why = session::local_close(TransportCode::kHandshakeFailed,
                                       "the client did not finish the handshake");
  why.reason = CloseReason::kTimeout;
  slots_[index].session->abandon(now, std::move(why));
  forget_early(index);
  half_open_->release(record);
  touch(index);
}

/// Until the client has finished, its session answers within three times what came, and only in
/// whole datagrams, so that what it may send never depends on a few bytes [PKT-22, RES-19].
bool EndpointImpl::poll_early_session(Instant now, const Slot& slot, MutableBytes buffer,
                                      Train& train) {
  session::HalfOpen& record = (*half_open_)[slot.link];
  const std::uint64_t allowed = kAmplificationFactor * record.bytes_received;
  if (record.bytes_sent + recovery::kBaseDatagramBytes > allowed) return false;
  if (!slot.session->build_train(now, buffer.first(recovery::kBaseDatagramBytes), train)) {
    return false;
  }
  record.bytes_sent += train.bytes.size();
  return true;
}

/// To be called before a hello leaves, and without effect but for a new one: early data goes with
/// it, first of all in what is left of its own datagram.
void EndpointImpl::start_early_flight(Instant now, Connecting& connecting) {
  session::ClientHandshake& handshake = connecting.handshake;
  if (!connecting.early || !handshake.hello_is_new()) return;
  if (!handshake.offers_early_data()) return;
  connecting.early->begin(handshake.early_traffic(), handshake.first_destination(),
                          connecting.local_id);
  connecting.early->build(now, handshake.hello_room());
}

}  // namespace jetstream::endpoint
