// SPDX-License-Identifier: MIT
#include "recovery/recovery.h"

#include <algorithm>
#include <optional>

#include "recovery/loss.h"
#include "recovery/new_reno.h"
#include "recovery/rtt.h"
#include "recovery/sent_packets.h"

namespace jetstream::recovery {
namespace {

/// Packets sent when the probe timeout fires (RFC 9002 6.2.4).
constexpr std::uint32_t kProbesPerTimeout = 2;
/// The longest probe timeout: a peer that withholds acknowledgements can't make this side forget
/// to ask, nor ask often.
constexpr Duration kProbeTimeoutMax = std::chrono::seconds(60);
/// Probe timeouts that make up persistent congestion (RFC 9002 7.6.1).
constexpr int kPersistentFactor = 3;
/// Probe timeouts after which an MTU probe that nothing else followed is lost. Longer than for
/// data, because nobody waits for it.
constexpr int kMtuProbeFactor = 3;
/// Room left for probes once so many packets are outstanding that data has to wait.
constexpr std::size_t kProbeRoom = 1024;

}  // namespace

struct Recovery::State {
  State(Duration peer_ack_delay, std::uint32_t bytes)
      : max_ack_delay(peer_ack_delay), datagram_bytes(bytes), congestion(bytes) {}

  bool room_for(std::size_t packets) const {
    return sent.size() + packets <= SentPackets::kPacketsMax;
  }
  bool was_sent(const wire::AckFrame& ack) const;
  Duration pto() const { return rtt.probe_timeout(max_ack_delay); }
  Instant pto_deadline() const;
  Instant mtu_probe_deadline() const { return sent[0].sent_at + kMtuProbeFactor * pto(); }
  void take_rtt_sample(Instant now, const wire::AckFrame& ack);
  bool mark_acked(const wire::AckRange& range, FrameFates& fates);
  void detect_losses(Instant now, FrameFates& fates);
  void grow_window(bool underused);
  void lose_mtu_probes(FrameFates& fates);

