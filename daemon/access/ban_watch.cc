// SPDX-License-Identifier: MIT
#include "daemon/access/ban_watch.h"

#include <asio/post.hpp>

#include "daemon/log/log.h"

namespace jetstream::daemon {

void BanWatch::report(const PeerAddress& peer) {
  if (!enabled_) return;
  if (waiting_.fetch_add(1) >= kWaitingMax) {
    waiting_.fetch_sub(1);
    return;
  }
  asio::post(io_, [this, peer] {
    waiting_.fetch_sub(1);
    take(peer);
  });
}

void BanWatch::take(const PeerAddress& peer) {
  const ClockReading clocks = access_.now();
  const auto verdict = bans_.note(clocks.now, peer);
  if (!verdict) return;
  ++evidence_;
  const std::string what = std::to_string(verdict->count) + " offences within a minute";
  if (verdict->warn) {
    log_event(LogEvent::kBanNear, {{"block", verdict->block.to_string()},
                                   {"count", verdict->count},
                                   {"ban_at", config_.dynamic_bans.ban_at}});
  }
  if (!verdict->ban) return;
  const auto lasts = std::chrono::duration_cast<std::chrono::milliseconds>(*verdict->ban);
  access_.add_auto({.block = verdict->block,
                    .origin = BanOrigin::kAuto,
                    .reason = what,
                    .since = clocks.wall,
                    .until = control::UnixTime(clocks.wall.value() + lasts.count())});
}

}  // namespace jetstream::daemon
