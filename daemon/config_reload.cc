// SPDX-License-Identifier: MIT
#include "daemon/config_reload.h"

#include <algorithm>

#include "daemon/config_check.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

using net::clock_now;

/// Errors that a log tells of one configuration; as many as people are shown.
constexpr std::size_t kErrorsLogged = 20;

void log_rejected(const std::string& cause, const ConfigErrors& errors) {
  for (std::size_t i = 0; i < std::min(errors.list.size(), kErrorsLogged); ++i) {
    const Diagnostic& error = errors.list[i];
    log_event(LogEvent::kConfigRejected, {{"cause", cause},
                                          {"place", errors.place_of(error)},
                                          {"error", error.what},
                                          {"errors", errors.list.size()}});
  }
}

std::string first_of(const ConfigErrors& errors) {
  const Diagnostic& error = errors.list.front();
  return errors.place_of(error) + ": " + error.what;
}

std::uint64_t in_milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

void ConfigReload::follow(std::function<void(const Config&)> apply) {
  follow("", [this, apply = std::move(apply)](const Config&) -> Result<Commit> {
    return [this, apply] { apply(store_.running()); };
  });
}

void ConfigReload::follow(std::string key, Prepare prepare) {
  followers_.push_back({std::move(key), std::move(prepare)});
}

void ConfigReload::warn_by(
    std::function<void(const Config& next, std::vector<std::string>& warnings)> look) {
  lookers_.push_back(std::move(look));
}

void ConfigReload::reload(ReloadOrder order, Done done) {
  enqueue([this, order = std::move(order)](Done finished) { run(order, std::move(finished)); },
          std::move(done));
}

void ConfigReload::rollback(std::string cause, Done done) {
  enqueue(
      [this, cause = std::move(cause)](Done finished) { run_rollback(cause, std::move(finished)); },
      std::move(done));
}

void ConfigReload::confirm(Done done) {
  enqueue(
      [this](const Done& finished) {
        ReloadAnswer answer;
        if (!confirm_by_) answer.outcome = ReloadOutcome::kNoneBefore;
        if (confirm_by_)
          log_event(LogEvent::kConfigConfirmed, {{"digest", store_.running().digest}});
        answer.plan.digest = answer.plan.digest_before = store_.running().digest;
        confirm_by_.reset();
        confirm_timer_.cancel();
        finished(std::move(answer));
      },
      std::move(done));
}

void ConfigReload::stop() {
  stopping_ = true;
  confirm_by_.reset();
  confirm_timer_.cancel();
}

std::optional<Duration> ConfigReload::confirm_left() const {
  if (!confirm_by_) return std::nullopt;
  return std::max(*confirm_by_ - clock_now(), Duration::zero());
}

void ConfigReload::enqueue(std::function<void(Done)> job, Done done) {
  jobs_.push_back({std::move(job), std::move(done)});
  take_turns();
}

/// A job may end at once, and whoever hears of its end may ask for another one: that one has to
/// wait until this one has returned, and must not be begun twice.
void ConfigReload::take_turns() {
  if (std::exchange(taking_turns_, true)) return;
  while (!under_way_ && !jobs_.empty()) {
    under_way_ = true;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    job.run([this, done = job.done](ReloadAnswer answer) {
      under_way_ = false;
      done(std::move(answer));
      take_turns();
    });
  }
  taking_turns_ = false;
}

void ConfigReload::run(const ReloadOrder& order, Done done) {
  const Instant began = clock_now();
  std::optional<ReloadingNotice> notice;
  if (!order.dry_run && !stopping_) notice.emplace();
  ReloadAnswer answer;
  answer.confirm_left = confirm_left();
  const auto refuse = [&](ReloadOutcome outcome) {
    answer.outcome = outcome;
    answer.took = clock_now() - began;
    reject(order, std::move(answer), done);
  };
  if (stopping_) return refuse(ReloadOutcome::kStopping);
  if (confirm_by_ && !order.dry_run) return refuse(ReloadOutcome::kUnconfirmed);
  auto plan = store_.plan();
  if (!plan) {
    answer.errors = plan.error();
    return refuse(ReloadOutcome::kInvalid);
  }
  auto commits = prepare(*plan);
  if (!commits) {
    answer.errors = commits.error();
    return refuse(ReloadOutcome::kInvalid);
  }
  for (const auto& look : lookers_) look(plan->next, answer.warnings);
  answer.plan = *plan;
  answer.plan.next = {};
  if (order.expect_digest && !plan->next.has_digest(*order.expect_digest)) {
    return refuse(ReloadOutcome::kDigestDiffers);
  }
  if (order.strict && !plan->restart_required.empty()) {
    return refuse(ReloadOutcome::kRestartRequired);
  }
  if (order.dry_run) {
    answer.took = clock_now() - began;
    return done(std::move(answer));
  }
  auto finished = [this, began, order,
                   notice = std::make_shared<ReloadingNotice>(std::move(*notice)),
                   done = std::move(done)](ReloadAnswer applied) mutable {
    applied.took = clock_now() - began;
    log_event(LogEvent::kConfigReloaded,
              {{"cause", order.cause},
               {"digest", applied.plan.digest},
               {"applied", applied.plan.applied.size()},
               {"restart_required", applied.plan.restart_required.size()},
               {"unchanged", applied.plan.unchanged},
               {"duration_ms", in_milliseconds(applied.took)}});
    for (const std::string& warning : applied.warnings) {
      log_event(LogEvent::kConfigWarning, {{"warning", warning}});
    }
    remember(order.cause, true, "");
    notice.reset();
    done(std::move(applied));
  };
  change(*std::move(plan), *std::move(commits), std::move(answer), order, std::move(finished));
}