  Duration max_ack_delay;
  std::uint32_t datagram_bytes;
  std::uint32_t timeouts = 0;
  std::uint32_t probes_due = 0;
  /// Outstanding packets that are no MTU probes.
  std::uint32_t in_flight = 0;
  bool app_limited = false;
  Rtt rtt;
  NewReno congestion;
  SentPackets sent;
  std::uint64_t first_number = 0;
  std::uint64_t next_number = 0;
  std::optional<std::uint64_t> left_out;
  std::optional<std::uint64_t> largest_acked;
  std::uint64_t bytes_in_flight = 0;
  std::uint64_t packets_lost = 0;
  Instant last_sent_at{};
  Instant loss_at = kNever;
  Instant first_sample_at = kNever;
  /// What was sent before tells of another path.
  Instant path_since = Instant::min();
};

/// Every number that it names, not only the largest [ACK-5].
bool Recovery::State::was_sent(const wire::AckFrame& ack) const {
  if (ack.largest >= next_number) return false;
  std::uint64_t smallest = ack.largest;
  for (const wire::AckRange& range : ack.ranges()) {
    smallest = range.smallest;
    if (left_out && range.smallest <= *left_out && *left_out <= range.largest) return false;
  }
  return smallest >= first_number;
}

Instant Recovery::State::pto_deadline() const {
  Duration backoff = pto();
  for (std::uint32_t i = 0; i < timeouts && backoff < kProbeTimeoutMax; ++i) backoff *= 2;
  return last_sent_at + std::min(backoff, kProbeTimeoutMax);
}

void Recovery::State::take_rtt_sample(Instant now, const wire::AckFrame& ack) {
  std::size_t index = sent.lower_bound(ack.largest);
  if (index == sent.size() || sent[index].number != ack.largest) return;
  if (sent[index].fate != PacketFate::kOutstanding || sent[index].sent_at < path_since) return;
  if (!rtt.has_sample()) first_sample_at = now;
  // The peer's word is bounded before it becomes a Duration, which it could overflow.
  auto promised = std::chrono::duration_cast<std::chrono::microseconds>(max_ack_delay).count();
  auto delay = std::min(ack.delay_us, static_cast<std::uint64_t>(promised));
  rtt.add_sample(now - sent[index].sent_at, std::chrono::microseconds(delay));
}

bool Recovery::State::mark_acked(const wire::AckRange& range, FrameFates& fates) {
  bool any = false;
  for (std::size_t i = sent.lower_bound(range.smallest);
       i < sent.size() && sent[i].number <= range.largest; ++i) {
    SentPacket& packet = sent[i];
    if (packet.fate != PacketFate::kOutstanding) continue;
    packet.fate = PacketFate::kJustAcked;
    sent.append_frames(packet, fates.acked);
    any = true;
    if (packet.mtu_probe) continue;
    --in_flight;
    bytes_in_flight -= packet.bytes;
    fates.acked_bytes_max = std::max(fates.acked_bytes_max, packet.bytes);
  }
  return any;
}

void Recovery::State::detect_losses(Instant now, FrameFates& fates) {
  if (!largest_acked) return;
  LossReport report = find_losses({.now = now,
                                   .largest_acked = *largest_acked,
                                   .delay = rtt.loss_delay(),
                                   .persistent_after = kPersistentFactor * pto(),
                                   .first_sample_at = first_sample_at},
                                  sent, fates);
  loss_at = report.next_at;
  if (report.packets == 0) return;
  in_flight -= static_cast<std::uint32_t>(report.packets);
  bytes_in_flight -= report.bytes;
  packets_lost += report.packets;
  congestion.on_lost(now, report.newest_sent_at);
  if (report.persistent) {
    congestion.on_persistent_congestion();
    rtt.forget_min();
  }
}

void Recovery::State::grow_window(bool underused) {
  // Those just acknowledged that can't be popped yet are few: losses come off the front as soon as
  // kPacketThreshold later packets have arrived.
  for (std::size_t i = 0; i < sent.size() && sent[i].number <= *largest_acked; ++i) {
    SentPacket& packet = sent[i];
    if (packet.fate != PacketFate::kJustAcked) continue;
    packet.fate = PacketFate::kAcked;
    if (!packet.mtu_probe) congestion.on_acked(packet.sent_at, packet.bytes, underused);
  }
}

void Recovery::State::lose_mtu_probes(FrameFates& fates) {
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].fate != PacketFate::kOutstanding) continue;
    sent[i].fate = PacketFate::kLost;
    sent.append_frames(sent[i], fates.lost);
  }
  sent.pop_settled();
}

Recovery::Recovery(Duration max_ack_delay, std::uint32_t datagram_bytes)
    : state_(std::make_unique<State>(max_ack_delay, datagram_bytes)) {}

Recovery::~Recovery() = default;

void Recovery::on_packet_sent(Instant now, const OutgoingPacket& packet,
                              std::span<const wire::SentFrame> frames) {
  State& s = *state_;
  bool first = s.next_number == 0;
  JS_ASSERT(first || packet.number == s.next_number || packet.number == s.next_number + 1);
  if (!first && packet.number != s.next_number) s.left_out = s.next_number;
  if (first) s.first_number = packet.number;
  s.next_number = packet.number + 1;
  if (!packet.ack_eliciting) return;
  s.sent.push({.number = packet.number,
               .sent_at = now,
               .bytes = packet.bytes,
               .mtu_probe = packet.mtu_probe},
              frames);
  if (packet.mtu_probe) return;
  ++s.in_flight;
  s.bytes_in_flight += packet.bytes;
  s.last_sent_at = now;
  if (s.probes_due > 0) --s.probes_due;
  s.congestion.on_sent(now, packet.bytes);
}

