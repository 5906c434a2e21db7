// SPDX-License-Identifier: MIT
//
// What a configuration may say although it is hardly meant so.
#include <algorithm>

#include "daemon/config/accounts.h"
#include "daemon/config/config_check.h"
#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

bool is_set(const Config& config, const std::string& key) {
  return config.origin(key) != "default";
}

void look_at_clients(const Config& config, ConfigErrors& errors) {
  if (config.client_auth == ClientAuth::kOff && !config.authorized_clients_file.empty()) {
    add_error_at(config, {"server.authorized_clients_file"}, Fault::kNoEffect,
                 "server.authorized_clients_file is not read: clients need not prove who they are",
                 "with server.client_auth: required nobody else may connect", errors);
  }
  if (config.services.empty()) {
    add_error_at(config, {"services"}, Fault::kUnwise,
                 "services is empty: clients connect and can open no stream",
                 "leave the key out for echo and sink", errors);
  }
}

void look_at_sessions(const Config& config, ConfigErrors& errors) {
  const SessionConfig& session = config.session;
  if (session.heartbeat_enabled && session.heartbeat_interval >= session.timeout) {
    add_error_at(config, {"sessions.heartbeat_interval", "sessions.timeout"}, Fault::kUnwise,
                 "sessions.heartbeat_interval is no shorter than sessions.timeout: silent sessions "
                 "expire before their first heartbeat",
                 "a third of the timeout leaves room for losses", errors);
  }
  if (is_set(config, "sessions.max_per_source") &&
      config.sessions_max_per_source > config.sessions_max) {
    add_error_at(config, {"sessions.max_per_source"}, Fault::kNoEffect,
                 "sessions.max_per_source is larger than sessions.max, which holds before it", "",
                 errors);
  }
  if (config.handshake_rate_per_source == 0 && is_set(config, "handshake.burst_per_source")) {
    add_error_at(config, {"handshake.burst_per_source"}, Fault::kNoEffect,
                 "handshake.burst_per_source does nothing while handshake.rate_per_source is off",
                 "", errors);
  }
  if (!config.resumption_enabled && is_set(config, "resumption.early_data_max") &&
      config.early_data_max > 0) {
    add_error_at(config, {"resumption.early_data_max"}, Fault::kNoEffect,
                 "resumption.early_data_max does nothing while resumption.enabled is false", "",
                 errors);
  }
}

void look_at_addresses(const Config& config, ConfigErrors& errors) {
  for (const AddressBlock& block : config.access_allow) {
    if (std::ranges::find(config.access_deny, block) == config.access_deny.end()) continue;
    add_error_at(config, {"access.allow", "access.deny"}, Fault::kNoEffect,
                 block.to_string() + " stands in access.allow and in access.deny, which holds", "",
                 errors);
  }
  const bool everyone = std::ranges::any_of(config.limits_exempt, [](const AddressBlock& block) {
    return block.to_string().ends_with("/0");
  });
  if (everyone) {
    add_error_at(config, {"limits.exempt"}, Fault::kUnwise,
                 "limits.exempt names every address: the limits per source hold for nobody", "",
                 errors);
  }
  constexpr std::uint32_t kOthersMayWrite = 0002;
  if ((config.admin_socket_mode & kOthersMayWrite) != 0) {
    add_error_at(config, {"admin.socket.mode"}, Fault::kExposed,
                 "admin.socket.mode lets every user of this machine connect to the admin socket",
                 "\"0660\" with admin.socket.group; admin.access says who may do what", errors);
  }
}

/// Rules that give nobody a role, as far as this machine knows: whoever checks need not be where
/// the daemon runs, and an account that is made later is no mistake yet.
void look_at_roles(const Config& config, ConfigErrors& errors) {
  // The packages make the groups of the default; who runs without them has not asked for it.
  static const std::vector<AccessRule> kDefault = default_config().admin_access;
  if (config.admin_access == kDefault) return;
  for (std::size_t i = 0; i < config.admin_access.size(); ++i) {
    const AccessRule& rule = config.admin_access[i];
    if (rule.user.empty() == rule.group.empty()) continue;  // that is an error
    const bool is_user = !rule.user.empty();
    const std::string& name = is_user ? rule.user : rule.group;
    const std::string kind = is_user ? "user" : "group";
    const std::string key = "admin.access[" + std::to_string(i) + "]." + kind;
    const std::optional<uid_t> id = is_user ? find_user(name) : find_group(name);
    if (!id) {
      add_error_at(config, {key}, Fault::kNoEffect,
                   "this machine has no " + kind + " " + quote(name) + ": nobody gets that role",
                   "once there is one, it takes a reload", errors);
    } else if (*id == kOverflowId) {
      add_error_at(config, {key}, Fault::kNoEffect,
                   kind + " " + quote(name) +
                       " never gets a role: 65534 stands for everybody whom "
                       "a user namespace hides",
                   "name the " + kind + " as the daemon's own namespace knows it", errors);
    }
  }
}

}  // namespace

void look_over(const Config& config, ConfigErrors& errors) {
  look_at_clients(config, errors);
  look_at_sessions(config, errors);
  look_at_addresses(config, errors);
  look_at_roles(config, errors);
}

}  // namespace jetstream::daemon