void ConfigReload::run_rollback(const std::string& cause, Done done) {
  const Instant began = clock_now();
  ReloadAnswer answer;
  auto plan = store_.plan_rollback();
  if (stopping_ || !plan) {
    answer.outcome = stopping_ ? ReloadOutcome::kStopping : ReloadOutcome::kNoneBefore;
    return done(std::move(answer));
  }
  auto commits = prepare(*plan);
  if (!commits) {
    answer.outcome = ReloadOutcome::kInvalid;
    answer.errors = commits.error();
    log_rejected(cause, answer.errors);
    return done(std::move(answer));
  }
  answer.plan = *plan;
  answer.plan.next = {};
  confirm_by_.reset();
  confirm_timer_.cancel();
  auto finished = [this, began, cause, done = std::move(done)](ReloadAnswer applied) {
    applied.took = clock_now() - began;
    log_event(LogEvent::kConfigReverted, {{"cause", cause},
                                          {"digest", applied.plan.digest},
                                          {"applied", applied.plan.applied.size()}});
    remember(cause, true, "");
    done(std::move(applied));
  };
  change(*std::move(plan), *std::move(commits), std::move(answer), {}, std::move(finished));
}

Result<std::vector<ConfigReload::Commit>, ConfigErrors> ConfigReload::prepare(
    const ConfigPlan& plan) const {
  std::vector<Commit> commits;
  ConfigErrors errors{.file = store_.file().string(), .source = plan.next.source, .list = {}};
  for (const Follower& follower : followers_) {
    auto prepared = follower.prepare(plan.next);
    if (prepared) {
      commits.push_back(*std::move(prepared));
    } else {
      add_error_at(plan.next, {follower.key}, Fault::kConflict, prepared.error().message, "",
                   errors);
    }
  }
  if (!errors.list.empty()) return unexpected(std::move(errors));
  return commits;
}

void ConfigReload::change(ConfigPlan plan, std::vector<Commit> commits, ReloadAnswer answer,
                          const ReloadOrder& order, Done done) {
  store_.take(std::move(plan));
  for (const Commit& commit : commits) commit();
  workers_(store_.running(), [this, within = order.confirm_within, answer = std::move(answer),
                              done = std::move(done)]() mutable {
    if (within && !stopping_) {
      await_confirmation(*within);
      answer.confirm_left = *within;
    }
    done(std::move(answer));
  });
}

void ConfigReload::reject(const ReloadOrder& order, ReloadAnswer answer, const Done& done) {
  std::string error;
  switch (answer.outcome) {
    case ReloadOutcome::kInvalid:
      error = first_of(answer.errors);
      if (!order.dry_run) log_rejected(order.cause, answer.errors);
      break;
    case ReloadOutcome::kDigestDiffers:
      error = "the files are not those that were expected";
      break;
    case ReloadOutcome::kRestartRequired:
      error = "the change needs a restart";
      break;
    case ReloadOutcome::kUnconfirmed:
      error = "the reload before waits for its confirmation";
      break;
    default:
      error = "the daemon stops";
      break;
  }
  if (!order.dry_run) {
    if (answer.outcome != ReloadOutcome::kInvalid) {
      log_event(LogEvent::kConfigRejected, {{"cause", order.cause},
                                            {"place", store_.file().string()},
                                            {"error", error},
                                            {"errors", std::uint64_t{1}}});
    }
    remember(order.cause, false, std::move(error));
  }
  done(std::move(answer));
}

void ConfigReload::await_confirmation(Duration within) {
  confirm_by_ = clock_now() + within;
  confirm_timer_.expires_after(within);
  confirm_timer_.async_wait([this](std::error_code error) {
    // Cancelling does not take back a completion that is queued already: it may have been another
    // reload's.
    if (error || !confirm_by_ || clock_now() < *confirm_by_) return;
    rollback("not confirmed", [](const ReloadAnswer&) {});
  });
}

void ConfigReload::remember(const std::string& cause, bool done, std::string error) {
  last_ = LastReload{std::chrono::system_clock::now(), cause, done, std::move(error)};
  figures_.last_error = last_->error;
  ++(done ? figures_.done : figures_.failed);
  if (!done) return;
  const auto since_1970 = last_->at.time_since_epoch();
  figures_.last_done_at =
      control::UnixTime(std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
}

}  // namespace jetstream::daemon
