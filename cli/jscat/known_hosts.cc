// SPDX-License-Identifier: MIT
#include "cli/jscat/known_hosts.h"

#include <algorithm>
#include <cstdlib>

#include "cli/jscat/files.h"

namespace jetstream::jscat {
namespace {

// Some ten thousand servers; a larger file is another one.
constexpr std::size_t kFileBytesMax = 1024 * 1024;

/// Calls `visit(line, number)` for every line that says something, until one is refused.
template <class Visit>
Result<> for_each_line(const std::filesystem::path& file, std::string_view text, Visit visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos || line.starts_with('#')) continue;
    if (const Result<> visited = visit(line, number); !visited) {
      return refuse(visited.error().code,
                    file.string() + ":" + std::to_string(number) + ": " + visited.error().message);
    }
  }
  return {};
}

}  // namespace

std::filesystem::path default_known_hosts() {
  const auto from = [](const char* variable) -> std::filesystem::path {
    const char* value = std::getenv(variable);
    // The XDG base directory specification: anything but an absolute path is to be ignored.
    return value != nullptr && *value == '/' ? value : "";
  };
  if (const auto folder = from("XDG_CONFIG_HOME"); !folder.empty()) {
    return folder / "jetstream" / "known_hosts";
  }
  const auto home = from("HOME");
  return home.empty() ? home : home / ".config" / "jetstream" / "known_hosts";
}

std::string host_name_of(const HostPort& host) {
  const std::string port = std::to_string(host.port);
  const bool is_v6 = host.host.find(':') != std::string::npos;
  const std::string text = is_v6 ? "[" + host.host + "]:" + port : host.host + ":" + port;
  if (const auto address = parse_endpoint(text); address && address->scope == 0) {
    return address->to_string();
  }
  std::string name = text;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

Result<std::vector<KnownHost>> read_known_hosts(const std::filesystem::path& file,
                                                const std::string& name) {
  std::vector<KnownHost> hosts;
  const auto text = read_file(file, kFileBytesMax);
  if (!text) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return hosts;
    return unexpected(text.error());
  }
  const auto read = for_each_line(file, *text, [&](std::string_view line, std::size_t number) {
    line.remove_prefix(line.find_first_not_of(" \t"));
    const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
    const auto host = parse_host_port(line.substr(0, blank));
    if (!host) return Result<>(unexpected(host.error()));
    line.remove_prefix(blank);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const auto key = parse_key_line(line);
    if (!key) return Result<>(unexpected(key.error()));
    if (host_name_of(*host) == name) hosts.push_back({*key, number});
    return Result<>();
  });
  if (!read) return unexpected(read.error());
  return hosts;
}

std::string known_hosts_line(const std::string& name, const PublicKey& key) {
  return name + " " + to_key_line(key);
}

Result<> append_known_host(const std::filesystem::path& file, const std::string& name,
                           const PublicKey& key) {
  return append_line(file, known_hosts_line(name, key));
}

Result<std::vector<Pin>> read_pin_file(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileBytesMax);
  if (!text) return unexpected(text.error());
  std::vector<Pin> pins;
  const auto read = for_each_line(file, *text, [&](std::string_view line, std::size_t) {
    const auto pin = Pin::parse(line);
    if (!pin) return Result<>(unexpected(pin.error()));
    pins.push_back(*pin);
    return Result<>();
  });
  if (!read) return unexpected(read.error());
  if (pins.empty()) return refuse(LocalCode::kBadKey, file.string() + " holds no key");
  return pins;
}

}  // namespace jetstream::jscat
