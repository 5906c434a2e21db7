// SPDX-License-Identifier: MIT
#include "daemon/app/app_drain.h"

#include <algorithm>
#include <numeric>

namespace jetstream::daemon {

DrainPlan drain_plan(const Config& config) {
  DrainPlan plan{.deadline = config.drain_deadline,
                 .pace = config.drain_pace,
                 .retry_after = config.drain_retry_after,
                 .alternate = {}};
  if (!config.drain_alternate.empty()) plan.alternate = config.drain_alternate.front();
  return plan;
}

control::DrainReport AppDrain::drain_report(const DrainControl::Progress& progress) const {
  const auto milliseconds = [](Duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  };
  control::DrainReport report;
  report.state = state_.name();
  report.sessions_at_start = progress.at_start;
  report.sessions_left = progress.left;
  report.elapsed_ms = milliseconds(progress.elapsed);
  report.deadline_ms = milliseconds(progress.deadline);
  if (progress.eta) report.eta_ms = milliseconds(*progress.eta);
  if (progress.hold_left) report.hold_left_ms = milliseconds(*progress.hold_left);
  if (progress.state != DrainControl::State::kIdle) {
    report.then = to_string(state_.stopping ? control::DrainEnd::kExit : then_);
  }
  return report;
}

void AppDrain::drain_start(const DrainOrder& order, Done<DrainAnswer> done) {
  if (state_.stopping) return done({DrainOutcome::kStopping, drain_report(drain_.progress())});
  if (drain_.progress().state != DrainControl::State::kIdle) {
    return done({DrainOutcome::kAlready, drain_report(drain_.progress())});
  }
  DrainPlan plan = drain_plan(config_);
  if (order.deadline) plan.deadline = *order.deadline;
  if (order.pace) {
    plan.pace = *order.pace;
    plan.hurried = false;
  }
  if (order.retry_after) plan.retry_after = *order.retry_after;
  if (order.alternate) plan.alternate = *order.alternate;
  plan.pace = std::min(plan.pace, plan.deadline);
  then_ = order.then;
  drain_.start(plan, {order.sessions_left, order.hold ? Duration(*order.hold) : Duration::zero()},
               "admin socket", [this] {
                 if (then_ == control::DrainEnd::kExit) stop_();
               });
  drain_status(std::move(done));
}

void AppDrain::drain_cancel(Done<DrainAnswer> done) {
  if (state_.stopping) return done({DrainOutcome::kStopping, drain_report(drain_.progress())});
  if (drain_.progress().state == DrainControl::State::kIdle) {
    return done({DrainOutcome::kAlready, drain_report(drain_.progress())});
  }
  drain_.cancel("admin socket");
  drain_status(std::move(done));
}

/// The sessions are counted anew, because a drain that has just begun has not looked yet.
void AppDrain::drain_status(Done<DrainAnswer> done) {
  workers_.collect<std::uint64_t>(
      [](const Worker::Listener& listener, std::size_t) {
        return std::uint64_t{listener.driver->endpoint().session_count()};
      },
      [this, done = std::move(done)](const std::vector<std::uint64_t>& counts) {
        const auto left = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
        done({DrainOutcome::kDone, drain_report(with_left(drain_.progress(), left))});
      });
}

}  // namespace jetstream::daemon
