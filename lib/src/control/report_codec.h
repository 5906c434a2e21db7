// SPDX-License-Identifier: MIT
//
// Rows and reports as JSON. Only the *_codec.cc of this folder include this header: each of them
// makes the functions of jetstream/control/reply.h for its family's structs.
#pragma once

#include <algorithm>
#include <string>

#include "control/described.h"
#include "control/strict_json.h"
#include "jetstream/control.h"

namespace jetstream::control::codec {

/// reply > data > streams or args > one of them: four levels, and two in reserve for fields to
/// come.
inline constexpr std::size_t kReplyDepthMax = 6;

// Writing.

inline Json json_of(const std::string& value) { return value; }
inline Json json_of(std::uint64_t value) { return value; }
inline Json json_of(bool value) { return value; }
inline Json json_of(double value) { return value; }
inline Json json_of(SessionId value) { return std::to_string(value.value()); }
inline Json json_of(UnixTime value) { return to_rfc3339(value); }
inline Json json_of(CloseOutcome value) { return to_string(value); }
inline Json json_of(const NamedCounts& counts) {
  Json object = Json::object();
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}
inline Json json_of(const NamedValues& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) {
    object[name] = std::visit([](const auto& plain) { return Json(plain); }, value);
  }
  return object;
}
template <Described T>
Json json_of(const T& value);
template <class T>
Json json_of(const std::optional<T>& value);
template <class T>
Json json_of(const std::vector<T>& values);

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

template <Described T>
Json json_of(const T& value) {
  return object_of(value);
}

/// {"id":...,"type":...}, to which the rest of the line is added.
Json start_line(const RequestId& id, std::string_view type);

// Reading.

inline bool read_value(const Json& json, std::string& value) {
  if (json.is_string()) value = json.get<std::string>();
  return json.is_string();
}
inline bool read_value(const Json& json, std::uint64_t& value) {
  if (json.is_number_unsigned()) value = json.get<std::uint64_t>();
  return json.is_number_unsigned();
}
inline bool read_value(const Json& json, double& value) {
  if (json.is_number()) value = json.get<double>();
  return json.is_number();
}
inline bool read_value(const Json& json, bool& value) {
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
inline bool read_value(const Json& json, SessionId& value) {
  return read_text(json, value, parse_session_id);
}
inline bool read_value(const Json& json, UnixTime& value) {
  return read_text(json, value, parse_rfc3339);
}
inline bool read_value(const Json& json, CloseOutcome& value) {
  return read_text(json, value, parse_close_outcome);
}
inline bool read_value(const Json& json, NamedCounts& counts) {
  if (!json.is_object()) return false;
  for (const auto& [name, count] : json.items()) {
    if (!count.is_number_unsigned()) return false;
    counts.emplace_back(name, count.get<std::uint64_t>());
  }
  return true;
}
inline bool read_value(const Json& json, NamedValues& values) {
  if (!json.is_object()) return false;
  for (const auto& [name, value] : json.items()) {
    if (value.is_number_unsigned()) {
      values.emplace_back(name, value.get<std::uint64_t>());
    } else if (value.is_string()) {
      values.emplace_back(name, value.get<std::string>());
    } else {
      return false;
    }
  }
  return true;
}
template <Described T>
bool read_value(const Json& json, T& value);
template <class T>
bool read_value(const Json& json, std::optional<T>& value);
template <class T>
bool read_value(const Json& json, std::vector<T>& values);

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

template <Described T>
bool read_value(const Json& json, T& value) {
  return read_object(json, value);
}

/// The refusal of an answer that can't be read.
inline auto malformed() {
  return refuse(LocalCode::kInvalidArgument, "the answer is not one of the admin protocol");
}

}  // namespace jetstream::control::codec

namespace jetstream::control {

template <class Report>
std::string write_report(const Report& report) {
  return dump(codec::object_of(report));
}

template <class Row>
std::string write_item(const RequestId& id, const Row& row,
                       const std::vector<std::string>& fields) {
  Json line = codec::start_line(id, "item");
  Json& data = line["data"] = codec::object_of(row);
  if (!fields.empty()) {
    Json chosen = Json::object();
    for (const std::string& field : fields) chosen[field] = data[field];
    data = std::move(chosen);
  }
  return dump(line) + '\n';
}

template <class Row>
std::string write_item(const RequestId& id, const Row& row) {
  return write_item(id, row, {});
}

template <class Row>
std::string write_event(const RequestId& id, const Row& row) {
  Json line = codec::start_line(id, "event");
  line["data"] = codec::object_of(row);
  return dump(line) + '\n';
}

template <class Report>
std::string write_result(const RequestId& id, CommandId command, const Report& report) {
  Json line = codec::start_line(id, "result");
  line["schema"] = schema_of(command);
  line["data"] = codec::object_of(report);
  line["warnings"] = Json::array();
  return dump(line) + '\n';
}

template <class Report>
Result<Report> read_report(std::string_view data) {
  const Result<Json, std::string> json = parse_strict(data, codec::kReplyDepthMax);
  Report report;
  if (!json || !codec::read_object(*json, report)) return codec::malformed();
  return report;
}

// The functions above for one struct.
#define JS_CONTROL_BOTH(Type)                           \
  template std::string write_report<Type>(const Type&); \
  template Result<Type> read_report<Type>(std::string_view);
#define JS_CONTROL_ROW(Type)                                            \
  JS_CONTROL_BOTH(Type)                                                 \
  template std::string write_item<Type>(const RequestId&, const Type&); \
  template std::string write_item<Type>(const RequestId&, const Type&,  \
                                        const std::vector<std::string>&);
#define JS_CONTROL_EVENT(Type) \
  JS_CONTROL_ROW(Type)         \
  template std::string write_event<Type>(const RequestId&, const Type&);
#define JS_CONTROL_REPORT(Type) \
  JS_CONTROL_BOTH(Type)         \
  template std::string write_result<Type>(const RequestId&, CommandId, const Type&);

}  // namespace jetstream::control