Result<void, Violation> Recovery::on_ack(Instant now, const wire::AckFrame& ack,
                                         FrameFates& fates) {
  State& s = *state_;
  if (!s.was_sent(ack)) {
    return unexpected(Violation{.code = TransportCode::kProtocolViolation,
                                .reason = "ACK of a packet that was never sent",
                                .frame_type = static_cast<std::uint64_t>(wire::FrameType::kAck)});
  }
  bool underused = s.app_limited && s.bytes_in_flight + s.datagram_bytes <= s.congestion.window();
  s.take_rtt_sample(now, ack);
  bool progress = false;
  for (const wire::AckRange& range : ack.ranges()) progress |= s.mark_acked(range, fates);
  s.largest_acked = std::max(s.largest_acked.value_or(0), ack.largest);
  s.detect_losses(now, fates);
  s.grow_window(underused);
  s.sent.pop_settled();
  if (progress) {
    s.timeouts = 0;
    s.probes_due = 0;
  }
  return {};
}

void Recovery::on_timeout(Instant now, FrameFates& fates) {
  State& s = *state_;
  if (now < deadline()) return;
  if (s.loss_at != kNever) {
    s.detect_losses(now, fates);
    s.sent.pop_settled();
  } else if (s.in_flight > 0) {
    ++s.timeouts;
    s.probes_due = kProbesPerTimeout;
  } else {
    s.lose_mtu_probes(fates);
  }
}

Instant Recovery::deadline() const {
  const State& s = *state_;
  if (s.loss_at != kNever) return s.loss_at;
  if (s.in_flight > 0) return s.pto_deadline();
  return s.sent.empty() ? kNever : s.mtu_probe_deadline();
}

std::uint32_t Recovery::probes_due() const {
  return state_->room_for(kProbesPerTimeout) ? state_->probes_due : 0;
}

std::uint64_t Recovery::window_left() const {
  const State& s = *state_;
  if (!s.room_for(kProbeRoom)) return 0;
  return s.congestion.window() - std::min(s.congestion.window(), s.bytes_in_flight);
}

bool Recovery::may_leave_out() const {
  const State& s = *state_;
  return !s.left_out || (s.largest_acked && *s.largest_acked > *s.left_out);
}

void Recovery::set_app_limited(bool app_limited) { state_->app_limited = app_limited; }

void Recovery::on_path_changed(Instant now) {
  State& s = *state_;
  s.rtt = Rtt();
  s.first_sample_at = kNever;
  s.path_since = now;
  s.timeouts = 0;
  s.congestion.restart(now);
}

void Recovery::set_datagram_bytes(std::uint32_t bytes) {
  state_->datagram_bytes = bytes;
  state_->congestion.set_datagram_bytes(bytes);
}

Duration Recovery::smoothed_rtt() const { return state_->rtt.smoothed(); }
Duration Recovery::min_rtt() const { return state_->rtt.min(); }
Duration Recovery::latest_rtt() const { return state_->rtt.latest(); }
Duration Recovery::pto() const { return state_->pto(); }

void Recovery::on_rtt_sample(Duration rtt) {
  // Measured before any packet that is outstanding now could have been judged by it.
  if (!state_->rtt.has_sample()) state_->first_sample_at = Instant::min();
  state_->rtt.add_sample(rtt, Duration::zero());
}

std::uint64_t Recovery::congestion_window() const { return state_->congestion.window(); }
std::uint64_t Recovery::bytes_in_flight() const { return state_->bytes_in_flight; }
std::uint64_t Recovery::packets_lost() const { return state_->packets_lost; }
bool Recovery::anything_in_flight() const { return !state_->sent.empty(); }
std::uint32_t Recovery::timeouts_in_a_row() const { return state_->timeouts; }
void Recovery::trim() { state_->sent.release(); }
std::size_t Recovery::memory_bytes() const {
  return sizeof(State) + state_->sent.allocated_bytes();
}

}  // namespace jetstream::recovery
