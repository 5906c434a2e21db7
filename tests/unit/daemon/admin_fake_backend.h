// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/admin/admin_backend.h"
#include "support/seeded_random.h"
#include "unit/daemon/temporary_folder.h"

namespace jetstream::daemon::testing {

/// A daemon of nothing but sessions. Answers at once, or, with `hold`, when release() is called.
class FakeBackend final : public DaemonAdmin,
                          public SessionAdmin,
                          public DrainAdmin,
                          public LimitAdmin,
                          public SourceAdmin,
                          public LogAdmin,
                          public EventAdmin,
                          public ConfigAdmin,
                          public HealthAdmin {
 public:
  AdminBackend parts() {
    return {*this, *this, *this, *this, *this, {access, loads}, *this, *this, *this, *this};
  }

  void add_session(std::uint64_t id) {
    control::SessionRow& row = sessions[SessionId(id)];
    row.id = SessionId(id);
    row.peer = "127.0.0.1:" + std::to_string(40000 + id);
    row.state = "established";
  }

  const Config& running_config() const override { return config; }
  const std::filesystem::path& config_file() const override { return config_path; }
  std::vector<control::RuntimeRow> runtime_changes() const override { return runtime; }
  void config_reload(ReloadOrder order, Done<ReloadAnswer> done) override {
    reload_order = std::move(order);
    answer([this, done] { done(reload_answer); });
  }
  void config_confirm(Done<ReloadAnswer> done) override {
    answer([this, done] { done(reload_answer); });
  }
  void config_rollback(Done<ReloadAnswer> done) override {
    answer([this, done] { done(reload_answer); });
  }

  void status(Done<control::StatusReport> done) override {
    control::StatusReport report;
    report.state = "running";
    report.sessions = sessions.size();
    answer([done, report] { done(report); });
  }
  void list_sessions(SessionQuery query, Done<SessionPage> done) override {
    SessionPage page;
    page.table_size = sessions.size();
    for (const auto& [id, row] : sessions) {
      if (query.after && id <= *query.after) continue;
      if (!query.filter.matches(control::RowSubject(row))) continue;
      page.more = page.rows.size() == query.limit;
      if (page.more) break;
      page.rows.push_back(row);
    }
    answer([done, page] { done(page); });
  }
  void show_sessions(std::vector<SessionId> ids,
                     Done<std::vector<control::SessionDetail>> done) override {
    std::vector<control::SessionDetail> details;
    for (SessionId id : ids) {
      if (!sessions.contains(id)) continue;
      details.emplace_back().row = sessions[id];
    }
    answer([done, details] { done(details); });
  }
  void match_sessions(MatchQuery query, Done<MatchedSessions> done) override {
    MatchedSessions found;
    for (const auto& [id, row] : sessions) {
      if (!query.filter.matches(control::RowSubject(row))) continue;
      ++found.count;
      if (found.ids.size() < query.keep) found.ids.push_back(id);
      found.sample.push_back({id, control::CloseOutcome::kWouldClose, row.peer});
    }
    answer([done, found] { done(found); });
  }
  void close_sessions(CloseOrder order, Done<CloseTally> done) override {
    CloseTally tally;
    for (SessionId id : order.ids) {
      const bool there = sessions.contains(id);
      const bool closes = there && closing.insert(id).second;
      tally.closed += closes ? 1 : 0;
      if (closes && order.want_peers) {
        // Two sessions an address.
        tally.peers.push_back(
            PeerAddress::v4({192, 0, 2, static_cast<std::uint8_t>(id.value() / 2)}, 4000));
      }
      tally.already_closing += there && !closes ? 1 : 0;
      tally.rows.push_back({id,
                            closes  ? control::CloseOutcome::kClosed
                            : there ? control::CloseOutcome::kAlreadyClosing
                                    : control::CloseOutcome::kNotFound,
                            std::nullopt});
    }
    orders.push_back(std::move(order));
    answer([done, tally] { done(tally); });
  }
  ClosePlans& close_plans() override { return plans; }
  ClockReading clocks() const override { return {time, control::UnixTime(1'000'000'000'000)}; }
  void suggest(Done<LimitSuggestionsPage> done) override {
    LimitSuggestionsPage page;
    page.rows.emplace_back().key = "handshake.rate_per_source";
    page.summary = {"observe", 60'000, 1000};
    answer([done, page] { done(page); });
  }
  void limits(std::vector<SessionId> ids, Done<LimitsPage> done) override {
    LimitsPage page{.rows = {}, .mode = "enforce"};
    if (ids.empty()) page.rows.emplace_back().limit = "global_bytes_sent";
    for (const SessionId id : ids) {
      if (!sessions.contains(id)) continue;
      page.rows.emplace_back().session = id;
    }
    answer([done, page] { done(page); });
  }
  void change_log_level(const LogLevelOrder& order) override {
    log_orders.push_back(order);
    levels[order.module] = order.level.value_or(LogLevel::kInfo);
  }
  LogLevel log_level(const std::string& module) const override {
    const auto found = levels.find(module);
    return found == levels.end() ? LogLevel::kInfo : found->second;
  }
  LogLevel configured_log_level() const override { return LogLevel::kInfo; }
  std::vector<control::LogOverrideRow> log_overrides() const override { return {}; }

  EventReplay replay(std::uint64_t since, const LogEventSet& wanted) override {
    replayed.push_back({since, wanted});
    return remembered;
  }
  std::shared_ptr<Subscription> subscribe(EventQuery query, Hear hear) override {
    if (before_subscribing) before_subscribing();
    if (!may_trace && query.session) return nullptr;
    auto listener = std::make_shared<Listener>();
    listener->query = std::move(query);
    listener->hear = std::move(hear);
    listeners.push_back(listener);
    return listener;
  }
  std::shared_ptr<void> after(std::chrono::milliseconds delay,
                              std::function<void()> then) override {
    ends.emplace_back(delay, std::move(then));
    return std::make_shared<int>(0);
  }
  void closed_sessions(ClosedQuery query, Done<ClosedPage> done) override {
    ClosedPage page{{}, closed.size()};
    std::uint64_t number = closed.size();
    std::optional<ClosedKey> last;
    for (const auto& row : closed) {
      const ClosedKey key{Instant{}, number--, row.id};
      if (query.before && key >= *query.before) continue;
      if (query.since && row.ended_at < *query.since) break;
      if (!query.filter.matches(control::RowSubject(row))) continue;
      if (page.rows.size() == query.limit) {
        page.last = last;
        break;
      }
      page.rows.push_back(row);
      last = key;
    }
    answer([done, page] { done(page); });
  }
  void drain_start(const DrainOrder& order, Done<DrainAnswer> done) override {
    DrainAnswer result{stopping   ? DrainOutcome::kStopping
                       : draining ? DrainOutcome::kAlready
                                  : DrainOutcome::kDone,
                       {}};
    if (result.outcome == DrainOutcome::kDone) {
      draining = order.deadline.value_or(std::chrono::seconds(30));
      drain_order = order;
    }
    result.report = drain_report();
    answer([done, result] { done(result); });
  }
  void drain_cancel(Done<DrainAnswer> done) override {
    DrainAnswer result{stopping   ? DrainOutcome::kStopping
                       : draining ? DrainOutcome::kDone
                                  : DrainOutcome::kAlready,
                       {}};
    if (result.outcome == DrainOutcome::kDone) draining.reset();
    result.report = drain_report();
    answer([done, result] { done(result); });
  }
  void drain_status(Done<DrainAnswer> done) override {
    const DrainAnswer result{DrainOutcome::kDone, drain_report()};
    answer([done, result] { done(result); });
  }
  void stop(bool now, Done<StopOutcome> done) override {
    // Only `now` changes anything about a stop that is under way, and that once.
    const bool changes = !stopping || (now && !*stopping);
    if (changes) stopping = now;
    const auto outcome = changes ? StopOutcome::kStopping : StopOutcome::kAlready;
    answer([done, outcome] { done(outcome); });
  }

  void list_sources(bool all, std::size_t limit, Done<SourcePage> done) override {
    SourcePage page{.rows = {}, .limited = 1, .sources = 2};
    page.rows.resize(std::min<std::size_t>(limit, all ? 2 : 1));
    answer([done, page] { done(page); });
  }
  void reset_source(const PeerAddress& address, Done<control::SourceResetReport> done) override {
    const control::SourceResetReport report{address.to_string(), address.port == 0};
    answer([done, report] { done(report); });
  }
  void explain(const PeerAddress& address, Done<control::ExplainReport> done) override {
    control::ExplainReport report;
    report.address = address.to_string();
    answer([done, report] { done(report); });
  }
  HealthAnswer health() override { return health_answer; }
  std::string metrics() override { return "jetstreamd_sessions 3\n"; }
  std::vector<control::StatRow> stats() override {
    return {{"jetstreamd_sessions", "gauge", 3}, {"jetstreamd_ready", "gauge", 1}};
  }
  std::uint64_t wait(const WaitFor& what, std::chrono::milliseconds,
                     Done<std::optional<control::WaitReport>> done) override {
    if (refuse_waiters) return 0;
    waits.emplace_back(what, std::move(done));
    return waits.size();
  }
  void forget(std::uint64_t waiter) override { forgotten.push_back(waiter); }

  void release() {
    for (const auto& finish : std::exchange(held, {})) finish();
  }

  jetstream::testing::SeededRandom random{5};
  ClosePlans plans{random};
  Instant time{std::chrono::seconds(100)};
  std::filesystem::path config_path = "/etc/jetstreamd/jetstreamd.yaml";
  ReloadOrder reload_order;
  ReloadAnswer reload_answer;
  std::map<SessionId, control::SessionRow> sessions;
  std::set<SessionId> closing;
  std::vector<CloseOrder> orders;
  std::map<std::string, LogLevel> levels;
  std::vector<LogLevelOrder> log_orders;
  struct Listener final : Subscription {
    EventQuery query;
    Hear hear;
  };
  std::vector<std::weak_ptr<Listener>> listeners;
  std::vector<std::pair<std::uint64_t, LogEventSet>> replayed;
  std::vector<std::pair<std::chrono::milliseconds, std::function<void()>>> ends;
  EventReplay remembered;
  bool may_trace = true;
  std::function<void()> before_subscribing;
  std::vector<control::ClosedRow> closed;
  std::optional<std::chrono::milliseconds> draining;  // the deadline
  DrainOrder drain_order;
  std::optional<bool> stopping;  // whether at once
  HealthAnswer health_answer{{}, {control::HealthRow{}}};
  bool refuse_waiters = false;
  std::vector<std::pair<WaitFor, Done<std::optional<control::WaitReport>>>> waits;
  std::vector<std::uint64_t> forgotten;
  bool hold = false;

  // Bans have no fake: all but their file and the clock is a value.
  TemporaryFolder folder;
  Config config = config_in(folder);
  std::vector<control::RuntimeRow> runtime;
  ClockReading clock{Instant(std::chrono::seconds(5000)), control::UnixTime(1'000'000'000'000)};
  std::vector<std::shared_ptr<const AddressFilter>> filters;
  std::vector<Duration> wakes;
  BanLoads loads;
  AccessControl access{config,
                       {.clock = [this] { return clock; },
                        .publish = [this](auto filter) { filters.push_back(std::move(filter)); },
                        .wake_in = [this](Duration delay) { wakes.push_back(delay); }}};
  std::vector<std::function<void()>> held;

 private:
  static Config config_in(const TemporaryFolder& folder) {
    Config config = default_config();
    config.state_dir = folder.path();
    return config;
  }
  control::DrainReport drain_report() const {
    control::DrainReport report;
    report.state = draining ? "draining" : "running";
    report.sessions_left = sessions.size();
    if (draining) report.deadline_ms = static_cast<std::uint64_t>(draining->count());
    return report;
  }
  void answer(std::function<void()> finish) {
    if (hold) {
      held.push_back(std::move(finish));
    } else {
      finish();
    }
  }
};

}  // namespace jetstream::daemon::testing
