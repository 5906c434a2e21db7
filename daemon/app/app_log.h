// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "daemon/admin/log_admin.h"
#include "daemon/config/config.h"
#include "daemon/log/log.h"

namespace jetstream::daemon {

/// The levels of this process's log: what is configured, and what operators want for a while.
/// What operators want of the whole log goes before what is configured of a module.
/// Belongs to the main thread.
class AppLog final : public LogAdmin {
 public:
  explicit AppLog(asio::io_context& io) : io_(io) {}

  /// At the start and after a reload; what operators want stays until it expires.
  void configure(const LogLevels& configured);

  void change_log_level(const LogLevelOrder& order) override;
  LogLevel log_level(const std::string& module) const override;
  LogLevel configured_log_level() const override { return configured_.level; }
  std::vector<control::LogOverrideRow> log_overrides() const override;

 private:
  struct Override {
    LogLevel level = LogLevel::kInfo;
    std::uint64_t uid = 0;
    std::optional<control::UnixTime> until;
    std::uint64_t number = 0;  ///< Of the order, so that a timer knows its own.
    std::unique_ptr<asio::steady_timer> timer;
  };

  void expire(const std::string& module, std::uint64_t number);
  void apply() const;

  asio::io_context& io_;
  LogLevels configured_;
  std::uint64_t orders_ = 0;
  std::map<std::string, Override> overrides_;  ///< By module; "" is the whole log.
};

/// What a configuration says.
LogLevels configured_levels(const Config& config);

}  // namespace jetstream::daemon
