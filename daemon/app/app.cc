// SPDX-License-Identifier: MIT
#include "daemon/app/app.h"

#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <optional>

#include "daemon/access/access_control.h"
#include "daemon/access/ban_watch.h"
#include "daemon/admin/admin_server.h"
#include "daemon/admin/admin_sockets.h"
#include "daemon/app/app_backend.h"
#include "daemon/app/config_reload.h"
#include "daemon/config/config_values.h"
#include "daemon/health/health_monitor.h"
#include "daemon/health/mapped_ids.h"
#include "daemon/log/drops_summary.h"
#include "daemon/log/log.h"
#include "daemon/metrics/metrics_server.h"
#include "daemon/process/identity_file.h"
#include "daemon/process/inherited_sockets.h"
#include "daemon/process/notify.h"
#include "daemon/process/signals.h"
#include "daemon/workers/worker_group.h"
#include "jetstream/system_random.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

/// How long the answer to an admin `stop` has to reach its reader before the process ends.
constexpr auto kLastAnswer = std::chrono::milliseconds(100);
/// How long workers may take to close what is left, before the process ends all the same.
constexpr auto kWorkersPatience = std::chrono::seconds(1);

AccessPolicy access_policy(const Config& config) {
  AccessPolicy policy(geteuid());
  policy.add(config.admin_access);
  return policy;
}

/// What works all the same, and may not be what was meant.
void warn_of(const std::string& file, const Config& config, std::vector<std::string>& warnings) {
  const ConfigErrors found = warnings_of(file, config);
  for (const Diagnostic& one : found.list) {
    warnings.push_back(found.place_of(one) + ": " + one.what);
  }
}

class App {
 public:
  App(const Options& options, Config config)
      : options_(options),
        configs_(std::move(config), options.config_file, options.overrides),
        config_(configs_.running()),
        workers_(io_, config_),
        drain_(io_, workers_) {}

  int run() {
    if (const auto started = start(); !started) {
      log_event(LogEvent::kDaemonFailed, {{"error", started.error().message}});
      return kExitFailure;
    }
    io_.run();
    log_event(LogEvent::kDaemonStopped,
              {{"sessions", sessions_left_}, {"closed", sessions_closed_}});
    return kExitOk;
  }

 private:
  Result<> start();
  Result<Identity> find_identity();
  KeyPlace key_place() const;
  Result<> serve_metrics();
  void take_metrics(std::shared_ptr<MetricsServer> server);
  Result<ConfigReload::Commit> move_metrics(const Config& next);
  Result<> open_admin_sockets();
  Result<> bind_workers(const Identity& identity);
  void follow_config();
  void serve_admin(const Identity& identity);
  void announce(const Identity& identity);
  void tell_signal(const SignalSpec& signal, bool at_once) const;
  /// False if it is under way already and this changes nothing about it.
  bool stop(std::string_view cause, bool now);
  void finish();
  /// Over all endpoints, when all have answered.
  void count_sessions(std::size_t (*count)(const Endpoint&), std::uint64_t& sum);
  void wake_access(Duration delay);
  /// What the main thread knows of itself.
  void describe(Snapshot& snapshot) const;
  void log_status();
  void arm_summary();
  /// Tells what was dropped since the last time; `done` when that is known.
  void summarize(std::function<void()> done);

  const Options& options_;
  ConfigStore configs_;
  const Config& config_;  // the one that runs
  asio::io_context io_{1};
  std::optional<Signals> signals_;
  std::optional<AdminSockets> admin_sockets_;
  BanWatch ban_watch_{io_, config_, access_};  // workers report to it to their end
  WorkerGroup workers_;
  DrainControl drain_;
  AppState state_{drain_};
  std::shared_ptr<MetricsServer> metrics_;
  HealthMonitor health_{io_, workers_, config_, state_};
  asio::steady_timer ban_timer_{io_};
  BanLoads ban_loads_;
  AccessControl access_{config_,
                        {.clock = read_clocks,
                         .publish = [this](auto filter) { workers_.set_address_filter(filter); },
                         .wake_in = [this](Duration delay) { wake_access(delay); }}};
  EventHub events_{io_};
  AppLog log_{io_};
  ConfigReload reload_{io_, configs_, [this](const Config& config, std::function<void()> done) {
                         workers_.apply(config, std::move(done));
                       }};
  std::unique_ptr<AppBackend> backend_;
  AuditLog audit_;
  std::unique_ptr<AdminServer> admin_;
  std::optional<asio::steady_timer> last_answer_;
  asio::steady_timer summary_timer_{io_};
  Duration summary_interval_{};  // of the timer
  EndpointStats summarized_;
  ClockReading started_at_ = read_clocks();
  std::uint64_t sessions_left_ = 0;
  std::uint64_t sessions_closed_ = 0;
};

