// SPDX-License-Identifier: MIT
//
// The way out: packets are built when they are sent, straight into the caller's train, and
// encrypted in place.
#include <algorithm>

#include "session/session.h"

namespace jetstream::session {
namespace {

/// A longer train would lose segmentation offload on loopback without a word. One datagram may be
/// larger.
constexpr std::size_t kTrainTarget = 65000;
/// Packets between two numbers left out, besides what the window says.
constexpr std::uint64_t kLeftOutApart = 20;
/// Frames remembered per packet; more simply go into the next one.
constexpr std::size_t kFramesPerPacketMax = 64;
/// Probe timeouts that a GOAWAY is given to be heard before a session without streams closes: as
/// many as a CLOSE gets.
constexpr int kPatience = 3;

}  // namespace

struct Session::Draft {
  base::ByteWriter writer;
  std::vector<wire::SentFrame>& sent;
  std::size_t packet_begin = 0;
  std::size_t payload_begin = 0;
  bool ack_eliciting = false;

  bool empty() const { return writer.position() == payload_begin; }
  bool full() const { return sent.size() == kFramesPerPacketMax; }
  void remember(const wire::SentFrame& frame) {
    sent.push_back(frame);
    if (frame.kind != wire::SentKind::kAck) ack_eliciting = true;
  }
};

bool Session::build_train(Instant now, MutableBytes buffer, Train& train) {
  train = Train{.path = paths_.active().path, .bytes = {}};
  if (state_ == SessionState::kDraining) return false;  // [CLOSE-3]
  if (state_ == SessionState::kClosing) {               // [CLOSE-1]
    train.segment_bytes = build_close(buffer);
    train.bytes = buffer.first(train.segment_bytes);
    return train.segment_bytes > 0;
  }
  update_keys_if_due(now);
  leave_out_number_if_due();
  if (sealer_.confidentiality_limit_reached()) {
    close(now, local_close(TransportCode::kAeadLimitReached, "the keys are used up"));
    return build_train(now, buffer, train);
  }
  if (drained(now)) {
    close(now, drain_->farewell());
    return build_train(now, buffer, train);
  }
  streams_.on_time(now, recovery_.pto(), recovery_.smoothed_rtt());
  if (build_path_probe(now, buffer, train)) return true;
  if (held_back()) return false;  // [MIG-3]
  const std::size_t allowance =
      static_cast<std::size_t>(std::min<std::uint64_t>(paths_.allowance(), kTrainBytesMax));
  // Grows by probes only [PKT-26].
  const std::size_t datagram_bytes = std::min<std::size_t>(path_mtu_.current(), allowance);
  const std::size_t target = std::min({kTrainTarget, allowance, buffer.size()});
  std::size_t total = 0;
  while (total == 0 || total + train.segment_bytes <= target) {
    const std::size_t limit = total == 0 ? datagram_bytes : train.segment_bytes;
    const std::size_t size = build_datagram(now, buffer.subspan(total, limit));
    if (size == 0) break;
    if (total == 0) train.segment_bytes = size;
    total += size;
    // Only the last segment may be shorter, and none may be longer than the first.
    if (size < train.segment_bytes || size < datagram_bytes) break;
  }
  recovery_.set_app_limited(recovery_.window_left() >= datagram_bytes && !streams_.has_frames());
  if (total == 0) return paths_.proven() && build_probe(now, buffer, train);
  paths_.on_sent(total);
  train.bytes = buffer.first(total);
  return true;
}

void Session::update_keys_if_due(Instant now) {
  if (!confirmed_) return;  // [KU-5]
  switch (key_update_.due(now, recovery_.pto())) {
    case KeyUpdate::Due::kYes:
      key_update_.start(now);
      break;
    case KeyUpdate::Due::kNeedsAck:
      if (!recovery_.anything_in_flight()) ping_due_ = true;
      break;
    case KeyUpdate::Due::kNo:
      break;
  }
}

/// A peer that acknowledges what it has not received, to be sent more than its path carries, can't
/// know which numbers are missing. One at a time, about every other window [ACK-5].
void Session::leave_out_number_if_due() {
  if (sealer_.next_number() < leave_out_at_ || !recovery_.may_leave_out()) return;
  sealer_.leave_out();
  const std::uint64_t window = recovery_.congestion_window() / path_mtu_.current();
  leave_out_at_ = sealer_.next_number() + kLeftOutApart + window / 2 +
                  draw(context_.random) % (window + window / 2 + 1);
}

bool Session::may_send_eliciting() const {
  return recovery_.probes_due() > 0 || recovery_.window_left() >= path_mtu_.current();
}

std::size_t Session::build_datagram(Instant now, MutableBytes room) {
  context_.sent.clear();
  Draft draft{.writer = base::ByteWriter(room.first(room.size() - wire::kTagSize)),
              .sent = context_.sent};
  draft.writer.write_bytes(client_finished());  // empty once confirmed
  draft.packet_begin = draft.writer.position();
  sealer_.begin(draft.writer, paths_.active().id);
  draft.payload_begin = draft.writer.position();

  // Heartbeats and acknowledgements leave in any case [LIVE-6].
  const bool eliciting = may_send_eliciting();
  const bool probe = recovery_.probes_due() > 0;
  const bool others =
      heartbeat_.ping_due() || pong_due_ ||
      (eliciting && (done_due_ || goaway_due() || token_due_ || ping_due_ || probe ||
                     ids_.has_frames() || tickets_due() || streams_.has_frames()));
  if (acks_.ack_due(now) || (others && acks_.ack_pending())) {
    wire::SentFrame sent;
    if (acks_.write_ack(now, draft.writer, sent)) {
      draft.remember(sent);
      key_update_.on_ack_sent();
    }
  }
  write_control_frames(now, draft);
  if (eliciting) write_stream_frames(draft);
  if (eliciting && !draft.ack_eliciting && (ping_due_ || probe)) {
    wire::write(draft.writer, wire::PingFrame{});
    draft.remember({.kind = wire::SentKind::kPing});
  }
  if (draft.empty()) return 0;
  return finish_datagram(now, room, draft);
}

void Session::write_control_frames(Instant now, Draft& draft) {
  if (pong_due_) {
    wire::write(draft.writer, wire::HeartbeatFrame{pong_sequence_, true});
    pong_due_ = false;
    pong_after_ = now + recovery_.smoothed_rtt();  // [LIVE-7]
  }
  if (heartbeat_.ping_due()) {
    wire::write(draft.writer, wire::HeartbeatFrame{heartbeat_.take_ping(now), false});
    heartbeat_event_ = true;
  }
  if (done_due_ && may_send_eliciting()) {
    wire::write(draft.writer, wire::HandshakeDoneFrame{});
    draft.remember({.kind = wire::SentKind::kHandshakeDone});
    done_due_ = false;
  }
  if (token_due_ && may_send_eliciting()) {
    const wire::AddressTokenFrame token{*address_token_};
    if (draft.writer.remaining() >= wire::encoded_size(token)) {
      wire::write(draft.writer, token);
      draft.remember({.kind = wire::SentKind::kAddressToken});
      token_due_ = false;
    }
  }
  if (goaway_due() && may_send_eliciting()) {
    wire::write(draft.writer, drain_->take_goaway(now, kPatience * recovery_.pto()));
    draft.remember({.kind = wire::SentKind::kGoAway});
  }
  wire::SentFrame sent;
  while (may_send_eliciting() && !draft.full() && ids_.write_frame(draft.writer, sent)) {
    draft.remember(sent);
  }
  if (may_send_eliciting()) write_ticket_frames(now, draft);
}

bool Session::tickets_due() const {
  return (issuer_ && issuer_->due()) || (wallet_ && wallet_->request_due() > 0);
}

void Session::write_ticket_frames(Instant now, Draft& draft) {
  while (issuer_ && issuer_->due() && !draft.full()) {
    if (!issuer_->write(now, sealer_.suite(), peer_identity_.get(), draft.writer)) return;
    ++context_.stats.tickets_issued;
    draft.remember({.kind = wire::SentKind::kNewTicket});
  }
  if (const std::uint64_t count = wallet_ ? wallet_->request_due() : 0; count > 0) {
    const wire::TicketRequestFrame request{count};
    if (wire::encoded_size(request) > draft.writer.remaining()) return;
    wire::write(draft.writer, request);
    draft.remember({.offset = count, .kind = wire::SentKind::kTicketRequest});
    wallet_->on_request_sent();
  }
}

void Session::write_stream_frames(Draft& draft) {
  wire::SentFrame sent;
  while (!draft.full() && streams_.write_frame(draft.writer, sent)) {
    draft.remember(sent);
    data_sent_ = true;
  }
}

std::size_t Session::finish_datagram(Instant now, MutableBytes room, Draft& draft) {
  const std::size_t size = draft.writer.position() + wire::kTagSize;
  const std::uint64_t number = sealer_.next_number();
  sealer_.finish(room.subspan(draft.packet_begin, size - draft.packet_begin));
  recovery_.on_packet_sent(now,
                           {.number = number,
                            .bytes = static_cast<std::uint32_t>(size),
                            .ack_eliciting = draft.ack_eliciting},
                           draft.sent);
  if (draft.ack_eliciting) ping_due_ = false;
  if (size == room.size() || streams_.has_frames()) path_mtu_.on_more_than_fits();
  wake_up(now);
  bytes_sent_ += size;
  ++context_.stats.packets_sent;
  return size;
}

bool Session::build_probe(Instant now, MutableBytes buffer, Train& train) {
  const auto size = confirmed_ ? path_mtu_.probe_size(now) : std::nullopt;
  if (!size || *size > paths_.allowance()) return false;  // [MIG-3]
  const MutableBytes room = buffer.first(*size);
  base::ByteWriter writer(room.first(room.size() - wire::kTagSize));
  sealer_.begin(writer, paths_.active().id);
  wire::write(writer, wire::PingFrame{});
  wire::write(writer, wire::PaddingFrame{writer.remaining()});
  const wire::SentFrame sent{.length = *size, .kind = wire::SentKind::kMtuProbe};
  const std::uint64_t number = sealer_.next_number();
  sealer_.finish(room);
  path_mtu_.on_probe_sent(*size);
  recovery_.on_packet_sent(
      now, {.number = number, .bytes = *size, .ack_eliciting = true, .mtu_probe = true},
      std::span(&sent, 1));
  bytes_sent_ += *size;
  ++context_.stats.packets_sent;
  train.bytes = room;
  train.segment_bytes = *size;
  train.probe = true;
  return true;
}

std::size_t Session::build_close(MutableBytes room) {
  if (!close_due_) return 0;
  close_due_ = false;
  const std::size_t needed = client_finished().size() + wire::kShortHeaderSize +
                             wire::encoded_size(to_frame(ending_->why)) + wire::kTagSize;
  if (needed > paths_.allowance()) return 0;  // as good as lost [MIG-3]
  base::ByteWriter writer(room);
  writer.write_bytes(client_finished());
  const std::size_t begin = writer.position();
  sealer_.begin(writer, paths_.active().id);
  wire::write(writer, to_frame(ending_->why));
  writer.skip(wire::kTagSize);
  const std::size_t size = writer.position();
  sealer_.finish(room.subspan(begin, size - begin));
  paths_.on_sent(size);
  bytes_sent_ += size;
  ++context_.stats.packets_sent;
  return size;
}

}  // namespace jetstream::session
