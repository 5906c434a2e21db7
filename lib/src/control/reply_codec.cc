// SPDX-License-Identifier: MIT
#include <algorithm>

#include "control/report_fields.h"
#include "control/strict_json.h"

namespace jetstream::control {
namespace {

/// reply > data > streams or args > one of them: four levels, and two in reserve for fields to
/// come.
constexpr std::size_t kReplyDepthMax = 6;

// Writing.

struct FieldWriter;
template <class Report>
Json object_of(const Report& report);

Json json_of(const std::string& value) { return value; }
Json json_of(std::uint64_t value) { return value; }
Json json_of(bool value) { return value; }
Json json_of(SessionId value) { return std::to_string(value.value()); }
Json json_of(UnixTime value) { return to_rfc3339(value); }
Json json_of(CloseOutcome value) { return to_string(value); }
Json json_of(const StreamRow& value) { return object_of(value); }
Json json_of(const ArgRow& value) { return object_of(value); }
Json json_of(const NamedCounts& counts) {
  Json object = Json::object();
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}
template <class T>
Json json_of(const std::optional<T>& value) {
  return value ? json_of(*value) : Json(nullptr);
}
template <class T>
Json json_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(json_of(value));
  return array;
}

struct FieldWriter {
  Json& object;
  template <class T>
  void operator()(std::string_view name, const T& value, std::string_view) const {
    object[std::string(name)] = json_of(value);
  }
};

/// describe() serves reading too and so wants something it could change: it gets a copy.
template <class Report>
Json object_of(const Report& report) {
  Json object = Json::object();
  Report copy = report;
  describe(copy, FieldWriter{object});
  return object;
}

Json start_line(const RequestId& id, std::string_view type) {
  Json line = Json::object();
  if (const auto* text = std::get_if<std::string>(&id)) line["id"] = *text;
  if (const auto* number = std::get_if<std::int64_t>(&id)) line["id"] = *number;
  line["type"] = type;
  return line;
}

// Reading.

template <class Report>
bool read_object(const Json& json, Report& report);

bool read_value(const Json& json, std::string& value) {
  if (json.is_string()) value = json.get<std::string>();
  return json.is_string();
}
bool read_value(const Json& json, std::uint64_t& value) {
  if (json.is_number_unsigned()) value = json.get<std::uint64_t>();
  return json.is_number_unsigned();
}
bool read_value(const Json& json, bool& value) {
  if (json.is_boolean()) value = json.get<bool>();
  return json.is_boolean();
}
/// Values that are strings in JSON, and what reads them.
template <class T, class Parse>
bool read_text(const Json& json, T& value, Parse parse) {
  if (!json.is_string()) return false;
  const std::optional<T> parsed = parse(json.get_ref<const std::string&>());
  if (parsed) value = *parsed;
  return parsed.has_value();
}
bool read_value(const Json& json, SessionId& value) {
  return read_text(json, value, parse_session_id);
}
bool read_value(const Json& json, UnixTime& value) { return read_text(json, value, parse_rfc3339); }
bool read_value(const Json& json, CloseOutcome& value) {
  return read_text(json, value, parse_close_outcome);
}
bool read_value(const Json& json, StreamRow& value) { return read_object(json, value); }
bool read_value(const Json& json, ArgRow& value) { return read_object(json, value); }
bool read_value(const Json& json, NamedCounts& counts) {
  if (!json.is_object()) return false;
  for (const auto& [name, count] : json.items()) {
    if (!count.is_number_unsigned()) return false;
    counts.emplace_back(name, count.get<std::uint64_t>());
  }
  return true;
}
template <class T>
bool read_value(const Json& json, std::optional<T>& value) {
  if (json.is_null()) return true;
  return read_value(json, value.emplace());
}
template <class T>
bool read_value(const Json& json, std::vector<T>& values) {
  if (!json.is_array()) return false;
  return std::all_of(json.begin(), json.end(),
                     [&](const Json& entry) { return read_value(entry, values.emplace_back()); });
}

struct FieldReader {
  const Json& object;
  bool& good;
  template <class T>
  void operator()(std::string_view name, T& value, std::string_view) const {
    const auto found = object.find(name);
    good = good && found != object.end() && read_value(*found, value);
  }
};

template <class Report>
bool read_object(const Json& json, Report& report) {
  if (!json.is_object()) return false;
  bool good = true;
  describe(report, FieldReader{json, good});
  return good;
}

auto malformed() {
  return refuse(LocalCode::kInvalidArgument, "the answer is not one of the admin protocol");
}

const Json* find_string(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? nullptr : &*found;
}

bool read_failure(const Json& line, Failure& failure) {
  const auto error = line.find("error");
  if (error == line.end() || !error->is_object()) return false;
  const Json* code = find_string(*error, "code");
  const Json* message = find_string(*error, "message");
  if (code == nullptr || message == nullptr) return false;
  failure.code = parse_error_code(code->get_ref<const std::string&>());
  failure.message = message->get<std::string>();
  if (const Json* hint = find_string(*error, "hint")) failure.hint = hint->get<std::string>();
  return true;
}

}  // namespace

