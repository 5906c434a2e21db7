// SPDX-License-Identifier: MIT
#include "daemon/config_store.h"

#include "daemon/config_check.h"
#include "daemon/config_format.h"

namespace jetstream::daemon {
namespace {

/// What only a restart changes is what it was, and came from where it came from.
void keep_bound(const Config& running, Config& next) {
  for (const KeySpec& spec : key_table()) {
    if (spec.reload != Reload::kRestart) continue;
    Value value;
    spec.fetch(running, value);
    spec.store(next, value);
    const std::string key(spec.path);
    next.origins.erase(key);
    if (const auto origin = running.origins.find(key); origin != running.origins.end()) {
      next.origins.insert(*origin);
    }
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

std::optional<ConfigPlan> ConfigStore::plan_rollback() const {
  if (!previous_) return std::nullopt;
  return plan_of(*previous_);
}

ConfigPlan ConfigStore::plan_of(Config loaded) const {
  ConfigPlan plan;
  plan.digest_before = running_.digest;
  plan.digest = loaded.digest;
  for (ConfigChange& change : compare(started_, loaded).changes) {
    if (change.reload == Reload::kRestart) plan.restart_required.push_back(std::move(change));
  }
  plan.next = std::move(loaded);
  keep_bound(running_, plan.next);
  ConfigDifference difference = compare(running_, plan.next);
  plan.applied = std::move(difference.changes);
  plan.unchanged = difference.unchanged - plan.restart_required.size();
  return plan;
}

void ConfigStore::take(ConfigPlan plan) {
  previous_ = std::exchange(running_, std::move(plan.next));
  restart_required_ = std::move(plan.restart_required);
}

}  // namespace jetstream::daemon
