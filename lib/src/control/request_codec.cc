// SPDX-License-Identifier: MIT
//
// Requests come from any user who may open the socket. A line is checked from the outside in: JSON,
// the top-level keys, the command, the names of its arguments, their types and ranges. Only
// then is a typed Request made.
#include <algorithm>
#include <array>
#include <vector>

#include "base/assert.h"
#include "control/report_fields.h"
#include "control/strict_json.h"
#include "control/suggest.h"
#include "jetstream/control.h"

namespace jetstream::control {
namespace {

/// request > args > ids: three levels.
constexpr std::size_t kRequestDepthMax = 3;
constexpr std::array<std::string_view, 5> kTopLevelKeys{"id", "cmd", "args", "because",
                                                        "request_id"};

using Fault = std::optional<Failure>;

Failure bad_request(std::string message) {
  return {ErrorCode::kBadRequest, std::move(message), "send one line such as {\"cmd\":\"status\"}"};
}

Failure invalid_argument(const ArgSpec& arg, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "argument \"" + std::string(arg.name) + "\" " + what,
          std::nullopt};
}

std::string between(const ArgSpec& arg) {
  const std::string most = std::to_string(arg.max);
  return arg.min == arg.max ? most : std::to_string(arg.min) + " to " + most;
}

/// What was sent, short enough and clean enough to be quoted in an error message.
std::string quote(std::string_view text) {
  constexpr std::size_t kQuotedBytesMax = 40;
  std::string shown;
  for (char c : text.substr(0, kQuotedBytesMax)) shown += c >= 0x20 && c < 0x7f ? c : '?';
  return '"' + shown + (text.size() > kQuotedBytesMax ? "...\"" : "\"");
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

const Json* find(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

Fault check_text(const ArgSpec& arg, const Json& value) {
  if (!value.is_string()) return invalid_argument(arg, "has to be a string");
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() < arg.min || text.size() > arg.max) {
    return invalid_argument(arg, "has to have " + between(arg) + " bytes");
  }
  if (has_control_character(text)) {
    return invalid_argument(arg, "has to be free of control characters");
  }
  return std::nullopt;
}

Fault check_close_reason(const ArgSpec& arg, const Json& value) {
  if (!value.is_string()) return invalid_argument(arg, "has to be a string");
  const auto& text = value.get_ref<const std::string&>();
  if (parse_close_reason(text)) return std::nullopt;
  std::vector<std::string_view> reasons;
  for (std::uint8_t i = 0; i <= kCloseReasonMax; ++i) {
    reasons.push_back(jetstream::to_string(static_cast<CloseReason>(i)));
  }
  Failure failure = invalid_argument(arg, "is " + quote(text) + ", which is no close reason");
  failure.hint = did_you_mean(text, reasons);
  if (!failure.hint) {
    failure.hint = "one of";
    for (std::string_view reason : reasons) *failure.hint += ' ' + std::string(reason);
  }
  return failure;
}

Fault check_session_ids(const ArgSpec& arg, const Json& value) {
  if (!value.is_array()) return invalid_argument(arg, "has to be an array of strings");
  if (value.size() < arg.min || value.size() > arg.max) {
    return invalid_argument(arg, "has to have " + between(arg) + " entries");
  }
  std::vector<SessionId> ids;
  for (const Json& entry : value) {
    if (!entry.is_string()) return invalid_argument(arg, "has to be an array of strings");
    const auto& text = entry.get_ref<const std::string&>();
    const std::optional<SessionId> id = parse_session_id(text);
    if (!id) {
      return invalid_argument(arg, "has " + quote(text) + ", which is no decimal session id");
    }
    ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  if (const auto twice = std::adjacent_find(ids.begin(), ids.end()); twice != ids.end()) {
    return invalid_argument(arg, "names session " + std::to_string(twice->value()) + " twice");
  }
  return std::nullopt;
}

Fault check_texts(const ArgSpec& arg, const Json& value) {
  if (!value.is_array()) return invalid_argument(arg, "has to be an array of strings");
  if (value.size() < arg.min || value.size() > arg.max) {
    return invalid_argument(arg, "has to have " + between(arg) + " entries");
  }
  for (const Json& entry : value) {
    if (!entry.is_string()) return invalid_argument(arg, "has to be an array of strings");
    if (has_control_character(entry.get_ref<const std::string&>())) {
      return invalid_argument(arg, "has to be free of control characters");
    }
  }
  return std::nullopt;
}

Fault check_value(const ArgSpec& arg, const Json& value) {
  switch (arg.type) {
    case ArgType::kInteger:
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() < arg.min ||
          value.get<std::uint64_t>() > arg.max) {
        return invalid_argument(arg, "has to be a whole number from " + between(arg));
      }
      return std::nullopt;
    case ArgType::kBoolean:
      if (!value.is_boolean()) return invalid_argument(arg, "has to be true or false");
      return std::nullopt;
    case ArgType::kText:
      return check_text(arg, value);
    case ArgType::kCloseReason:
      return check_close_reason(arg, value);
    case ArgType::kTexts:
      return check_texts(arg, value);
    case ArgType::kSessionIds:
      return check_session_ids(arg, value);
  }
  return std::nullopt;
}

/// Names first, values after, so that a misspelt argument is not reported as a missing one. null
/// means the same as leaving an argument out.
Fault check_args(const CommandSpec& spec, const Json& args) {
  for (const auto& [name, value] : args.items()) {
    const bool known = std::any_of(spec.args.begin(), spec.args.end(),
                                   [&](const ArgSpec& arg) { return arg.name == name; });
    if (known) continue;
    std::vector<std::string_view> names;
    for (const ArgSpec& arg : spec.args) names.push_back(arg.name);
    return Failure{ErrorCode::kUnknownArgument,
                   "command " + std::string(spec.name) + " has no argument " + quote(name),
                   did_you_mean(name, names)};
  }
  for (const ArgSpec& arg : spec.args) {
    const Json* value = find(args, arg.name);
    if (value == nullptr || value->is_null()) {
      if (arg.required) return invalid_argument(arg, "is missing");
    } else if (Fault fault = check_value(arg, *value)) {
      return fault;
    }
  }
  return std::nullopt;
}

/// Reads arguments that check_args() has found good.
struct ArgReader {
  const Json& args;

  template <class T>
  void operator()(std::string_view name, T& value) const {
    const Json* json = find(args, name);
    if (json != nullptr && !json->is_null()) read(*json, value);
  }

  template <class T>
  static void read(const Json& json, T& value) {
    value = json.get<T>();
  }
  template <class T>
  static void read(const Json& json, std::optional<T>& value) {
    read(json, value.emplace());
  }
  template <class T>
  static void read(const Json& json, std::vector<T>& values) {
    for (const Json& entry : json) read(entry, values.emplace_back());
  }
  static void read(const Json& json, CloseReason& value) {
    value = *parse_close_reason(json.get<std::string>());
  }
  static void read(const Json& json, SessionId& value) {
    value = *parse_session_id(json.get<std::string>());
  }
};

Result<RequestId, Failure> read_id(const Json* json) {
  if (json == nullptr || json->is_null()) return RequestId{};
  if (json->is_string() && json->get_ref<const std::string&>().size() <= kRequestIdBytesMax) {
    return RequestId{json->get<std::string>()};
  }
  if (json->is_number_unsigned() && json->get<std::uint64_t>() <= INT64_MAX) {
    return RequestId{json->get<std::int64_t>()};
  }
  if (json->is_number_integer() && !json->is_number_unsigned()) {
    return RequestId{json->get<std::int64_t>()};
  }
  return unexpected(bad_request("\"id\" has to be a whole number or a string of at most " +
                                std::to_string(kRequestIdBytesMax) + " bytes"));
}

Fault check_top_level(const Json& root) {
  for (const auto& [key, value] : root.items()) {
    if (std::find(kTopLevelKeys.begin(), kTopLevelKeys.end(), key) != kTopLevelKeys.end()) continue;
    Failure failure = bad_request("a request has no key " + quote(key));
    if (auto hint = did_you_mean(key, kTopLevelKeys)) failure.hint = hint;
    return failure;
  }
  return std::nullopt;
}

Failure unknown_command(const std::string& name) {
  std::vector<std::string_view> names;
  for (const CommandSpec& spec : command_table()) names.push_back(spec.name);
  Failure failure{ErrorCode::kUnknownCommand, "there is no command " + quote(name),
                  did_you_mean(name, names)};
  if (!failure.hint) failure.hint = "the command \"commands\" lists them";
  return failure;
}

/// Everything behind the id: fills `fault` with what is known when it fails.
Result<Request, Failure> read_command(const Json& root, RequestFault& fault) {
  const Json* cmd = find(root, "cmd");
  if (cmd == nullptr || !cmd->is_string()) {
    return unexpected(bad_request("\"cmd\" has to be there and to be a string"));
  }
  const auto& name = cmd->get_ref<const std::string&>();
  const CommandSpec* spec = find_command(name);
  if (spec == nullptr) return unexpected(unknown_command(name));
  fault.command = spec->id;
  static const Json kNoArgsGiven = Json::object();
  const Json* args = find(root, "args");
  if (args == nullptr || args->is_null()) args = &kNoArgsGiven;
  if (!args->is_object()) return unexpected(bad_request("\"args\" has to be an object"));
  if (Fault bad = check_args(*spec, *args)) return unexpected(*std::move(bad));
  Args typed = blank_args(spec->id);
  std::visit([&](auto& blank) { describe(blank, ArgReader{*args}); }, typed);
  return Request{fault.id, spec->id, std::move(typed)};
}

/// What goes with any command, or with any that changes something.
Fault read_remarks(const Json& root, Request& request) {
  const Json* because = find(root, "because");
  if (because != nullptr && !because->is_null()) {
    const ArgSpec spec{"because", ArgType::kText, false, 0, kBecauseBytesMax, ""};
    if (Fault bad = check_text(spec, *because)) return bad;
    request.because = because->get<std::string>();
  }
  const Json* name = find(root, "request_id");
  if (name == nullptr || name->is_null()) return std::nullopt;
  const ArgSpec spec{"request_id", ArgType::kText, false, 1, kRequestIdBytesMax, ""};
  if (Fault bad = check_text(spec, *name)) return bad;
  if (!spec_of(request.command).mutating) {
    return Failure{ErrorCode::kInvalidArgument,
                   "\"request_id\" goes with commands that change something", std::nullopt};
  }
  request.request_id = name->get<std::string>();
  return std::nullopt;
}

/// Leaves out what is not given.
struct ArgWriter {
  Json& args;

  template <class T>
  void operator()(std::string_view name, const T& value) const {
    if (Json json = json_of(value); !json.is_null()) args[std::string(name)] = std::move(json);
  }

  template <class T>
  static Json json_of(const T& value) {
    return value;
  }
  template <class T>
  static Json json_of(const std::optional<T>& value) {
    return value ? json_of(*value) : Json();
  }
  template <class T>
  static Json json_of(const std::vector<T>& values) {
    Json array;
    for (const T& value : values) array.push_back(json_of(value));
    return array;
  }
  static Json json_of(CloseReason value) { return jetstream::to_string(value); }
  static Json json_of(SessionId value) { return std::to_string(value.value()); }
};

Json args_to_json(Args typed_args) {  // describe() serves reading too and so wants a copy
  Json args = Json::object();
  std::visit([&](auto& typed) { describe(typed, ArgWriter{args}); }, typed_args);
  return args;
}

}  // namespace

Args blank_args(CommandId command) {
  switch (command) {
    case CommandId::kSessionList:
      return SessionListArgs{};
    case CommandId::kSessionShow:
      return SessionShowArgs{};
    case CommandId::kSessionClose:
      return SessionCloseArgs{};
    case CommandId::kSessionClosed:
      return SessionClosedArgs{};
    case CommandId::kDrainStart:
      return DrainStartArgs{};
    case CommandId::kStop:
      return StopArgs{};
    case CommandId::kLogLevel:
      return LogLevelArgs{};
    case CommandId::kLogTail:
      return LogTailArgs{};
    case CommandId::kLimitShow:
      return LimitShowArgs{};
    case CommandId::kSourceList:
      return SourceListArgs{};
    case CommandId::kSourceReset:
      return SourceResetArgs{};
    case CommandId::kExplain:
      return ExplainArgs{};
    case CommandId::kBanAdd:
      return BanAddArgs{};
    case CommandId::kBanDel:
      return BanDelArgs{};
    case CommandId::kBanList:
      return BanListArgs{};
    case CommandId::kBanClear:
      return BanClearArgs{};
    case CommandId::kBanLoadItems:
      return BanLoadItemsArgs{};
    case CommandId::kBanLoadCommit:
      return BanLoadCommitArgs{};
    case CommandId::kEvents:
      return EventsArgs{};
    case CommandId::kSessionWatch:
      return SessionWatchArgs{};
    case CommandId::kConfigShow:
      return ConfigShowArgs{};
    case CommandId::kConfigReload:
      return ConfigReloadArgs{};
    case CommandId::kHealth:
      return HealthArgs{};
    case CommandId::kWait:
      return WaitArgs{};
    case CommandId::kStats:
      return StatsArgs{};
    default:
      return NoArgs{};
  }
}

Result<Request, RequestFault> parse_request(std::string_view line) {
  RequestFault fault;
  if (line.size() > kRequestBytesMax) {
    fault.failure = {ErrorCode::kRequestTooLarge,
                     "a request has at most " + std::to_string(kRequestBytesMax) + " bytes",
                     std::nullopt};
    return unexpected(std::move(fault));
  }
  const Result<Json, std::string> root = parse_strict(line, kRequestDepthMax);
  if (!root || !root->is_object()) {
    fault.failure = bad_request(root ? "a request is a JSON object" : root.error());
    return unexpected(std::move(fault));
  }
  Result<RequestId, Failure> id = read_id(find(*root, "id"));
  if (!id) {
    fault.failure = id.error();
    return unexpected(std::move(fault));
  }
  fault.id = *std::move(id);
  if (Fault bad = check_top_level(*root)) {
    fault.failure = *std::move(bad);
    return unexpected(std::move(fault));
  }
  Result<Request, Failure> request = read_command(*root, fault);
  if (!request) {
    fault.failure = request.error();
    return unexpected(std::move(fault));
  }
  if (Fault bad = read_remarks(*root, *request)) {
    fault.failure = *std::move(bad);
    return unexpected(std::move(fault));
  }
  return *std::move(request);
}

std::string write_args(const Args& args) { return dump(args_to_json(args)); }

std::string write_request(const Request& request) {
  Json line = Json::object();
  if (const auto* text = std::get_if<std::string>(&request.id)) line["id"] = *text;
  if (const auto* number = std::get_if<std::int64_t>(&request.id)) line["id"] = *number;
  line["cmd"] = spec_of(request.command).name;
  if (Json args = args_to_json(request.args); !args.empty()) line["args"] = std::move(args);
  if (request.because) line["because"] = *request.because;
  if (request.request_id) line["request_id"] = *request.request_id;
  return dump(line) + '\n';
}

}  // namespace jetstream::control
