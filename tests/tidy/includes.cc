// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <optional>

#include "tidy/checks.h"

namespace jetstream::tidy {
namespace {

struct Include {
  std::string_view target;
  bool quoted = false;
  std::size_t position = 0;
};

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  for (std::string_view line : lines_of(file.text)) {
    if (!line.starts_with("#include ")) continue;
    const std::string_view rest = line.substr(9);
    const std::size_t end = rest.find_first_of(">\"", 1);
    if (end == std::string_view::npos) continue;
    includes.push_back({rest.substr(1, end - 1), rest.front() == '"',
                        static_cast<std::size_t>(line.data() - file.text.data())});
  }
  return includes;
}

/// Which layers a layer may include besides itself and the public headers.
const std::map<std::string_view, std::vector<std::string_view>>& layers() {
  static const std::map<std::string_view, std::vector<std::string_view>> table = {
      {"base", {}},
      {"wire", {"base"}},
      {"crypto", {"base"}},
      {"stream", {"base", "wire"}},
      {"recovery", {"base", "wire"}},
      {"session", {"base", "wire", "crypto", "stream", "recovery"}},
      {"endpoint", {"base", "wire", "crypto", "stream", "recovery", "session"}},
      {"net", {"base", "wire", "crypto", "stream", "recovery", "session", "endpoint"}},
      {"control", {"base"}},
      {"ipc", {"base", "control"}},
      {"daemon/config", {"base", "crypto", "control"}},
      {"daemon/log", {"base", "ipc", "daemon/config"}},
      {"daemon/process", {"net", "daemon/config"}},
      {"daemon/access", {"ipc", "daemon/config", "daemon/log", "daemon/process"}},
      {"daemon/admin",
       {"base", "control", "ipc", "net", "daemon/config", "daemon/log", "daemon/process",
        "daemon/access"}},
      {"daemon/sessions", {"base", "daemon/admin"}},
      {"daemon/services",
       {"base", "daemon/config", "daemon/log", "daemon/access", "daemon/sessions"}},
      {"daemon/workers",
       {"base", "crypto", "endpoint", "net", "daemon/config", "daemon/log", "daemon/process",
        "daemon/admin", "daemon/sessions", "daemon/services"}},
      {"daemon/health",
       {"base", "ipc", "net", "daemon/config", "daemon/log", "daemon/process", "daemon/access",
        "daemon/admin", "daemon/sessions", "daemon/workers"}},
      {"daemon/metrics", {"ipc", "net", "daemon/health"}},
      {"daemon/app",
       {"net", "daemon/config", "daemon/log", "daemon/process", "daemon/access", "daemon/admin",
        "daemon/workers", "daemon/health", "daemon/metrics"}},
      {"daemon",
       {"daemon/config", "daemon/log", "daemon/process", "daemon/health", "daemon/metrics",
        "daemon/app"}},
      {"jscat", {"base", "crypto", "endpoint", "net"}},
      {"jsctl", {"base", "control", "ipc", "daemon/config"}},
      {"public", {}},
      {"examples", {}},
  };
  return table;
}

/// The layer that a path below daemon/ belongs to: its folder there, or the daemon itself.
std::string_view daemon_part(std::string_view path) {
  constexpr std::string_view kDaemon = "daemon/";
  const std::size_t slash = path.find('/', kDaemon.size());
  return path.substr(0, slash == std::string_view::npos ? kDaemon.size() - 1 : slash);
}

std::optional<std::string_view> layer_of(const SourceFile& file) {
  if (file.is_under("daemon/")) return daemon_part(file.path);
  static constexpr std::pair<std::string_view, std::string_view> kFolders[] = {
      {"cli/jsctl/", "jsctl"},
      {"cli/jscat/", "jscat"},
      {"docs/examples/", "examples"},
      {"lib/include/", "public"},
  };
  for (const auto& [folder, layer] : kFolders) {
    if (file.is_under(folder)) return layer;
  }
  static constexpr std::string_view kSource = "lib/src/";
  if (!file.is_under(kSource)) return std::nullopt;
  const std::string_view rest = std::string_view(file.path).substr(kSource.size());
  return rest.substr(0, rest.find('/'));
}

bool may_include(std::string_view layer, std::string_view target) {
  const std::size_t slash = target.find('/');
  if (slash == std::string_view::npos) return layer.starts_with("js");
  const std::string_view folder =
      target.starts_with("daemon/") ? daemon_part(target) : target.substr(0, slash);
  if (folder == "jetstream" || folder == layer) return true;
  if (folder == "cli") return target.starts_with("cli/" + std::string(layer) + "/");
  const auto& allowed = layers().at(layer);
  return std::find(allowed.begin(), allowed.end(), folder) != allowed.end();
}

struct Fence {
  std::string_view library;
  std::vector<std::string_view> headers;  ///< An include that starts so.
  std::vector<std::string_view> places;   ///< A path that starts so, or ends so if it has a '*'.
};

const std::vector<Fence>& fences() {
  static const std::vector<Fence> table = {
      {"OpenSSL", {"openssl/"}, {"lib/src/crypto/", "tests/unit/crypto/"}},
      {"Asio",
       {"asio.hpp", "asio/"},
       {"lib/src/net/", "lib/src/ipc/", "lib/include/jetstream/udp_driver.h",
        "lib/include/jetstream/server.h", "lib/include/jetstream/client.h",
        "lib/include/jetstream/connection.h", "lib/include/jetstream/completion.h", "daemon/",
        "cli/", "docs/examples/", "tests/"}},
      {"nlohmann_json",
       {"nlohmann/"},
       {"lib/src/control/", "cli/jsctl/", "daemon/admin/", "daemon/log/", "tests/"}},
      {"yaml-cpp", {"yaml-cpp/"}, {"daemon/config/config_yaml.cc"}},
      {"CLI11",
       {"CLI/"},
       {"*/args.cc", "cli/jsctl/grammar.h", "docs/pages/describe.cc", "tests/unit/pages/"}},
      {"spdlog", {"spdlog/"}, {"daemon/log/log_writers.cc"}},
      {"tl::expected", {"tl/"}, {"lib/include/jetstream/result.h"}},
      {"libsystemd", {"systemd/"}, {"daemon/"}},
      {"prometheus-cpp", {"prometheus/"}, {"daemon/metrics/metrics_text.cc"}},
  };
  return table;
}

bool is_at(const SourceFile& file, std::string_view place) {
  return place.starts_with('*') ? file.path.ends_with(place.substr(1)) : file.is_under(place);
}

}  // namespace

Findings check_layers(const Tree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    const auto layer = file.is_cpp() ? layer_of(file) : std::nullopt;
    if (!layer) continue;
    if (!layers().contains(*layer)) {
      findings.push_back(file.path + ": " + std::string(*layer) + " is no layer");
      continue;
    }
    for (const Include& include : includes_of(file)) {
      if (!include.quoted || may_include(*layer, include.target)) continue;
      findings.push_back(place(file, include.position) + ": " + std::string(*layer) +
                         " must not include \"" + std::string(include.target) + "\"");
    }
  }
  return findings;
}

Findings check_fences(const Tree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.is_cpp()) continue;
    for (const Include& include : includes_of(file)) {
      for (const Fence& fence : fences()) {
        const auto starts = [&include](auto header) { return include.target.starts_with(header); };
        const auto allows = [&file](auto place) { return is_at(file, place); };
        if (!std::any_of(fence.headers.begin(), fence.headers.end(), starts) ||
            std::any_of(fence.places.begin(), fence.places.end(), allows)) {
          continue;
        }
        findings.push_back(place(file, include.position) + ": " + std::string(fence.library) +
                           " has no place here");
      }
    }
  }
  return findings;
}

}  // namespace jetstream::tidy
