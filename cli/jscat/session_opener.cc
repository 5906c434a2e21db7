// SPDX-License-Identifier: MIT
#include "cli/jscat/session_opener.h"

namespace jetstream::jscat {

SessionOpener::SessionOpener(Runner& runner, const ConnectOptions& options, std::uint64_t wanted,
                             std::uint64_t parallel)
    : runner_(runner), options_(options), wanted_(wanted), parallel_(parallel) {}

/// A server that is gone must not be tried a million times: as many failures in a row as there are
/// handshakes at once are enough.
bool SessionOpener::may_start() const {
  return opened_ + failed_ + running_.size() < wanted_ && failed_in_a_row_ < parallel_;
}

void SessionOpener::fill(Instant now) {
  while (running_.size() < parallel_ && may_start()) {
    const auto session = runner_.endpoint().connect(now, options_);
    if (session) {
      running_.insert(*session);
      continue;
    }
    // The session table is full of sessions that still close: they make room soon.
    if (!running_.empty() || session.error().code == LocalCode::kTableFull) return;
    ++failed_;
    ++failed_in_a_row_;
  }
}

bool SessionOpener::take(const Event& event) {
  if (event.kind != EventKind::kConnected && event.kind != EventKind::kClosed) return false;
  if (running_.erase(event.session) == 0) return false;
  if (event.kind == EventKind::kConnected) {
    ++opened_;
    failed_in_a_row_ = 0;
    return true;
  }
  ++failed_;
  ++failed_in_a_row_;
  if (const CloseInfo* info = runner_.endpoint().close_info(event.session)) loss_ = *info;
  return true;
}

}  // namespace jetstream::jscat
