// SPDX-License-Identifier: MIT
#include "daemon/config/config.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <thread>

#include "base/assert.h"
#include "crypto/digest.h"
#include "daemon/config/config_check.h"
#include "daemon/config/config_docs.h"
#include "daemon/config/config_environment.h"
#include "daemon/config/config_format.h"
#include "daemon/config/config_read_tree.h"
#include "daemon/config/config_yaml.h"
#include "daemon/config/key_lines.h"
#include "daemon/config/read_file.h"

namespace jetstream::daemon {
namespace {

void apply_command_line(Config& config, const Overrides& overrides) {
  if (!overrides.listen.empty()) {
    config.listen = overrides.listen;
    config.origins["server.listen"] = "--listen";
  }
  if (!overrides.state_dir.empty()) {
    config.state_dir = std::filesystem::absolute(overrides.state_dir);
    config.origins["server.state_dir"] = "--state-dir";
  }
  if (!overrides.admin_socket.empty()) {
    config.admin_socket = std::filesystem::absolute(overrides.admin_socket);
    config.origins["admin.socket.path"] = "--admin-socket";
  }
}

// Warnings of keys that could not be read, whose values are not what anybody wrote.
void forget_consequences(ConfigErrors& errors) {
  const auto is_consequence = [&errors](const Diagnostic& one) {
    return one.is_warning() && std::ranges::any_of(errors.list, [&one](const Diagnostic& cause) {
             return !cause.is_warning() && is_below(cause.subject.key, one.subject.key);
           });
  };
  // Not while the list is being changed.
  std::vector<Diagnostic> kept;
  std::ranges::remove_copy_if(errors.list, std::back_inserter(kept), is_consequence);
  errors.list = std::move(kept);
}

Result<Config, ConfigErrors> load_over(Config base, const std::string& name, std::string_view text,
                                       const Overrides& overrides) {
  ConfigErrors errors{.file = name, .source = std::string(text), .list = {}};
  const auto root = parse_yaml(text, errors);
  if (root) {
    const auto directory = std::filesystem::absolute(name).parent_path();
    Config config = read_tree(*root, directory, std::move(base), errors);
    read_environment(overrides.environment, directory, config, errors);
    apply_command_line(config, overrides);
    check_together(config, errors);
    if (errors.list.empty()) return config;
    look_over(config, errors);
    forget_consequences(errors);
  }
  errors.sort();
  return unexpected(std::move(errors));
}

std::string digest_of(std::string_view text) {
  return "sha256:" + to_hex(crypto::sha256(as_bytes(text)));
}

}  // namespace

Config default_config() {
  auto config = load_over(Config{}, "/default", default_config_text(), {});
  JS_ASSERT(config.has_value());
  config->origins.clear();
  config->positions.clear();
  return *std::move(config);
}

Result<Config, ConfigErrors> load_config_text(const std::string& name, std::string_view text,
                                              const Overrides& overrides) {
  auto config = load_over(default_config(), name, text, overrides);
  if (config) {
    config->digest = config->file_digest = digest_of(text);
    config->source = text;
  }
  return config;
}

Result<Config, ConfigErrors> load_config(const std::filesystem::path& path,
                                         const Overrides& overrides) {
  const auto text = read_file(path, kConfigBytesMax);
  if (text) return load_config_text(path.string(), *text, overrides);
  const int reason = errno;
  ConfigErrors errors{.file = path.string(), .source = {}, .list = {}};
  errors.add(kNowhere, {Fault::kUnreadable},
             "cannot read the configuration: " + std::generic_category().message(reason),
             reason == ENOENT ? "jetstreamd --print-default-config prints one"
             : reason == EISDIR
                 ? "name the file in that folder"
                 : "it is read by user " + std::to_string(::geteuid()) + ", who must be able to");
  return unexpected(std::move(errors));
}

Result<void, ConfigErrors> read_authorized_clients(const std::string& name, Config& config) {
  config.authorized_clients.clear();
  if (config.client_auth != ClientAuth::kRequired) return {};
  auto lines = read_key_lines(config.authorized_clients_file);
  if (lines) {
    config.authorized_clients = std::move(lines->keys);
    config.digest = digest_of(config.source + lines->text);
    return {};
  }
  ConfigErrors errors{.file = name, .source = config.source, .list = {}};
  add_error_at(config, {"server.authorized_clients_file"}, Fault::kUnreadable,
               lines.error().message, "", errors);
  return unexpected(std::move(errors));
}

ConfigErrors warnings_of(const std::string& name, const Config& config) {
  ConfigErrors warnings{.file = name, .source = config.source, .list = {}};
  look_over(config, warnings);
  warnings.sort();
  return warnings;
}

bool Config::has_digest(std::string_view expected) const {
  return expected == digest || expected == file_digest;
}

std::string_view Config::origin(const std::string& key) const {
  const auto found = origins.find(key);
  return found == origins.end() ? "default" : std::string_view(found->second);
}

std::filesystem::path Config::identity_key_file() const {
  return key_file.empty() ? state_dir / "identity.key" : key_file;
}

std::filesystem::path Config::read_socket_path() const {
  if (!admin_read_socket.empty()) return admin_read_socket;
  const std::string stem = admin_socket.stem().string();
  std::filesystem::path path = admin_socket;
  // Daemons that share a folder must not share this one.
  path.replace_filename(stem == "admin" ? "read" : stem + "-read");
  return path += admin_socket.extension();
}

std::uint32_t Config::worker_count() const {
  return workers.value_or(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
}

}  // namespace jetstream::daemon