Result<> App::start() {
  log_.configure(configured_levels(config_));
  log_event(LogEvent::kDaemonStarting, {{"version", JS_VERSION},
                                        {"pid", static_cast<std::uint64_t>(getpid())},
                                        {"config", options_.config_file.string()}});
  SignalActions actions;
  actions.announce = [this](const SignalSpec& signal, bool at_once) {
    tell_signal(signal, at_once);
  };
  actions.stop = [this] { stop("signal", false); };
  actions.stop_now = [this] { stop("signal", true); };
  actions.status = [this] { log_status(); };
  actions.quit = [this] {
    log_event(LogEvent::kDaemonStopping, {{"cause", "SIGQUIT"}});
    io_.stop();
  };
  actions.reload = [this] {
    ReloadOrder order;
    order.cause = "signal";
    reload_.reload(std::move(order), [](const ReloadAnswer&) {});
  };
  signals_.emplace(io_, std::move(actions), ::isatty(STDIN_FILENO) != 0);
  if (const auto listening = signals_->start(); !listening) return listening;

  const auto identity = find_identity();
  if (!identity) return unexpected(identity.error());
  if (const auto loaded = access_.load(); !loaded) return loaded;
  if (const auto opened = open_admin_sockets(); !opened) return opened;
  if (const auto bound = bind_workers(*identity); !bound) return bound;
  if (const auto served = serve_metrics(); !served) return served;
  workers_.on_offence([this](const PeerAddress& peer) { ban_watch_.report(peer); });
  workers_.run();
  health_.on_snapshot([this](const std::shared_ptr<const Snapshot>& snapshot) {
    if (metrics_) metrics_->publish(snapshot);
  });
  health_.describe_by([this](Snapshot& snapshot) { describe(snapshot); });
  health_.start(started_at_, key_place(),
                mapped_ids_trouble(geteuid(), admin_sockets_->admin.self(), read_uid_map()));
  serve_admin(*identity);
  follow_config();
  announce(*identity);
  arm_summary();
  return {};
}

Result<Identity> App::find_identity() {
  const auto given = config_.key_file.empty() ? credential_file("identity.key") : std::nullopt;
  if (given) return read_kept_identity(*given, config_.state_dir / "identity.pub");
  auto stored = open_identity(config_.identity_key_file(), system_random());
  if (!stored) return unexpected(stored.error());
  if (stored->created) {
    log_event(LogEvent::kIdentityCreated,
              {{"key_file", config_.identity_key_file().string()},
               {"fingerprint", fingerprint(stored->identity.public_key())}});
  }
  return std::move(stored->identity);
}

Result<> App::serve_metrics() {
  if (config_.metrics_listen.empty()) return {};
  auto server = MetricsServer::start(config_.metrics_listen);
  if (!server) return unexpected(server.error());
  take_metrics(std::move(*server));
  return {};
}

void App::take_metrics(std::shared_ptr<MetricsServer> server) {
  metrics_ = std::move(server);
  if (metrics_) log_event(LogEvent::kMetricsListening, {{"listen", metrics_->address()}});
}

/// The new place is listened at before the old one is left.
Result<ConfigReload::Commit> App::move_metrics(const Config& next) {
  if (next.metrics_listen == config_.metrics_listen) return [] {};
  std::shared_ptr<MetricsServer> server;
  if (!next.metrics_listen.empty()) {
    auto started = MetricsServer::start(next.metrics_listen);
    if (!started) return unexpected(started.error());
    server = std::move(*started);
    server->publish(health_.snapshot());
  }
  return [this, server] { take_metrics(server); };
}

KeyPlace App::key_place() const {
  const auto given = config_.key_file.empty() ? credential_file("identity.key") : std::nullopt;
  // A group may well read a credential (fsGroup of Kubernetes gives 0440 and 0640), but not more.
  if (given) return {.path = *given, .forbidden_mode = 0027};
  return {.path = config_.identity_key_file()};
}

Result<> App::bind_workers(const Identity& identity) {
  const auto inherited = take_inherited_sockets();
  if (!inherited) return unexpected(inherited.error());
  if (const auto applied = apply_inherited_sockets(configs_.at_start(), *inherited); !applied)
    return applied;
  return workers_.bind(identity, *inherited, access_.filter());
}

Result<> App::open_admin_sockets() {
  auto sockets = daemon::open_admin_sockets(config_);
  if (!sockets) return unexpected(sockets.error());
  admin_sockets_.emplace(*std::move(sockets));
  return {};
}

