// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"

namespace jetstream::daemon {

enum class ValueType : std::uint8_t {
  kInteger,        ///< min to max.
  kIntegerOrAuto,  ///< The same, or `auto`.
  kBoolean,
  kDuration,  ///< min and max in nanoseconds.
  kSize,      ///< min and max in bytes.
  kChoice,    ///< One of `choices`.
  kPath,      ///< At most max bytes.
  kName,      ///< Of a user or group; at most max bytes.
  kFileMode,
  kAddresses,        ///< One address or a list of at most max.
  kAddressOrSocket,  ///< An address, or "unix:PATH" with a path of at most max bytes.
  kAddressBlocks,    ///< One block of addresses or a list of at most max.
  kNamedItems,       ///< A map whose keys the user chooses; each holds the keys under "PATH.*".
  kItems,            ///< A list of maps; each holds the keys under "PATH[]".
};

/// A value that was read, in the form its type has, and the item it belongs to.
struct Value {
  std::int64_t number = 0;  ///< Also the index of a choice.
  bool flag = false;
  bool automatic = false;
  std::string text;
  std::vector<PeerAddress> addresses;
  std::vector<AddressBlock> blocks;
  std::string item_name;       ///< Under kNamedItems.
  std::size_t item_index = 0;  ///< Under kItems.
  std::vector<std::string>
      names;  ///< kNamedItems: those that there are. kItems: so many, nameless.
};

/// When a change of a key takes hold.
enum class Reload : std::uint8_t {
  kRestart,      ///< Bound when the process starts; only a restart changes it.
  kNewSessions,  ///< By a reload, for what begins after it: handshakes and sessions.
  kAllSessions,  ///< By a reload, at once: sessions there are follow too.
};
std::string_view to_string(Reload reload);  ///< "restart", "new_sessions", "all_sessions"
/// For people, behind "a change takes hold".
std::string describe_reload(Reload reload);

/// One row for every key of the configuration. This table is the parser, the check, the shipped
/// config/jetstreamd.yaml and docs/CONFIG.md.
struct KeySpec {
  std::string_view path;
  ValueType type;
  std::int64_t min;
  std::int64_t max;
  std::string_view choices;       ///< "a|b", in the order of the enumerators.
  std::string_view default_text;  ///< As it stands in YAML; empty: unset unless written.
  Reload reload;
  bool required;
  bool secret;      ///< The line is never shown in messages.
  bool may_be_off;  ///< In place of the value `off` may stand, which is then 0 or empty.
  std::string_view doc;
  void (*store)(Config& config, const Value& value);
  /// What store() has stored, of the same item.
  void (*fetch)(const Config& config, Value& value);
  std::string_view since = "0.1.0";  ///< Version of jetstreamd that had it first.
};

/// PATH_MAX of Linux without the final zero: what any path may have.
inline constexpr std::int64_t kPathBytesMax = 4095;

std::span<const KeySpec> key_table();
/// The row of a key, with "*" and "[]" in place of what the user chose; null if there is none.
const KeySpec* find_key(std::string_view path);
/// Whether keys exist below `path`.
bool is_section(std::string_view path);
/// Last words of the keys and sections directly below `section` ("" is the top).
std::vector<std::string> names_in(std::string_view section);
std::string_view to_string(ValueType type);  ///< "duration", "integer_or_auto"
/// What a value's number ends with; empty if it has no unit.
std::vector<std::string> units_of(ValueType type);
/// The bounds of a key as they are written: of values, or of how many entries or bytes there may
/// be.
struct KeyRange {
  std::string min;
  std::string max;
};
std::optional<KeyRange> range_of(const KeySpec& key);
/// The default as in YAML, or "unset", or "required".
std::string default_text_of(const KeySpec& key);
/// The row that `key` belongs to, where names and numbers stand as in a file: services.echo.type is
/// services.*.type, admin.access[0].role is admin.access[].role. Null if there is none.
const KeySpec* find_key_like(std::string_view key);
/// One line for people: "duration, 1s to 10m".
std::string describe_type(const KeySpec& key);
/// The parts of "a|b".
std::vector<std::string> split_choices(std::string_view choices);

}  // namespace jetstream::daemon
