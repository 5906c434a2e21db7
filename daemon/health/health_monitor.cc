// SPDX-License-Identifier: MIT
#include "daemon/health/health_monitor.h"

#include <algorithm>

#include "daemon/health/default_gateway.h"
#include "daemon/log/log.h"
#include "daemon/process/notify.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

/// Files are looked at once a minute: nobody changes a key's mode or a route by the second.
constexpr std::uint64_t kTicksPerLookAtFiles = 60;

ListenerFigures figures_of(const Worker::Listener& listener, std::size_t worker) {
  const Endpoint& endpoint = listener.driver->endpoint();
  return {.address = listener.driver->local_address().to_string(),
          .worker = worker,
          .stats = endpoint.stats(),
          .udp = listener.driver->stats(),
          .sessions = endpoint.session_count(),
          .records = endpoint.record_count(),
          .figures = listener.host->figures()};
}

void set_both(Snapshot& snapshot, RateLimit received, RateLimit sent, std::uint64_t per_second) {
  snapshot.limits[static_cast<std::size_t>(received)] = per_second;
  snapshot.limits[static_cast<std::size_t>(sent)] = per_second;
}

void fill_limits(Snapshot& snapshot, const Config& config) {
  using L = RateLimit;
  set_both(snapshot, L::kSessionMessagesReceived, L::kSessionMessagesSent,
           config.limits.messages_per_second);
  set_both(snapshot, L::kSessionBytesReceived, L::kSessionBytesSent,
           config.limits.bytes_per_second);
  set_both(snapshot, L::kGlobalMessagesReceived, L::kGlobalMessagesSent,
           config.global_messages_per_second);
  set_both(snapshot, L::kGlobalBytesReceived, L::kGlobalBytesSent, config.global_bytes_per_second);
}

}  // namespace

HealthMonitor::HealthMonitor(asio::io_context& io, WorkerGroup& workers, const Config& config,
                             const AppState& state)
    : workers_(workers), config_(config), state_(state), timer_(io) {}

void HealthMonitor::start(const ClockReading& started_at, KeyPlace key, std::string ids_trouble) {
  started_at_ = started_at;
  key_ = std::move(key);
  ids_trouble_ = std::move(ids_trouble);
  // So that every series is there from the start, before the first worker has answered.
  const auto addresses = workers_.addresses();
  for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
    auto& figures = figures_.emplace_back();
    for (const PeerAddress& address : addresses) {
      ListenerFigures& listener = figures.emplace_back();
      listener.address = address.to_string();
      listener.worker = worker;
    }
  }
  asked_.resize(workers_.size());
  if (const auto patience = watchdog_patience()) watchdog_.emplace(*patience);
  tick();
}

void HealthMonitor::tick_later() {
  timer_.expires_after(LoopProgress::kBeat);
  timer_.async_wait([this](std::error_code error) {
    if (!error) tick();
  });
}

void HealthMonitor::tick() {
  if (ticks_++ % kTicksPerLookAtFiles == 0) {
    gateways_ = default_gateways();
    key_trouble_ = key_file_trouble(key_.path, key_.forbidden_mode);
  }
  const Instant now = net::clock_now();
  loop_watch_.look(now, workers_.turns());
  const WallReading wall = read_wall_clock();
  clock_step_ = clock_watch_.look(wall.since_boot, wall.since_1970);
  // With what is known so far: a worker that hangs must not keep the others from being heard.
  refresh();
  // Not in the first one, before the manager has heard that the daemon is ready.
  if (ticks_ > 1) tell_manager(now);
  ask_workers();
  tick_later();
}

void HealthMonitor::ask_workers() {
  for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
    if (asked_[worker]) continue;
    asked_[worker] = true;
    workers_.ask_one<ListenerFigures>(
        worker, figures_of, [this, worker](auto figures) { take(worker, std::move(figures)); });
  }
}

void HealthMonitor::take(std::size_t worker, std::vector<ListenerFigures> figures) {
  asked_[worker] = false;
  figures_[worker] = std::move(figures);
  if (std::any_of(asked_.begin(), asked_.end(), [](bool asked) { return asked; })) return;
  refresh();
  if (on_figures_) on_figures_(*snapshot_);
}

HealthFacts HealthMonitor::facts(Instant now) {
  return {.stalled_workers = loop_watch_.stalled(now),
          .receive_buffer_asked = config_.socket_receive_buffer,
          .gateways = gateways_,
          .clock_step = std::exchange(clock_step_, std::nullopt),
          .key_trouble = key_trouble_,
          .ids_trouble = ids_trouble_};
}

void HealthMonitor::refresh() {
  const Instant now = net::clock_now();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->version = JS_VERSION;
  snapshot->config_digest = config_.digest;
  snapshot->started_at = static_cast<double>(started_at_.wall.value()) / 1000;
  snapshot->state = state_.name();
  snapshot->sessions_max = config_.sessions_max;
  for (const auto& figures : figures_) {
    snapshot->listeners.insert(snapshot->listeners.end(), figures.begin(), figures.end());
  }
  snapshot->loop_lag = workers_.lags();
  fill_limits(*snapshot, config_);
  if (fill_) fill_(*snapshot);
  snapshot->log_lines_lost = log_lines_lost();
  checks_.run(now, *snapshot, facts(now));
  snapshot->findings = checks_.board().visible(now);
  tell_changes(now);
  snapshot_ = std::move(snapshot);
  if (on_snapshot_) on_snapshot_(snapshot_);
}

void HealthMonitor::tell_changes(Instant now) {
  const HealthBoard::Changes changes = checks_.board().take_changes(now);
  for (const HealthFinding& finding : changes.raised) {
    const HealthSpec& spec = spec_of(finding.code);
    log_event(
        spec.severity == Severity::kNotice ? LogEvent::kHealthNoticed : LogEvent::kHealthRaised,
        {{"code", spec.name}, {"severity", to_string(spec.severity)}, {"detail", finding.detail}});
  }
  for (const HealthCode code : changes.cleared) {
    log_event(LogEvent::kHealthCleared, {{"code", spec_of(code).name}});
  }
}

void HealthMonitor::tell_manager(Instant now) {
  if (watchdog_ && watchdog_->due(now, workers_.turns())) notify_alive();
  // A drain says for itself how far it has come.
  if (snapshot_->state != "running") return;
  const EndpointStats total = snapshot_->total();
  const auto line =
      status_line_.take(now, snapshot_->sessions(), total.bytes_received + total.bytes_sent);
  if (line) notify_status(*line);
}

}  // namespace jetstream::daemon
