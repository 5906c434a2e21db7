// SPDX-License-Identifier: MIT
#include "daemon/app/app_log.h"

#include "daemon/config/config_schema.h"
#include "daemon/log/log_record.h"

namespace jetstream::daemon {

LogLevels configured_levels(const Config& config) {
  LogLevels levels{config.log_level, {}};
  const std::vector<std::string> names = split_choices(kLogModules);
  for (const auto& [module, level] : config.log_modules) levels.modules[names[module]] = level;
  return levels;
}

void AppLog::configure(const LogLevels& configured) {
  configured_ = configured;
  apply();
}

void AppLog::change_log_level(const LogLevelOrder& order) {
  // With the timer of an override before: it must not end the new one.
  overrides_.erase(order.module);
  if (order.level) {
    Override& made = overrides_[order.module];
    made.level = *order.level;
    made.uid = order.uid;
    made.number = ++orders_;
    if (order.lasts) {
      made.until = control::UnixTime(log_clock().value() + order.lasts->count());
      made.timer = std::make_unique<asio::steady_timer>(io_, *order.lasts);
      made.timer->async_wait(
          [this, module = order.module, number = made.number](const asio::error_code& error) {
            if (!error) expire(module, number);
          });
    }
  }
  apply();
}

void AppLog::expire(const std::string& module, std::uint64_t number) {
  const auto found = overrides_.find(module);
  // Cancelling does not take back a completion that is queued already.
  if (found == overrides_.end() || found->second.number != number) return;
  overrides_.erase(found);
  apply();
  log_event(LogEvent::kLogLevelReverted,
            {{"module", module}, {"now", to_string(log_level(module))}});
}

LogLevel AppLog::log_level(const std::string& module) const {
  auto found = overrides_.find(module);
  if (found == overrides_.end()) found = overrides_.find("");
  if (found != overrides_.end()) return found->second.level;
  const auto own = configured_.modules.find(module);
  return own == configured_.modules.end() ? configured_.level : own->second;
}

std::vector<control::LogOverrideRow> AppLog::log_overrides() const {
  std::vector<control::LogOverrideRow> rows;
  for (const auto& [module, made] : overrides_) {
    control::LogOverrideRow& row = rows.emplace_back();
    if (!module.empty()) row.module = module;
    row.level = to_string(made.level);
    row.until = made.until;
    row.uid = made.uid;
  }
  return rows;
}

void AppLog::apply() const {
  LogLevels levels = configured_;
  if (const auto whole = overrides_.find(""); whole != overrides_.end()) {
    levels = {whole->second.level, {}};
  }
  for (const auto& [module, made] : overrides_) {
    if (!module.empty()) levels.modules[module] = made.level;
  }
  set_log_levels(levels);
}

}  // namespace jetstream::daemon