template <class Report>
std::string write_report(const Report& report) {
  return dump(object_of(report));
}

template <class Row>
std::string write_item(const RequestId& id, const Row& row) {
  Json line = start_line(id, "item");
  line["data"] = object_of(row);
  return dump(line) + '\n';
}

template <class Report>
std::string write_result(const RequestId& id, CommandId command, const Report& report) {
  Json line = start_line(id, "result");
  line["schema"] = schema_of(command);
  line["data"] = object_of(report);
  line["warnings"] = Json::array();
  return dump(line) + '\n';
}

std::string write_error(const RequestId& id, const Failure& failure) {
  Json line = start_line(id, "error");
  line["error"] = {{"code", to_string(failure.code)},
                   {"message", failure.message},
                   {"hint", json_of(failure.hint)}};
  return dump(line) + '\n';
}

Result<Reply> parse_reply(std::string_view text) {
  const Result<Json, std::string> line = parse_strict(text, kReplyDepthMax);
  if (!line || !line->is_object()) return malformed();
  Reply reply;
  if (const auto id = line->find("id"); id != line->end()) {
    if (id->is_string()) reply.id = id->get<std::string>();
    if (id->is_number_integer()) reply.id = id->get<std::int64_t>();
  }
  const Json* type = find_string(*line, "type");
  if (type == nullptr) return malformed();
  if (*type == "error") {
    if (!read_failure(*line, reply.failure)) return malformed();
    return reply;
  }
  const Json* schema = find_string(*line, "schema");
  if (*type == "result" ? schema == nullptr : *type != "item") return malformed();
  const auto data = line->find("data");
  if (data == line->end() || !data->is_object()) return malformed();
  reply.kind = *type == "item" ? ReplyKind::kItem : ReplyKind::kResult;
  if (schema != nullptr) reply.schema = schema->get<std::string>();
  reply.data = dump(*data);
  return reply;
}

template <class Report>
Result<Report> read_report(std::string_view data) {
  const Result<Json, std::string> json = parse_strict(data, kReplyDepthMax);
  Report report;
  if (!json || !read_object(*json, report)) return malformed();
  return report;
}

std::string write_document(std::string_view schema, const std::vector<std::string>* items,
                           std::string_view data) {
  std::string document = "{\"schema\":" + dump(schema);
  if (items != nullptr) {
    document += ",\"items\":[";
    for (const std::string& item : *items) {
      if (&item != items->data()) document += ',';
      document += item;
    }
    document += ']';
  }
  document += ",\"data\":";
  document += data;
  return document + "}\n";
}

#define JS_BOTH(Type)                                   \
  template std::string write_report<Type>(const Type&); \
  template Result<Type> read_report<Type>(std::string_view);
#define JS_ROW(Type) \
  JS_BOTH(Type)      \
  template std::string write_item<Type>(const RequestId&, const Type&);
#define JS_REPORT(Type) \
  JS_BOTH(Type)         \
  template std::string write_result<Type>(const RequestId&, CommandId, const Type&);

JS_ROW(SessionRow)
JS_ROW(SessionDetail)
JS_ROW(CloseRow)
JS_ROW(ClosedRow)
JS_ROW(CommandRow)
JS_ROW(LimitRow)
JS_REPORT(HelloReport)
JS_REPORT(PingReport)
JS_REPORT(StatusReport)
JS_REPORT(ListSummary)
JS_REPORT(ShowSummary)
JS_REPORT(CloseSummary)
JS_REPORT(LogLevelReport)
JS_REPORT(LimitSummary)
JS_REPORT(ClosedSummary)
JS_REPORT(DrainReport)
JS_REPORT(StopReport)
JS_REPORT(CommandsSummary)

}  // namespace jetstream::control
