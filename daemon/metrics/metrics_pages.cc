// SPDX-License-Identifier: MIT
#include "daemon/metrics/metrics_pages.h"

#include "daemon/health/loop_watch.h"
#include "daemon/metrics/metrics_text.h"

namespace jetstream::daemon {
namespace {

constexpr unsigned kUnavailable = 503;

std::string finding_lines(const std::vector<HealthFinding>& findings) {
  std::string lines;
  for (const HealthFinding& finding : findings) {
    const HealthSpec& spec = spec_of(finding.code);
    lines += std::string(to_string(spec.severity)) + " " + std::string(spec.name) + ": " +
             finding.detail;
    if (spec.depends_on) {
      lines += " (hidden while " + std::string(spec_of(*spec.depends_on).name) + " holds)";
    }
    lines += "\n";
  }
  return lines;
}

std::string main_loop_words(Duration age) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  return "error main_stalled: the main loop has not moved for " + std::to_string(seconds) + " s\n";
}

}  // namespace

void MetricsPages::publish(Instant now, std::shared_ptr<const Snapshot> snapshot) {
  snapshot_ = std::move(snapshot);
  published_at_ = now;
  metrics_.clear();
}

bool MetricsPages::stale(Instant now) const {
  return snapshot_ != nullptr && now - published_at_ >= kStalledAfter;
}

HttpPage MetricsPages::livez(Instant now) const {
  if (snapshot_ == nullptr) return {.body = "live\n"};
  if (stale(now)) {
    return {.status = kUnavailable, .body = "not live\n" + main_loop_words(now - published_at_)};
  }
  const bool alive = is_alive(snapshot_->findings);
  return {.status = alive ? 200 : kUnavailable,
          .body = (alive ? "live\n" : "not live\n") + finding_lines(snapshot_->findings)};
}

HttpPage MetricsPages::readyz(Instant now) const {
  if (snapshot_ == nullptr) return {.status = kUnavailable, .body = "not ready\nnotice starting\n"};
  if (stale(now)) {
    return {.status = kUnavailable, .body = "not ready\n" + main_loop_words(now - published_at_)};
  }
  const bool ready = is_ready(snapshot_->findings);
  return {.status = ready ? 200 : kUnavailable,
          .body = (ready ? "ready\n" : "not ready\n") + finding_lines(snapshot_->findings)};
}

HttpPage MetricsPages::page(Instant now, std::string_view path) {
  if (path == "/livez") return livez(now);
  if (path == "/readyz") return readyz(now);
  if (path != "/metrics") {
    return {.status = 404, .body = "there is /metrics, /livez and /readyz\n"};
  }
  if (snapshot_ == nullptr) return {.status = kUnavailable, .body = "starting\n"};
  if (metrics_.empty()) metrics_ = metrics_text(*snapshot_);
  return {.content_type = kMetricsContentType, .body = metrics_};
}

}  // namespace jetstream::daemon
