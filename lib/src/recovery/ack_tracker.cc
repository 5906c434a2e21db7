// SPDX-License-Identifier: MIT
#include "recovery/ack_tracker.h"

#include <algorithm>
#include <array>

#include "wire/frames/ack.h"

namespace jetstream::recovery {

void AckTracker::on_packet(Instant now, std::uint64_t number, bool ack_eliciting, bool immediate) {
  std::uint64_t expected = received_.empty() ? 0 : received_.back().end;
  received_.insert(number, number + 1);
  if (received_.size() > kRangesKept) received_.pop_front();
  if (number >= expected) largest_at_ = now;
  if (!ack_eliciting) return;
  ++eliciting_unacked_;
  // Out of order: the sender may be about to learn of a loss, or that there was none.
  if (immediate || number != expected) immediate_ = true;
  if (deadline_ == kNever) deadline_ = now + kMaxAckDelay;
}

bool AckTracker::ack_due(Instant now) const {
  return ack_pending() && (immediate_ || eliciting_unacked_ >= kTolerance || now >= deadline_);
}

/// Packets that were not ack-eliciting alone are no reason to send one [ACK-3].
bool AckTracker::ack_pending() const { return eliciting_unacked_ > 0; }

Instant AckTracker::deadline() const { return deadline_; }

bool AckTracker::write_ack(Instant now, base::ByteWriter& writer, wire::SentFrame& sent) {
  std::array<wire::AckRange, kRangesKept> ranges;
  std::size_t count = 0;
  for (auto each = received_.rbegin(); each != received_.rend(); ++each) {
    ranges[count++] = {each->begin, each->end - 1};
  }
  auto delay = std::chrono::duration_cast<std::chrono::microseconds>(now - largest_at_).count();
  auto delay_us = static_cast<std::uint64_t>(std::max<std::int64_t>(delay, 0));
  if (wire::write_ack_frame(writer, {ranges.data(), count}, delay_us) == 0) return false;
  sent = {.offset = ranges[0].largest, .kind = wire::SentKind::kAck};
  eliciting_unacked_ = 0;
  immediate_ = false;
  deadline_ = kNever;
  return true;
}

void AckTracker::on_ack_acked(const wire::SentFrame& sent) {
  if (received_.empty()) return;
  // The largest number stays: packet numbers are decoded against it.
  received_.erase(0, std::min(sent.offset + 1, received_.back().end - 1));
}

std::optional<std::uint64_t> AckTracker::largest() const {
  if (received_.empty()) return std::nullopt;
  return received_.back().end - 1;
}

}  // namespace jetstream::recovery
