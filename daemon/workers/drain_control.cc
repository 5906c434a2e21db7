// SPDX-License-Identifier: MIT
#include "daemon/workers/drain_control.h"

#include <algorithm>

#include "daemon/log/log.h"
#include "daemon/process/notify.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

/// How often it is looked how many sessions are left.
constexpr auto kLookEvery = 50ms;
/// How often the service manager is told, and the log.
constexpr auto kTellEvery = 1s;
constexpr auto kLogEvery = 5s;
/// How long what is left without a session is waited for, and everything behind the deadline:
/// CLOSEs that have to be sent again, and handshakes that are about to be told of the drain. Three
/// probe timeouts of a path with a round trip of 300 ms, which is far. A handshake that nobody goes
/// on with lasts for handshake.timeout; strangers must not be able to delay a stop for so long.
constexpr auto kLastWords = 1s;
/// What the service manager is asked for each time something has moved.
constexpr auto kPatience = 15s;

std::uint64_t milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

Duration estimate(std::uint64_t at_start, std::uint64_t left, Duration elapsed, Duration rest) {
  rest = std::max(rest, Duration::zero());
  if (left >= at_start) return rest;
  const double gone = static_cast<double>(at_start - left);
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const std::chrono::duration<double> eta(seconds * static_cast<double>(left) / gone);
  return eta < rest ? std::chrono::duration_cast<Duration>(eta) : rest;
}

void DrainControl::start(const DrainPlan& plan, const Terms& terms, std::string cause,
                         std::function<void()> done) {
  state_ = State::kDraining;
  plan_ = plan;
  terms_ = terms;
  cause_ = std::move(cause);
  done_ = std::move(done);
  began_at_ = told_at_ = logged_at_ = net::clock_now();
  counted_ = false;
  empty_since_.reset();
  at_start_ = left_ = 0;
  ++round_;
  ++starts_;
  look();  // before the first session is asked
  workers_.begin_drain(plan);
  arm_hold();
}

void DrainControl::arm_hold() {
  hold_timer_.cancel();
  if (terms_.hold <= Duration::zero()) return;
  hold_timer_.expires_after(terms_.hold);
  // Cancelling does not take back a completion that is queued already: the one of a drain before
  // must not cancel a stop.
  hold_timer_.async_wait([this, start = starts_](std::error_code error) {
    if (!error && start == starts_) cancel("time");
  });
}

void DrainControl::cancel(std::string_view cause) {
  if (state_ == State::kIdle) return;
  state_ = State::kIdle;
  done_ = nullptr;
  ++round_;
  timer_.cancel();
  hold_timer_.cancel();
  workers_.cancel_drain();
  log_event(LogEvent::kDrainCancelled, {{"cause", cause}, {"sessions", left_}});
}

void DrainControl::make_final() {
  terms_.hold = Duration::zero();
  ++starts_;
  hold_timer_.cancel();
}

void DrainControl::look_later() {
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this, round = round_](std::error_code error) {
    if (!error && round == round_) look();
  });
}

void DrainControl::look() {
  workers_.collect<Count>(
      [](const Worker::Listener& listener, std::size_t) {
        const Endpoint& endpoint = listener.driver->endpoint();
        return Count{endpoint.session_count(), endpoint.record_count()};
      },
      [this, round = round_](std::vector<Count> counts) {
        if (round != round_) return;
        Count sum;
        for (const Count& count : counts) {
          sum.sessions += count.sessions;
          sum.records += count.records;
        }
        on_counted(sum);
      });
}

void DrainControl::on_counted(Count count) {
  const Instant now = net::clock_now();
  left_ = count.sessions;
  if (left_ > 0) empty_since_.reset();
  if (left_ == 0 && !empty_since_) empty_since_ = now;
  if (!counted_) {
    counted_ = true;
    at_start_ = left_when_told_ = left_;
    log_event(LogEvent::kDrainStarted, {{"cause", cause_},
                                        {"sessions", at_start_},
                                        {"deadline_ms", milliseconds(plan_.deadline)}});
  } else if (is_over(count, now)) {
    return finish();
  }
  tell_progress();
  look_later();
}

bool DrainControl::is_over(Count count, Instant now) const {
  // What is closing still is waited for, unless sessions may be left anyway.
  return count.records == 0 || (terms_.sessions_left > 0 && left_ <= terms_.sessions_left) ||
         (empty_since_ && now >= *empty_since_ + kLastWords) ||
         now >= began_at_ + plan_.deadline + kLastWords;
}

void DrainControl::tell_progress() {
  const Instant now = net::clock_now();
  const Progress at = progress();
  if (now - told_at_ >= kTellEvery && left_ < left_when_told_) {
    told_at_ = now;
    left_when_told_ = left_;
    notify_progress("draining, " + std::to_string(left_) + " sessions left", kPatience);
  }
  if (now - logged_at_ < kLogEvery) return;
  logged_at_ = now;
  log_event(LogEvent::kDrainProgress,
            {{"sessions", left_}, {"eta_ms", milliseconds(at.eta.value_or(Duration::zero()))}});
}

void DrainControl::finish() {
  state_ = State::kDrained;
  ++round_;
  log_event(LogEvent::kDrainFinished, {{"sessions", left_}});
  if (const auto done = std::exchange(done_, nullptr)) done();
}

DrainControl::Progress DrainControl::progress() const {
  Progress progress{.state = state_, .eta = {}, .hold_left = {}};
  if (state_ == State::kIdle) return progress;
  progress.at_start = at_start_;
  progress.elapsed = net::clock_now() - began_at_;
  progress.deadline = plan_.deadline;
  if (terms_.hold > Duration::zero()) {
    progress.hold_left = std::max(terms_.hold - progress.elapsed, Duration::zero());
  }
  return with_left(progress, left_);
}

DrainControl::Progress with_left(DrainControl::Progress progress, std::uint64_t left) {
  progress.left = left;
  progress.eta.reset();
  if (progress.state == DrainControl::State::kDraining && left > 0) {
    progress.eta =
        estimate(progress.at_start, left, progress.elapsed, progress.deadline - progress.elapsed);
  }
  return progress;
}

}  // namespace jetstream::daemon
