// SPDX-License-Identifier: MIT
#include "daemon/app/app_health.h"

#include <algorithm>
#include <numeric>

#include "daemon/metrics/metrics_table.h"
#include "daemon/metrics/metrics_text.h"
#include "daemon/process/clock_reading.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

/// How often it is looked whether somebody has waited long enough.
constexpr auto kLookEvery = std::chrono::milliseconds(100);

/// Instead of the table's advice for a drain, which could be cancelled.
constexpr std::string_view kAdviceForStop =
    "Nothing cancels a stop: wait until the daemon is gone. jsctl stop --now ends it at once.";

control::HealthRow row_of(const HealthFinding& finding, const ClockReading& clocks, bool stopping) {
  const HealthSpec& spec = spec_of(finding.code);
  const auto age =
      std::chrono::duration_cast<std::chrono::milliseconds>(clocks.now - finding.since);
  control::HealthRow row;
  row.code = spec.name;
  row.severity = to_string(spec.severity);
  row.detail = finding.detail;
  row.since = control::UnixTime(clocks.wall.value() - age.count());
  row.not_ready = spec.not_ready;
  row.not_alive = spec.not_alive;
  if (spec.depends_on) row.depends_on = spec_of(*spec.depends_on).name;
  row.advice = stopping && finding.code == HealthCode::kDraining ? kAdviceForStop : spec.advice;
  return row;
}

std::string series_name(std::string_view name, const MetricSpec& spec, const MetricSeries& series) {
  std::string labels;
  for (const auto& [label, value] : labels_of(spec, series)) {
    labels += (labels.empty() ? "{" : ",") + label + "=\"" + value + "\"";
  }
  return std::string(name) + labels + (labels.empty() ? "" : "}");
}

void add_rows(std::vector<control::StatRow>& rows, const MetricSpec& spec,
              const MetricSeries& series) {
  if (!series.histogram) {
    rows.push_back(
        {series_name(spec.name, spec, series), std::string(to_string(spec.type)), series.value});
    return;
  }
  const std::string name(spec.name);
  rows.push_back({name + "_count", "counter", static_cast<double>(series.histogram->count())});
  rows.push_back({name + "_sum", "counter", series.histogram->sum_seconds()});
}

}  // namespace

HealthAnswer AppHealth::health() {
  monitor_.refresh();
  const auto snapshot = monitor_.snapshot();
  const ClockReading clocks = read_clocks();
  HealthAnswer answer;
  answer.report.ready = is_ready(snapshot->findings);
  answer.report.live = is_alive(snapshot->findings);
  answer.report.state = snapshot->state;
  for (const HealthFinding& finding : snapshot->findings) {
    answer.rows.push_back(row_of(finding, clocks, snapshot->state == "stopping"));
  }
  return answer;
}

std::string AppHealth::metrics() { return metrics_text(*monitor_.snapshot()); }

std::vector<control::StatRow> AppHealth::stats() {
  const auto snapshot = monitor_.snapshot();
  std::vector<control::StatRow> rows;
  for (const MetricSpec& spec : metric_table()) {
    for (const MetricSeries& series : spec.series(*snapshot)) add_rows(rows, spec, series);
  }
  return rows;
}

std::uint64_t AppHealth::wait(const WaitFor& what, std::chrono::milliseconds timeout,
                              Done<std::optional<control::WaitReport>> done) {
  if (waiters_.size() >= kWaitersMax) return 0;
  const Instant now = net::clock_now();
  // Whoever has just begun a drain is not told that it was ready up to a second ago.
  if (what.what == WaitFor::What::kReady) monitor_.refresh();
  const std::uint64_t number = next_waiter_++;
  waiters_.push_back({number, what, now, now + timeout, counts_.now(), std::move(done)});
  look();
  return number;
}

void AppHealth::forget(std::uint64_t waiter) {
  waiters_.remove_if([waiter](const Waiter& other) { return other.number == waiter; });
}

bool AppHealth::holds(const Waiter& waiter) const {
  switch (waiter.what.what) {
    case WaitFor::What::kReady:
      return is_ready(monitor_.snapshot()->findings);
    case WaitFor::What::kDrained:
      return state_.drain.progress().state == DrainControl::State::kDrained;
    case WaitFor::What::kSessions: {
      const auto sessions = counts_.since(waiter.asked_at);
      return sessions && *sessions <= waiter.what.sessions;
    }
  }
  return false;
}

/// As many as the answer was given for; of who waits for readiness, those seen last.
std::uint64_t AppHealth::sessions_for(const Waiter& waiter) const {
  if (waiter.what.what == WaitFor::What::kDrained) return state_.drain.progress().left;
  return counts_.since(waiter.asked_at).value_or(monitor_.snapshot()->sessions());
}

void AppHealth::look() {
  if (waiters_.empty()) return;
  const Instant now = net::clock_now();
  std::list<Waiter> over;
  for (auto at = waiters_.begin(); at != waiters_.end();) {
    const auto waiter = at++;
    if (holds(*waiter) || now >= waiter->ends_at) over.splice(over.end(), waiters_, waiter);
  }
  for (const Waiter& waiter : over) {
    if (!holds(waiter)) {
      waiter.done(std::nullopt);
      continue;
    }
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - waiter.began_at);
    waiter.done(control::WaitReport{.state = std::string(state_.name()),
                                    .sessions = sessions_for(waiter),
                                    .waited_ms = static_cast<std::uint64_t>(waited.count())});
  }
  if (!waiters_.empty()) look_later();
}

void AppHealth::look_later() {
  count_sessions();
  if (looking_) return;
  looking_ = true;
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this](std::error_code error) {
    looking_ = false;
    if (!error) look();
  });
}

void AppHealth::count_sessions() {
  if (counts_.under_way()) return;  // a worker that hangs is asked once
  const bool wanted = std::any_of(waiters_.begin(), waiters_.end(), [](const Waiter& waiter) {
    return waiter.what.what == WaitFor::What::kSessions;
  });
  if (!wanted) return;
  counts_.begin();
  workers_.collect<std::uint64_t>(
      [](const Worker::Listener& listener, std::size_t) {
        return std::uint64_t{listener.driver->endpoint().session_count()};
      },
      [this](const std::vector<std::uint64_t>& counts) {
        counts_.end(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
      });
}

}  // namespace jetstream::daemon
