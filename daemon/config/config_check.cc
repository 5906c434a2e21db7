// SPDX-License-Identifier: MIT
#include "daemon/config/config_check.h"

#include <algorithm>

#include "daemon/config/config_schema.h"
#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

std::string size(std::uint64_t bytes) { return format_size(static_cast<std::int64_t>(bytes)); }

void check_messages(const Config& config, ConfigErrors& errors) {
  if (config.session.message_bytes_max > config.session.max_stream_data) {
    add_error_at(config, {"sessions.message_bytes_max", "sessions.max_stream_data"},
                 Fault::kConflict,
                 "sessions.message_bytes_max (" + size(config.session.message_bytes_max) +
                     ") is larger than sessions.max_stream_data (" +
                     size(config.session.max_stream_data) + ")",
                 "a message must fit into the window of its stream", errors);
  }
  const std::uint64_t memory =
      config.worker_memory / std::max<std::size_t>(1, config.listen.size());
  if (memory / EndpointConfig::kMemoryMessagesMin < config.session.message_bytes_max) {
    add_error_at(config, {"limits.worker_memory", "sessions.message_bytes_max"}, Fault::kConflict,
                 "limits.worker_memory (" + size(config.worker_memory) +
                     ") is too little for sessions.message_bytes_max (" +
                     size(config.session.message_bytes_max) + ")",
                 "each address of a worker needs 32 times the largest message", errors);
  }
}

void check_bans(const Config& config, ConfigErrors& errors) {
  const DynamicBanLimits& bans = config.dynamic_bans;
  if (bans.warn_at > bans.ban_at) {
    add_error_at(config, {"dynamic_bans.warn_at", "dynamic_bans.ban_at"}, Fault::kConflict,
                 "dynamic_bans.warn_at is more than dynamic_bans.ban_at",
                 "nobody would be warned of before the ban", errors);
  }
  if (bans.duration > bans.max_duration) {
    add_error_at(config, {"dynamic_bans.duration", "dynamic_bans.max_duration"}, Fault::kConflict,
                 "dynamic_bans.duration is longer than dynamic_bans.max_duration", "", errors);
  }
}

void check_access(const Config& config, ConfigErrors& errors) {
  for (std::size_t i = 0; i < config.admin_access.size(); ++i) {
    const std::string place = "admin.access[" + std::to_string(i) + "]";
    const AccessRule& rule = config.admin_access[i];
    const bool told_already = config.positions.contains(place + ".user") != !rule.user.empty() ||
                              config.positions.contains(place + ".group") != !rule.group.empty();
    if (told_already || rule.user.empty() != rule.group.empty()) continue;
    add_error_at(config, {place}, Fault::kMissingKey,
                 quote(place) + " needs either \"user\" or \"group\"", "", errors);
  }
}

void check_log(const Config& config, ConfigErrors& errors) {
  const std::vector<ModuleLevel>& modules = config.log_modules;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const auto same = [&](const ModuleLevel& other) { return other.module == modules[i].module; };
    const auto here = modules.begin() + static_cast<std::ptrdiff_t>(i);
    const std::string place = "log.modules[" + std::to_string(i) + "].module";
    // One that is missing is told already.
    if (!config.positions.contains(place) || std::none_of(modules.begin(), here, same)) continue;
    add_error_at(
        config, {place}, Fault::kConflict,
        "log.modules names the module " + split_choices(kLogModules)[modules[i].module] + " twice",
        "leave one of them out", errors);
  }
}

}  // namespace

void add_error_at(const Config& config, std::initializer_list<std::string> keys, Fault fault,
                  std::string what, std::string help, ConfigErrors& errors) {
  for (const std::string& key : keys) {
    const auto position = config.positions.find(key);
    const auto origin = config.origins.find(key);
    if (position == config.positions.end() && origin == config.origins.end()) continue;
    // The environment and the command line go before the file.
    const bool in_file =
        position != config.positions.end() &&
        (origin == config.origins.end() || origin->second.starts_with(errors.file));
    if (!in_file) errors.where = origin->second;
    errors.add(in_file ? position->second : Position{}, {fault, key}, std::move(what),
               std::move(help));
    errors.where.clear();
    return;
  }
  errors.add(kNowhere, {fault, *keys.begin()}, std::move(what), std::move(help));
}

void check_together(const Config& config, ConfigErrors& errors) {
  check_messages(config, errors);
  if (config.drain_pace > config.drain_deadline) {
    add_error_at(config, {"drain.pace", "drain.deadline"}, Fault::kConflict,
                 "drain.pace is longer than drain.deadline",
                 "the last sessions would have no time to come to their end", errors);
  }
  if (config.client_auth == ClientAuth::kRequired && config.authorized_clients_file.empty()) {
    add_error_at(config, {"server.client_auth"}, Fault::kMissingKey,
                 "client_auth: required needs server.authorized_clients_file",
                 "name the file with the public keys of your clients", errors);
  }
  if (config.admin_read_socket_enabled && config.read_socket_path() == config.admin_socket) {
    add_error_at(config, {"admin.read_socket.path", "admin.socket.path"}, Fault::kConflict,
                 "admin.read_socket.path is the path of the admin socket",
                 "give each its own, or leave admin.read_socket.path out", errors);
  }
  check_bans(config, errors);
  check_access(config, errors);
  check_log(config, errors);
}

}  // namespace jetstream::daemon
