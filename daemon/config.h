// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config_diagnostics.h"
#include "jetstream/config.h"
#include "jetstream/result.h"

namespace jetstream::daemon {

/// What runs on the streams that name a service.
enum class ServiceType : std::uint8_t {
  kEcho,  ///< Sends back what it receives.
  kSink,  ///< Reads and forgets.
};

/// What somebody at the admin socket may do; each role includes the ones before it.
enum class AdminRole : std::uint8_t { kRead, kOperate, kAdmin };

enum class LogLevel : std::uint8_t { kTrace, kDebug, kInfo, kWarning, kError };

/// kAuto is JSON unless standard error is a terminal.
enum class LogFormat : std::uint8_t { kAuto, kText, kJson };

struct ServiceConfig {
  ServiceType type = ServiceType::kEcho;
  bool early_data = false;  ///< Takes early data, which may be a recording.
};

/// Gives one role to one user or one group: exactly one of both names is set.
struct AccessRule {
  std::string user;
  std::string group;
  AdminRole role = AdminRole::kRead;
};

/// Everything the configuration file says, checked and in the units of the program. Made by
/// default_config() and load_config(); the defaults stand in the key table (config_schema.cc), so a
/// default-made Config is empty rather than usable. docs/CONFIG.md describes every key.
struct Config {
  std::uint32_t version = 0;

  std::vector<PeerAddress> listen;
  std::optional<std::uint32_t> workers;  ///< Absent: one for each CPU; see worker_count().
  std::uint64_t socket_receive_buffer = 0;
  std::filesystem::path state_dir;
  std::filesystem::path key_file;  ///< Empty: in state_dir; see identity_key_file().
  ClientAuth client_auth = ClientAuth::kOff;
  std::filesystem::path authorized_clients_file;  ///< Set if client_auth is kRequired.

  std::uint32_t sessions_max = 0;
  std::uint32_t sessions_max_per_source = 0;
  std::uint32_t closed_history = 0;
  std::uint64_t worker_memory = 0;
  SessionConfig session;
  Duration cleanup_interval{};

  Duration drain_deadline{};
  Duration drain_pace{};
  Duration drain_retry_after{};
  std::vector<PeerAddress> drain_alternate;  ///< One, or none.

  Duration handshake_timeout{};
  std::uint32_t half_open_max = 0;
  std::uint32_t handshake_rate_per_source = 0;  ///< 0: off.
  std::uint32_t handshake_burst_per_source = 0;
  RetryMode retry = RetryMode::kAuto;

  RateLimits limits;
  std::uint64_t global_messages_per_second = 0;  ///< 0: off.
  std::uint64_t global_bytes_per_second = 0;     ///< 0: off.
  std::vector<AddressBlock> limits_exempt;

  std::vector<AddressBlock> access_allow;  ///< Empty: everyone.
  std::vector<AddressBlock> access_deny;

  bool resumption_enabled = false;
  Duration ticket_lifetime{};
  std::uint32_t early_data_max = 0;

  std::map<std::string, ServiceConfig> services;

  std::filesystem::path admin_socket;
  std::uint32_t admin_socket_mode = 0;
  std::string admin_socket_group;  ///< Empty: the daemon's own group. A name or a number.
  std::vector<AccessRule> admin_access;

  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kAuto;

  /// "sha256:" and the hex SHA-256 of the file's text, as sha256sum(1) prints it.
  std::string digest;
  /// Where the values that are no defaults came from: "FILE:LINE" or a command line option, by key.
  std::map<std::string, std::string> origins;

  /// "default" if nobody set the key.
  std::string_view origin(const std::string& key) const;
  std::filesystem::path identity_key_file() const;
  /// `workers`, or the number of CPUs this process may run on, 1 to 64.
  std::uint32_t worker_count() const;
};

/// What the command line may say instead of the file.
struct Overrides {
  std::vector<PeerAddress> listen;
  std::filesystem::path state_dir;
  std::filesystem::path admin_socket;
};
void apply_overrides(Config& config, const Overrides& overrides);

/// The configuration of a file that says nothing but `version: 1`.
Config default_config();

/// Reads and checks the whole file; on failure every error that was found, with its position.
/// Relative paths in the file start at the file's folder. The caller prints text() and exits 78.
Result<Config, ConfigErrors> load_config(const std::filesystem::path& path);

/// The same for text that was read already; `name` stands in messages and its parent is where
/// relative paths start.
Result<Config, ConfigErrors> load_config_text(const std::string& name, std::string_view text);

}  // namespace jetstream::daemon
