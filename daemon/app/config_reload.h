// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/admin/config_admin.h"
#include "daemon/app/config_store.h"
#include "daemon/config/reload_figures.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// The one way in which a running daemon gets another configuration, whoever asks for it: read,
/// check, prepare everything that can fail, then change. If anything fails nothing has changed.
/// One at a time; others wait for their turn. Belongs to the main thread.
class ConfigReload {
 public:
  using Done = std::function<void(ReloadAnswer)>;
  /// Makes a change that was prepared. Can't fail.
  using Commit = std::function<void()>;
  using Prepare = std::function<Result<Commit>(const Config& next)>;
  /// What the workers do with a configuration; calls back when all of them have it.
  using ApplyToWorkers = std::function<void(const Config& config, std::function<void()> done)>;

  /// How long until it is tried once more to take back what could not be.
  static constexpr Duration kTryAgainAfter = std::chrono::seconds(1);

  /// Both must outlive this.
  ConfigReload(asio::io_context& io, ConfigStore& store, ApplyToWorkers workers,
               Duration try_again_after = kTryAgainAfter)
      : store_(store),
        workers_(std::move(workers)),
        confirm_timer_(io),
        try_again_after_(try_again_after) {}

  /// For parts of the daemon that follow the configuration without ado: `apply` is called with each
  /// one that runs from then on, on the main thread, in the order of these calls.
  void follow(std::function<void(const Config&)> apply);
  /// For those that can fail, such as by opening a socket. `prepare` changes nothing that anybody
  /// sees; its commit is called if everybody else could be prepared too, and forgotten otherwise,
  /// which has to undo whatever was prepared. An error is told at `key`.
  void follow(std::string key, Prepare prepare);
  /// Says what an operator should know of a configuration that works all the same.
  void warn_by(std::function<void(const Config& next, std::vector<std::string>& warnings)> look);

  /// `done` is called once, when every worker has the new configuration, or at once.
  void reload(ReloadOrder order, Done done);
  /// Keeps what runs after the last reload, which waits for that.
  void confirm(Done done);
  /// Goes back to the configuration before the last reload.
  void rollback(std::string cause, Done done);
  /// From now on everything is refused.
  void stop();

  const std::optional<LastReload>& last() const { return last_; }
  const ReloadFigures& figures() const { return figures_; }
  /// How long there is to confirm, if that is waited for; zero while it is being taken back.
  std::optional<Duration> confirm_left() const;

 private:
  struct Follower {
    std::string key;
    Prepare prepare;
  };

  void enqueue(std::function<void(Done)> job, Done done);
  void take_turns();
  void run(const ReloadOrder& order, Done done);
  void run_confirm(const Done& done);
  /// `by_itself`: because nobody confirmed in time.
  void run_rollback(const std::string& cause, bool by_itself, Done done);
  void take_back_the_rest(const std::string& cause, const ConfigErrors& stuck, Done done);
  /// The commits, or where and why one of the followers can't follow.
  Result<std::vector<Commit>, ConfigErrors> prepare(const ConfigPlan& plan) const;
  /// The running configuration has changed: everybody follows.
  void spread(const std::vector<Commit>& commits, ReloadAnswer answer, Done done);
  void reject(const ReloadOrder& order, ReloadAnswer answer, const Done& done);
  void take_back_in(Duration time);
  void end_waiting();
  void remember(const std::string& cause, bool done, std::string error);

  ConfigStore& store_;
  ApplyToWorkers workers_;
  std::vector<Follower> followers_;
  std::vector<std::function<void(const Config&, std::vector<std::string>&)>> lookers_;
  struct Job {
    std::function<void(Done)> run;
    Done done;
  };
  std::deque<Job> jobs_;  // that wait
  bool under_way_ = false;
  bool taking_turns_ = false;
  asio::steady_timer confirm_timer_;
  Duration try_again_after_;
  std::optional<Instant> confirm_by_;
  std::optional<LastReload> last_;
  std::optional<LastReload> unconfirmed_;  // what can't be taken back, while that is so
  std::optional<LastReload> taken_back_;   // the last change, if it was
  ReloadFigures figures_;
  bool stopping_ = false;
};

}  // namespace jetstream::daemon