void App::serve_admin(const Identity& identity) {
  const DaemonFacts facts{.identity = fingerprint(identity.public_key()), .started = started_at_};
  backend_.reset(new AppBackend{
      .daemon = {workers_, configs_, reload_, state_, health_, log_, access_, facts,
                 [this](bool now) { return stop("admin socket", now); }},
      .sessions = AppSessions(workers_),
      .drain = {workers_, drain_, config_, state_, [this] { stop("admin socket", true); }},
      .limits = {workers_, config_},
      .sources = {workers_, config_, access_},
      .bans = {access_, ban_loads_},
      .log = log_,
      .events = events_,
      .config = {configs_, reload_, AppRuntime(log_, access_, state_)},
      .health = {io_, workers_, health_, state_}});
  admin_ = std::make_unique<AdminServer>(io_, admin_sockets_->admin.take_listener(),
                                         access_policy(config_), backend_->parts(),
                                         [this](const AuditRecord& record) { audit_(record); });
  health_.on_figures([this](const Snapshot& snapshot) {
    backend_->limits.look(snapshot.total());
    backend_->sessions.close_plans().forget_old(net::clock_now());
  });
  if (admin_sockets_->readers) admin_->serve_readers(admin_sockets_->readers->take_listener());
}

/// Whoever has to know of another configuration says so here.
void App::follow_config() {
  reload_.follow("server.listen", [this](const Config& next) -> Result<ConfigReload::Commit> {
    if (auto fits = workers_.check(next); !fits) return unexpected(fits.error());
    return [] {};
  });
  reload_.follow("metrics.listen", [this](const Config& next) { return move_metrics(next); });
  reload_.follow([this](const Config& now) { admin_->set_policy(access_policy(now)); });
  reload_.follow([this](const Config&) { access_.apply(); });
  reload_.follow([this](const Config&) { ban_watch_.configure(); });
  reload_.follow([this](const Config& now) {
    log_.configure(configured_levels(now));
    set_log_format(now.log_format);
    set_log_addresses(now.log_peer_addresses);
    if (now.log_summary_interval != summary_interval_) arm_summary();
  });
  const auto look = [file = options_.config_file.string()](const Config& config,
                                                           std::vector<std::string>& warnings) {
    warn_of(file, config, warnings);
  };
  reload_.warn_by(look);
  std::vector<std::string> warnings = admin_sockets_->warnings;
  look(config_, warnings);
  for (const std::string& warning : warnings) {
    log_event(LogEvent::kConfigWarning, {{"warning", warning}});
  }
}

void App::announce(const Identity& identity) {
  std::string listen;
  for (const PeerAddress& address : workers_.addresses()) {
    listen += (listen.empty() ? "" : ",") + address.to_string();
  }
  log_event(LogEvent::kDaemonReady, {{"listen", listen},
                                     {"workers", workers_.size()},
                                     {"admin_socket", config_.admin_socket.string()},
                                     {"fingerprint", fingerprint(identity.public_key())}});
  notify_ready("serving " + listen);
}

void App::tell_signal(const SignalSpec& signal, bool at_once) const {
  // Docker's default, and some less than that of others; it kills without another word.
  constexpr Duration kOftenKilledAfter = std::chrono::seconds(10);
  std::string does;
  std::string hint;
  switch (signal.number) {
    case SIGTERM:
    case SIGINT:
      if (at_once || state_.stopping) {
        does =
            at_once ? "exit at once" : "go on as before; another SIGTERM or SIGINT exits at once";
        break;
      }
      does = "drain for up to " + format_duration(config_.drain_deadline.count()) +
             ", then exit; another SIGTERM or SIGINT exits at once";
      if (config_.drain_deadline >= kOftenKilledAfter) {
        hint =
            "container runtimes often kill after 10s: give them more than drain.deadline, such "
            "as docker stop --time";
      }
      break;
    case SIGHUP:
      does = "reload the configuration";
      break;
    case SIGQUIT:
      does = "exit at once, without a word to clients";
      break;
    case SIGUSR1:
      does = "nothing: the log goes to standard error, there is no file to open again";
      break;
    default:
      does = "log the status";
      break;
  }
  log_event(LogEvent::kDaemonSignal, {{"signal", signal.name}, {"does", does}, {"hint", hint}});
}

bool App::stop(std::string_view cause, bool now) {
  if (state_.stopping && (!now || last_answer_)) return false;
  if (!std::exchange(state_.stopping, true)) {
    reload_.stop();
    drain_.make_final();
    notify_stopping("draining");
    log_event(LogEvent::kDaemonStopping, {{"cause", cause}});
    health_.refresh();
  }
  if (now) {
    count_sessions([](const Endpoint& endpoint) { return endpoint.session_count(); },
                   sessions_closed_);
    workers_.close_all();
    finish();
  } else {
    drain_.start(drain_plan(config_), {}, std::string(cause), [this] { finish(); });
  }
  return true;
}

