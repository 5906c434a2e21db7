// SPDX-License-Identifier: MIT
#include "daemon/config/config_docs.h"

#include <algorithm>
#include <vector>

#include "daemon/config/config_schema.h"

namespace jetstream::daemon {
namespace {

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    parts.push_back(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  parts.push_back(path);
  return parts;
}

bool is_item_key(std::string_view path) {
  return path.find_first_of("*[") != std::string_view::npos;
}

// Comment lines of at most 100 columns.
void append_comment(std::string& out, const std::string& indent, std::string_view text) {
  constexpr std::size_t kColumns = 100;
  while (!text.empty()) {
    const std::size_t room = kColumns - indent.size() - 2;
    std::size_t end = text.size() <= room ? text.size() : text.rfind(' ', room);
    if (end == std::string_view::npos) end = text.size();
    out += indent + "# " + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Columns that the lines of a key are indented by: two for each section it stands in.
std::string indent_of(std::string_view path) {
  const auto depth = static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
  return std::string(2 * depth, ' ');
}

void append_yaml_key(std::string& out, const KeySpec& key, std::string_view name) {
  const std::string about = std::string(key.doc) + " (" + describe_type(key) +
                            (key.required && is_item_key(key.path) ? "; required)" : ")");
  if (is_item_key(key.path)) {
    // The keys of items are explained below the key that holds the items.
    const std::size_t holder =
        key.path.find_first_of("*[") - (key.path.find('*') != std::string_view::npos ? 1 : 0);
    append_comment(out, indent_of(key.path.substr(0, holder)), std::string(name) + ": " + about);
    return;
  }
  const std::string indent = indent_of(key.path);
  append_comment(out, indent, about);
  out += indent + (key.default_text.empty() ? "#" : "") + std::string(name) + ":";
  if (!key.default_text.empty()) out += " " + std::string(key.default_text);
  out += "\n";
}

constexpr std::string_view kYamlHeader =
    R"(# Configuration of jetstreamd: every key there is, with its default. Leave out what you don't
# change. Units are always written (30s, 64KiB). Relative paths start at the folder of this file.
# CONFIG.md says more; `jetstreamd --config FILE --check` tells every mistake with its line.
)";

constexpr std::string_view kReferenceHeader = R"(# Configuration

<!-- Made from the key table in daemon/config/config_schema.cc by the target generate_docs. -->

`jetstreamd --config FILE` reads one YAML file. Without `--config` it is the file that the
environment variable `JETSTREAMD_CONFIG` names, and otherwise `/etc/jetstreamd/jetstreamd.yaml`.
`jetstreamd --print-default-config` prints the complete file with every default;
`jsctl config check FILE` and `jetstreamd --config FILE --check` read a file, print every mistake
with its line and exit with 0 or 78; the daemon's takes what the environment says into account, too.
`jsctl config explain KEY` says what is written here of one key, and `jsctl config schema` prints a
JSON Schema for editors. `jetstreamd --config FILE --dump-config` prints what would run.

## Rules

)";

constexpr std::string_view kRules =
    R"(- `version: 1` is the first key. Every other key may be left out and then has its default.
- A key that is not in the table below is an error, and so is a key that stands twice.
- Durations are whole numbers with `us`, `ms`, `s`, `m`, `h` or `d`, also joined: `1h30m`. Sizes are
  whole numbers with `B`, `KiB`, `MiB`, `GiB` (powers of 1024), `kB`, `MB` or `GB` (powers of 1000).
  The unit is never left out.
- Switches are `true` or `false`, nothing else; `off` is a value only where the table says so.
- Relative paths start at the folder of the configuration file; `~` and variables are not expanded.
- The file is UTF-8 YAML of at most 1 MiB, nested at most 16 deep, one document, without anchors,
  aliases, tags and merge keys, indented with spaces.
- A key and a value each end on the line where they begin, and so does what stands in quotes. Lists
  and maps may take as many lines as they like.
- `services` and `admin.access` replace their defaults as a whole.
)";

constexpr std::string_view kReferenceRest = R"(
## Command line and environment

| Option | Instead of |
|---|---|
| `--listen ADDRESS` (repeatable) | `server.listen` |
| `--state-dir DIR` | `server.state_dir` |
| `--admin-socket PATH` | `admin.socket.path` |

Every other key that has a single value can be set by an environment variable too, which is what
containers need: `JETSTREAMD__SESSIONS__TIMEOUT=30s` is `sessions.timeout: 30s`. Units and ranges are
those of the file, a variable that begins with `JETSTREAMD__` and names no key is an error, and
messages name the variable instead of a line. The command line goes before the environment, the
environment before the file, and both hold over every reload.

The defaults of `server.state_dir` and `admin.socket.path` are made for a system service; whoever
starts the daemon as an ordinary user sets both, in the file or with these options.

## Keys

In `services.*` the name of a service stands for the asterisk, and `[]` is each item of a list.
`jsctl config reload` (and SIGHUP, which tells nobody how it went) has the daemon read everything
again. If there is any error, nothing changes. Otherwise all that a reload can change has changed
when the command returns:

- `all_sessions`: at once, for the sessions there are as well.
- `new_sessions`: for handshakes and sessions that begin after it. What both sides of a session have
  told each other stays as long as the session; there is less room than sessions where `sessions.max`
  shrinks, and nobody is closed for it.
- `restart`: bound to sockets, threads and files that are opened once. The reload names these and
  `jsctl status` shows them until the restart.

Clients whose keys are gone from `server.authorized_clients_file` are disconnected by a reload, and
with `server.client_auth: required` so are all who have not said who they are.

| Key | Value | Default | Reload | Meaning |
|---|---|---|---|---|
)";

}  // namespace

std::string default_config_text() {
  std::string out(kYamlHeader);
  std::vector<std::string_view> open;  // The sections the last key stands in.
  for (const KeySpec& key : key_table()) {
    const auto parts = split_path(key.path);
    std::size_t same = 0;
    while (!is_item_key(key.path) && same < open.size() && same + 1 < parts.size() &&
           open[same] == parts[same])
      ++same;
    if (!is_item_key(key.path)) {
      if (same == 0) out += "\n";
      for (std::size_t i = same; i + 1 < parts.size(); ++i) {
        out += std::string(i * 2, ' ') + std::string(parts[i]) + ":\n";
      }
      open.assign(parts.begin(), parts.end() - 1);
    }
    append_yaml_key(out, key, parts.back());
  }
  return out;
}

std::string_view config_rules() { return kRules; }

std::string config_reference() {
  std::string out =
      std::string(kReferenceHeader) + std::string(kRules) + std::string(kReferenceRest);
  for (const KeySpec& key : key_table()) {
    const std::string value =
        key.default_text.empty() ? default_text_of(key) : "`" + default_text_of(key) + "`";
    out += "| `" + std::string(key.path) + "` | " + describe_type(key) + " | " + value + " | " +
           std::string(to_string(key.reload)) + " | " + std::string(key.doc) + " |\n";
  }
  return out;
}

}  // namespace jetstream::daemon
