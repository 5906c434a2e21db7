// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config_diagnostics.h"
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

/// The modules of the log: the first words of the names of its events (log_events.h).
inline constexpr std::string_view kLogModules =
    "admin|ban|client|config|connection|daemon|drain|drops|handshake|health|heartbeat|"
    "identity|log|metrics|rate_limit|session|stream";

/// The least severe events of one module that are logged.
struct ModuleLevel {
  std::uint32_t module = 0;  ///< Its place in kLogModules.
  LogLevel level = LogLevel::kInfo;

  bool operator==(const ModuleLevel&) const = default;
};

/// kAuto is the journal if standard error leads there, text on a terminal, and JSON otherwise.
enum class LogFormat : std::uint8_t { kAuto, kText, kJson, kJournald };

/// What of the addresses of peers is shown in logs and events.
enum class PeerAddresses : std::uint8_t { kFull, kPrefix, kNone };

struct ServiceConfig {
  ServiceType type = ServiceType::kEcho;
  bool early_data = false;  ///< Takes early data, which may be a recording.
};

/// Gives one role to one user or one group: exactly one of both names is set.
struct AccessRule {
  std::string user;
  std::string group;
  AdminRole role = AdminRole::kRead;

  bool operator==(const AccessRule&) const = default;
};

/// What may speak for a ban that the daemon makes itself.
enum class BanEvidence : std::uint8_t {
  kValidatedOnly,  ///< What a client does that has proven its address.
};

/// When the daemon bans by itself, and for how long.
struct DynamicBanLimits {
  bool enabled = false;
  BanEvidence evidence = BanEvidence::kValidatedOnly;
  std::uint32_t warn_at = 0;  ///< Offences of a source within a minute.
  std::uint32_t ban_at = 0;
  Duration duration{};  ///< Of the first ban; each further one lasts twice as long.
  Duration max_duration{};
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
  DynamicBanLimits dynamic_bans;

  bool resumption_enabled = false;
  Duration ticket_lifetime{};
  std::uint32_t early_data_max = 0;

  std::map<std::string, ServiceConfig> services;

  std::filesystem::path admin_socket;
  std::uint32_t admin_socket_mode = 0;
  std::string admin_socket_group;  ///< Empty: the daemon's own group. A name or a number.
  bool admin_read_socket_enabled = false;
  std::filesystem::path admin_read_socket;  ///< Empty: see read_socket_path().
  std::uint32_t admin_read_socket_mode = 0;
  std::string admin_read_socket_group;
  std::vector<AccessRule> admin_access;

  /// "ADDRESS:PORT" or "unix:PATH". Empty: off.
  std::string metrics_listen;

  LogLevel log_level = LogLevel::kInfo;
  std::vector<ModuleLevel> log_modules;  ///< Instead of log_level; each module once.
  LogFormat log_format = LogFormat::kAuto;
  PeerAddresses log_peer_addresses = PeerAddresses::kFull;
  Duration log_summary_interval{};

  /// Those in authorized_clients_file, once read_authorized_clients() has read it.
  std::vector<PublicKey> authorized_clients;

  /// "sha256:" and the hex SHA-256 of the file's text, as sha256sum(1) prints it.
  std::string file_digest;
  /// The same; once the authorized clients were read, of both files one after the other.
  std::string digest;
  /// The file's text, and where the keys stand in it that were set there.
  std::string source;
  std::map<std::string, Position> positions;
  /// Where the values that are no defaults came from, by key: "FILE:LINE", "env:NAME" or a command
  /// line option.
  std::map<std::string, std::string> origins;

  /// Whether somebody means this configuration: by the digest of all of it, or of its file alone.
  bool has_digest(std::string_view expected) const;
  /// "default" if nobody set the key.
  std::string_view origin(const std::string& key) const;
  std::filesystem::path identity_key_file() const;
  /// `admin_read_socket`, or beside the admin socket: read.sock for admin.sock, otherwise
  /// NAME-read.sock for NAME.sock.
  std::filesystem::path read_socket_path() const;
  /// `workers`, or the number of CPUs this process may run on, 1 to 64.
  std::uint32_t worker_count() const;
};

/// What the environment and the command line may say instead of the file; the command line has the
/// last word.
struct Overrides {
  /// Variables that begin with kEnvironmentPrefix, and their values.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<PeerAddress> listen;
  std::filesystem::path state_dir;
  std::filesystem::path admin_socket;
};

/// The configuration of a file that says nothing but `version: 1`.
Config default_config();

/// Reads and checks the whole file and what is said instead of it; on failure every error that was
/// found, with its position. Relative paths in the file and the environment start at the file's
/// folder. The caller prints text() and exits 78.
Result<Config, ConfigErrors> load_config(const std::filesystem::path& path,
                                         const Overrides& overrides = {});

/// The same for text that was read already; `name` stands in messages and its parent is where
/// relative paths start.
Result<Config, ConfigErrors> load_config_text(const std::string& name, std::string_view text,
                                              const Overrides& overrides = {});

/// Reads the other file that the configuration consists of, if clients have to prove who they are,
/// into `config`. One error, at the key that names the file.
Result<void, ConfigErrors> read_authorized_clients(const std::string& name, Config& config);

/// What works in a configuration that was loaded, but is hardly meant so; nothing but warnings.
ConfigErrors warnings_of(const std::string& name, const Config& config);

}  // namespace jetstream::daemon