void App::wake_access(Duration delay) {
  ban_timer_.expires_after(delay);
  ban_timer_.async_wait([this](std::error_code error) {
    if (!error) access_.on_timer();
  });
}

void App::describe(Snapshot& snapshot) const {
  for (std::size_t i = 0; i < kBanOriginCount; ++i) {
    snapshot.bans[i] = access_.book().count(static_cast<BanOrigin>(i));
  }
  snapshot.ban_evidence = ban_watch_.evidence();
  snapshot.bans_refused = access_.autos_refused();
  snapshot.reloads = reload_.figures();
  if (!snapshot.reloads.last_done_at) snapshot.reloads.last_done_at = started_at_.wall;
  for (const ConfigChange& change : configs_.restart_required()) {
    snapshot.restart_required.push_back(change.key);
  }
  for (const ConfigChange& change : configs_.taken_back()) {
    snapshot.config_taken_back.push_back(change.key);
  }
  if (!admin_) return;
  snapshot.admin_connections = admin_->connection_count();
  snapshot.admin_commands = admin_->tally();
}

void App::log_status() {
  // During the start there is nothing to tell yet.
  if (!backend_) return;
  backend_->daemon.status([](const control::StatusReport& report) {
    std::uint64_t dropped = 0;
    for (const auto& [reason, count] : report.drops) dropped += count;
    log_event(LogEvent::kDaemonStatus, {{"state", report.state},
                                        {"uptime_ms", report.uptime_ms},
                                        {"sessions", report.sessions},
                                        {"sessions_opened", report.sessions_opened},
                                        {"handshakes_failed", report.handshakes_failed},
                                        {"rx_datagrams", report.rx_datagrams},
                                        {"tx_datagrams", report.tx_datagrams},
                                        {"dropped", dropped}});
  });
}

void App::arm_summary() {
  summary_interval_ = config_.log_summary_interval;
  summary_timer_.expires_after(summary_interval_);
  summary_timer_.async_wait([this](std::error_code error) {
    if (!error && !state_.stopping) summarize([this] { arm_summary(); });
  });
}

void App::summarize(std::function<void()> done) {
  struct Part {
    EndpointStats stats;
    std::vector<DropSource> sources;
  };
  workers_.collect<Part>(
      [](const Worker::Listener& listener, std::size_t) {
        Endpoint& endpoint = listener.driver->endpoint();
        return Part{endpoint.stats(), endpoint.take_drop_sources()};
      },
      [this, done = std::move(done)](const std::vector<Part>& parts) {
        EndpointStats now;
        std::vector<DropSource> sources;
        for (const Part& part : parts) {
          now += part.stats;
          sources.insert(sources.end(), part.sources.begin(), part.sources.end());
        }
        if (const auto summary =
                summarize_drops(summarized_, now, sources, config_.log_peer_addresses)) {
          log_event(LogEvent::kDropsSummary, {{"packets", summary->packets},
                                              {"reasons", summary->reasons},
                                              {"networks", summary->networks},
                                              {"handshakes_failed", summary->handshakes_failed}});
        }
        summarized_ = now;
        tell_lost_lines();
        done();
      });
}

void App::count_sessions(std::size_t (*count)(const Endpoint&), std::uint64_t& sum) {
  workers_.collect<std::uint64_t>(
      [count](const Worker::Listener& listener, std::size_t) {
        return std::uint64_t{count(listener.driver->endpoint())};
      },
      [&sum](const std::vector<std::uint64_t>& counts) {
        sum = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
      });
}

void App::finish() {
  if (last_answer_) return;
  health_.refresh();
  backend_->health.look();
  count_sessions([](const Endpoint& endpoint) { return endpoint.record_count(); }, sessions_left_);
  // Whoever asked by the admin socket still reads the answer, and clients hear of their end: from
  // when the workers have done what was asked of them, unless one hangs.
  const auto stop = [this](std::error_code error) {
    if (!error) io_.stop();
  };
  last_answer_.emplace(io_, kWorkersPatience);
  last_answer_->async_wait(stop);
  summarize([this, stop] {
    last_answer_->expires_after(kLastAnswer);
    last_answer_->async_wait(stop);
  });
}

}  // namespace

int run_daemon(const Options& options, Config config) {
  hold_signals();  // before the first thread
  const char* journal_stream = std::getenv("JOURNAL_STREAM");
  const Log log({.level = config.log_level,
                 .format = config.log_format,
                 .peer_addresses = config.log_peer_addresses,
                 .journal_stream = journal_stream == nullptr ? "" : journal_stream});
  return App(options, std::move(config)).run();
}

}  // namespace jetstream::daemon
