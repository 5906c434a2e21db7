// SPDX-License-Identifier: MIT
#include "cli/jscat/load.h"

#include "cli/jscat/text.h"

namespace jetstream::jscat {

Load::Load(Runner& runner, const ConnectOptions& options, const SendArgs& args, std::uint64_t count)
    : runner_(runner),
      args_(args),
      opener_(runner, options, count, args.parallel),
      deadline_(runner.io()) {
  counts_.mode = args.mode;
}

void Load::start(SessionHandle first) {
  started_ = settled_at_ = runner_.now();
  if (!starts_clock_when_settled()) set_deadline(args_.duration);
  counts_.sessions = 1;
  on_session(started_, first);
  on_turn(started_);
}

void Load::set_deadline(Duration after) {
  deadline_.set(after, [this] {
    opener_.stop();
    on_deadline();
    runner_.driver().wake();
  });
}

void Load::on_event(Instant now, const Event& event) {
  if (opener_.take(event)) {
    settled_at_ = now;
    if (event.kind != EventKind::kConnected) return;
    ++counts_.sessions;
    ++counts_.setups;
    return on_session(now, event.session);
  }
  if (event.kind == EventKind::kGoAway) {
    if (const GoAwayInfo* info = runner_.endpoint().goaway_info(event.session)) goaway_ = *info;
    return on_goaway(event.session);
  }
  if (event.kind != EventKind::kClosed) return on_stream_event(event);
  const CloseInfo* info = runner_.endpoint().close_info(event.session);
  // Those that this side closed have had their time.
  if (info != nullptr && !info->by_peer && info->reason == CloseReason::kNormal) return;
  if (info != nullptr) loss_ = *info;
  ++counts_.sessions_lost;
  on_session_lost(event.session);
}

void Load::on_turn(Instant now) {
  opener_.fill(now);
  if (settled_ || !opener_.settled()) return;
  settled_ = true;
  on_settled();
}

Report Load::report() const {
  Report report = counts_;
  const EndpointStats stats = runner_.endpoint().stats();
  report.seconds = to_seconds(runner_.now() - started_);
  report.setup_seconds = to_seconds(settled_at_ - started_);
  report.sessions_failed = opener_.failed();
  report.packets_sent = stats.packets_sent;
  report.packets_lost = stats.packets_lost;
  return report;
}

HandshakeLoad::HandshakeLoad(Runner& runner, const ConnectOptions& options, const SendArgs& args)
    : Load(runner, options, args, args.sessions.value_or(UINT64_MAX) - 1) {}

void HandshakeLoad::on_session(Instant now, SessionHandle session) {
  static_cast<void>(runner_.endpoint().close(now, session, CloseReason::kNormal, {}));
}

IdleLoad::IdleLoad(Runner& runner, const ConnectOptions& options, const SendArgs& args)
    : Load(runner, options, args, args.sessions.value_or(1) - 1) {}

}  // namespace jetstream::jscat
