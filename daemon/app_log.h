// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "daemon/log.h"
#include "daemon/log_admin.h"

namespace jetstream::daemon {

/// The levels of this process's log: what is configured, and what operators want for a while.
/// Belongs to the main thread.
class AppLog final : public LogAdmin {
 public:
  AppLog(asio::io_context& io, LogLevel configured) : io_(io), configured_(configured) {}

  /// After a reload; what operators want stays until it expires.
  void configure(LogLevel configured);

  void change_log_level(const LogLevelOrder& order) override;
  LogLevel log_level(const std::string& module) const override;
  LogLevel configured_log_level() const override { return configured_; }
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
  LogLevel configured_;
  std::uint64_t orders_ = 0;
  std::map<std::string, Override> overrides_;  ///< By module; "" is the whole log.
};

}  // namespace jetstream::daemon
