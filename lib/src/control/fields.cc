// SPDX-License-Identifier: MIT
#include "jetstream/control/fields.h"

#include "control/report_codec.h"

namespace jetstream::control {
namespace {

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return dump(value);
  std::string text;
  for (const Json& entry : value) {
    if (entry.is_structured()) return dump(value);
    text += (text.empty() ? "" : ",") + text_of(entry);
  }
  return text;
}

}  // namespace

Result<std::vector<Field>> read_fields(std::string_view data) {
  const Result<Json, std::string> json = parse_strict(data, codec::kReplyDepthMax);
  if (!json || !json->is_object()) return codec::malformed();
  std::vector<Field> fields;
  for (const auto& [name, value] : json->items()) {
    fields.push_back({name, value.is_null(), value.is_number(),
                      value.is_null() ? std::string() : text_of(value)});
  }
  return fields;
}

}  // namespace jetstream::control
