// SPDX-License-Identifier: MIT
#include "daemon/app/config_reload.h"

#include <algorithm>

#include "daemon/config/config_check.h"
#include "daemon/log/log.h"
#include "daemon/process/notify.h"
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

std::string reason_of(ReloadOutcome outcome) {
  switch (outcome) {
    case ReloadOutcome::kDigestDiffers:
      return "the files are not those that were expected";
    case ReloadOutcome::kRestartRequired:
      return "the change needs a restart";
    case ReloadOutcome::kUnconfirmed:
      return "the reload before waits for its confirmation";
    default:
      return "the daemon stops";
  }
}

void log_reverted(const std::string& cause, const ConfigPlan& plan) {
  log_event(LogEvent::kConfigReverted,
            {{"cause", cause}, {"digest", plan.digest}, {"applied", plan.applied.size()}});
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
  enqueue([this, cause = std::move(cause)](
              Done finished) { run_rollback(cause, false, std::move(finished)); },
          std::move(done));
}

void ConfigReload::confirm(Done done) {
  enqueue([this](const Done& finished) { run_confirm(finished); }, std::move(done));
}

void ConfigReload::stop() {
  stopping_ = true;
  end_waiting();
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
  answer.stuck = figures_.not_taken_back;
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
    return refuse(ReloadOutcome::kInTheWay);
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
    taken_back_.reset();
    notice.reset();
    // What has changed nothing can't be taken back.
    if (order.confirm_within && !stopping_ && !applied.plan.applied.empty()) {
      confirm_by_ = clock_now() + *order.confirm_within;
      take_back_in(*order.confirm_within);
      applied.confirm_left = order.confirm_within;
    }
    done(std::move(applied));
  };
  store_.take(*std::move(plan));
  spread(*commits, std::move(answer), std::move(finished));
}

void ConfigReload::run_confirm(const Done& done) {
  ReloadAnswer answer;
  if (confirm_by_) {
    log_event(LogEvent::kConfigConfirmed, {{"digest", store_.running().digest}});
    // It stays, so that nobody could take it back is of no interest any more.
    if (!figures_.not_taken_back.empty()) last_ = unconfirmed_;
  } else {
    answer.outcome = ReloadOutcome::kNoneToConfirm;
    answer.taken_back = taken_back_;
  }
  answer.plan.digest = answer.plan.digest_before = store_.running().digest;
  end_waiting();
  done(std::move(answer));
}

void ConfigReload::run_rollback(const std::string& cause, bool by_itself, Done done) {
  // Somebody came first.
  if (by_itself && (!confirm_by_ || clock_now() < *confirm_by_)) return done({});
  const Instant began = clock_now();
  ReloadAnswer answer;
  auto plan = store_.plan_rollback();
  if (stopping_ || !plan) {
    answer.outcome = stopping_ ? ReloadOutcome::kStopping : ReloadOutcome::kNoneBefore;
    answer.taken_back = taken_back_;
    return done(std::move(answer));
  }
  auto commits = prepare(*plan);
  if (!commits) {
    if (by_itself) return take_back_the_rest(cause, commits.error(), std::move(done));
    answer.outcome = ReloadOutcome::kInTheWay;
    answer.errors = commits.error();
    log_rejected(cause, answer.errors);
    return done(std::move(answer));
  }
  answer.plan = *plan;
  answer.plan.next = {};
  end_waiting();
  store_.take_back(*std::move(plan), true);
  auto finished = [this, began, cause, done = std::move(done)](ReloadAnswer applied) {
    applied.took = clock_now() - began;
    log_reverted(cause, applied.plan);
    remember(cause, true, "");
    taken_back_ = last_;
    done(std::move(applied));
  };
  spread(*commits, std::move(answer), std::move(finished));
}

/// Whoever did not confirm may not be able to reach the daemon any more: one thing that can't be
/// taken back, such as a port that is somebody else's now, must not keep the rest, nor itself for
/// longer than it has to.
void ConfigReload::take_back_the_rest(const std::string& cause, const ConfigErrors& stuck,
                                      Done done) {
  // Without the place: that line of the file says something else by now.
  const std::string& error = stuck.list.front().what;
  if (figures_.not_taken_back.empty()) {
    log_rejected(cause, stuck);
    ++figures_.failed;
    unconfirmed_ = last_;
    last_ = LastReload{std::chrono::system_clock::now(), cause, false, error};
  }
  figures_.not_taken_back = error;
  take_back_in(try_again_after_);
  std::vector<std::string> stays;
  for (const Diagnostic& one : stuck.list) stays.push_back(one.subject.key);
  auto rest = store_.plan_rollback(stays);
  if (!rest || rest->applied.empty()) return done({});
  auto commits = prepare(*rest);
  if (!commits) return done({});
  ReloadAnswer answer;
  answer.plan = *rest;
  answer.plan.next = {};
  store_.take_back(*std::move(rest), false);
  spread(*commits, std::move(answer), [cause, done = std::move(done)](const ReloadAnswer& applied) {
    log_reverted(cause, applied.plan);
    done(applied);
  });
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

void ConfigReload::spread(const std::vector<Commit>& commits, ReloadAnswer answer, Done done) {
  for (const Commit& commit : commits) commit();
  workers_(store_.running(), [answer = std::move(answer), done = std::move(done)]() mutable {
    done(std::move(answer));
  });
}

/// Only what is wrong with a configuration is a failure of it: that somebody asked for a condition
/// that does not hold, or at a bad time, says nothing of the files.
void ConfigReload::reject(const ReloadOrder& order, ReloadAnswer answer, const Done& done) {
  if (order.dry_run) return done(std::move(answer));
  if (!answer.errors.list.empty()) {
    log_rejected(order.cause, answer.errors);
    remember(order.cause, false, first_of(answer.errors));
    return done(std::move(answer));
  }
  ++figures_.refused;
  log_event(LogEvent::kConfigRejected, {{"cause", order.cause},
                                        {"place", store_.file().string()},
                                        {"error", reason_of(answer.outcome)},
                                        {"errors", std::uint64_t{1}}});
  done(std::move(answer));
}

void ConfigReload::take_back_in(Duration time) {
  confirm_timer_.expires_after(time);
  confirm_timer_.async_wait([this](std::error_code error) {
    // Cancelling does not take back a completion that is queued already: it may have been another
    // reload's.
    if (error || !confirm_by_ || clock_now() < *confirm_by_) return;
    enqueue([this](Done finished) { run_rollback("not confirmed", true, std::move(finished)); },
            [](const ReloadAnswer&) {});
  });
}

void ConfigReload::end_waiting() {
  confirm_by_.reset();
  confirm_timer_.cancel();
  figures_.not_taken_back.clear();
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
