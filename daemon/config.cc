// SPDX-License-Identifier: MIT
#include "daemon/config.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

#include "base/assert.h"
#include "crypto/digest.h"
#include "daemon/config_docs.h"
#include "daemon/config_read_tree.h"
#include "daemon/config_yaml.h"

namespace jetstream::daemon {
namespace {

Result<Config, ConfigErrors> load_over(Config base, const std::string& name,
                                       std::string_view text) {
  ConfigErrors errors{.file = name, .source = std::string(text), .list = {}};
  const auto root = parse_yaml(text, errors);
  if (root) {
    Config config =
        read_tree(*root, std::filesystem::absolute(name).parent_path(), std::move(base), errors);
    if (errors.list.empty()) return config;
  }
  errors.sort();
  return unexpected(std::move(errors));
}

// The whole file, or one byte more than a configuration may have. errno says why not.
std::optional<std::string> read_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  std::string text(kConfigBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(fd, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int reason = errno;
      ::close(fd);
      errno = reason;
      return std::nullopt;
    }
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  ::close(fd);
  text.resize(size);
  return text;
}

}  // namespace

Config default_config() {
  auto config = load_over(Config{}, "/default", default_config_text());
  JS_ASSERT(config.has_value());
  config->origins.clear();
  return *std::move(config);
}

Result<Config, ConfigErrors> load_config_text(const std::string& name, std::string_view text) {
  auto config = load_over(default_config(), name, text);
  if (config) config->digest = "sha256:" + to_hex(crypto::sha256(as_bytes(text)));
  return config;
}

Result<Config, ConfigErrors> load_config(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (text) return load_config_text(path.string(), *text);
  const int reason = errno;
  ConfigErrors errors{.file = path.string(), .source = {}, .list = {}};
  errors.add({}, "cannot read the configuration: " + std::generic_category().message(reason),
             reason == ENOENT
                 ? "name it with --config; jetstreamd --print-default-config prints one"
             : reason == EISDIR ? "name the file in that folder"
                                : "the daemon runs as user " + std::to_string(::geteuid()) +
                                      ", who must be able to read it");
  return unexpected(std::move(errors));
}

std::string_view Config::origin(const std::string& key) const {
  const auto found = origins.find(key);
  return found == origins.end() ? "default" : std::string_view(found->second);
}

std::filesystem::path Config::identity_key_file() const {
  return key_file.empty() ? state_dir / "identity.key" : key_file;
}

std::uint32_t Config::worker_count() const {
  return workers.value_or(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
}

void apply_overrides(Config& config, const Overrides& overrides) {
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

}  // namespace jetstream::daemon
