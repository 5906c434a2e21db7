// SPDX-License-Identifier: MIT
#include "daemon/app/config_store.h"

#include <algorithm>

#include "daemon/config/config_check.h"
#include "daemon/config/config_format.h"

namespace jetstream::daemon {
namespace {

void set_origin(const Config& from, const std::string& key, Config& to) {
  to.origins.erase(key);
  if (const auto origin = from.origins.find(key); origin != from.origins.end()) {
    to.origins.insert(*origin);
  }
}

/// It is what it was, and came from where it came from.
void keep(const KeySpec& spec, const Config& running, Config& next) {
  Value value;
  spec.fetch(running, value);
  spec.store(next, value);
  set_origin(running, std::string(spec.path), next);
}

void keep_bound(const Config& running, Config& next) {
  for (const KeySpec& spec : key_table()) {
    if (spec.reload == Reload::kRestart) keep(spec, running, next);
  }
}

}  // namespace

Result<ConfigPlan, ConfigErrors> ConfigStore::plan() const {
  auto loaded = load_config(file_, overrides_);
  if (!loaded) return unexpected(loaded.error());
  if (const auto read = read_authorized_clients(file_.string(), *loaded); !read) {
    return unexpected(read.error());
  }
  ConfigPlan plan = plan_of(*std::move(loaded));
  // What was right together in the file need not be with what is bound already.
  ConfigErrors errors{.file = file_.string(), .source = plan.next.source, .list = {}};
  check_together(plan.next, errors);
  if (!errors.list.empty()) return unexpected(std::move(errors));
  return plan;
}

std::optional<ConfigPlan> ConfigStore::plan_rollback(const std::vector<std::string>& stays) const {
  if (!previous_) return std::nullopt;
  ConfigPlan plan;
  Config next = *previous_;
  for (const KeySpec& spec : key_table()) {
    if (std::ranges::count(stays, spec.path) > 0) keep(spec, running_, next);
  }
  // Half of the way back is no file's.
  if (!stays.empty()) next.digest = running_.digest;
  compare_to(std::move(next), plan);
  return plan;
}

ConfigPlan ConfigStore::plan_of(Config loaded) const {
  ConfigPlan plan;
  for (ConfigChange& change : compare(started_, loaded).changes) {
    if (change.reload == Reload::kRestart) plan.restart_required.push_back(std::move(change));
  }
  compare_to(std::move(loaded), plan);
  plan.unchanged -= plan.restart_required.size();
  return plan;
}

void ConfigStore::compare_to(Config loaded, ConfigPlan& plan) const {
  plan.digest_before = running_.digest;
  plan.digest = loaded.digest;
  plan.next = std::move(loaded);
  keep_bound(running_, plan.next);
  ConfigDifference difference = compare(running_, plan.next);
  plan.applied = std::move(difference.changes);
  plan.unchanged = difference.unchanged;
}

void ConfigStore::take(ConfigPlan plan) {
  Config before = std::exchange(running_, std::move(plan.next));
  if (!plan.applied.empty()) previous_ = std::move(before);
  restart_required_ = std::move(plan.restart_required);
  read_.reset();
  taken_back_.clear();
}

void ConfigStore::take_back(ConfigPlan plan, bool whole) {
  Config before = std::exchange(running_, std::move(plan.next));
  if (!read_) read_ = std::move(before);
  if (whole) previous_.reset();
  taken_back_ = compare(*read_, running_).changes;
  name_origins();
}

/// The lines of the file are those that were read last. What was taken back stands in none.
void ConfigStore::name_origins() {
  for (const Setting& setting : settings_of(running_)) {
    if (setting.spec->reload == Reload::kRestart) continue;
    const auto same = [&](const ConfigChange& change) { return change.key == setting.key; };
    if (std::ranges::none_of(taken_back_, same)) {
      set_origin(*read_, setting.key, running_);
      continue;
    }
    const auto origin = running_.origins.find(setting.key);
    if (origin == running_.origins.end() || !origin->second.starts_with(file_.string())) continue;
    origin->second = file_.string() + " before the reload that was taken back";
  }
}

}  // namespace jetstream::daemon
