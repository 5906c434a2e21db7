// SPDX-License-Identifier: MIT
#include "session/key_update.h"

namespace jetstream::session {
namespace {

/// How long, in probe timeouts, late packets of the phase before are still read, and how long the
/// initiator waits so that the peer has let go of its own (RFC 9001 6.5) [KU-3, KU-5].
constexpr int kSettlingFactor = 3;

}  // namespace

KeyUpdate::Due KeyUpdate::due(Instant now, Duration pto) const {
  const bool old = sealer_.packets_in_phase() >= limits_.packets ||
                   sealer_.bytes_in_phase() >= limits_.bytes || now - phase_began_ >= limits_.age;
  if (!old) return Due::kNo;
  if (!confirmed()) return Due::kNeedsAck;
  return now - confirmed_at_ >= kSettlingFactor * pto ? Due::kYes : Due::kNo;
}

void KeyUpdate::start(Instant now) {
  sealer_.update();
  phase_began_ = now;
  confirmed_at_ = kNever;
}

bool KeyUpdate::permitted(const PacketOpener::Opened& opened) const {
  if (opened.phase <= opener_.phase()) return true;
  // The answer to our own update needs no permission [KU-6].
  const bool answer = sealer_.phase() > opener_.phase();
  return !opener_.out_of_order(opened) && (answer || ack_sent_in_phase_);
}

void KeyUpdate::record(Instant now, Duration pto, const PacketOpener::Opened& opened) {
  const bool new_phase = opened.phase > opener_.phase();
  opener_.record(opened);
  if (!new_phase) return;
  ack_sent_in_phase_ = false;
  keep_previous_until_ = now + kSettlingFactor * pto;
  if (sealer_.phase() < opener_.phase()) start(now);  // [KU-4]
}

bool KeyUpdate::on_ack(Instant now, std::uint64_t largest, std::uint64_t phase) {
  if (largest < sealer_.phase_begin()) return true;
  if (phase < sealer_.phase()) return false;
  if (!confirmed()) confirmed_at_ = now;
  return true;
}

void KeyUpdate::forget_old(Instant now) {
  if (now < keep_previous_until_) return;
  opener_.forget_previous();
  keep_previous_until_ = kNever;
}

}  // namespace jetstream::session
