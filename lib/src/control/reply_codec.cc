// SPDX-License-Identifier: MIT
#include "control/report_codec.h"

namespace jetstream::control {
namespace {

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
  const auto offset = error->find("offset");
  if (offset != error->end() && offset->is_number_unsigned()) {
    failure.offset = offset->get<std::uint64_t>();
  }
  return true;
}

}  // namespace

Json codec::start_line(const RequestId& id, std::string_view type) {
  Json line = Json::object();
  if (const auto* text = std::get_if<std::string>(&id)) line["id"] = *text;
  if (const auto* number = std::get_if<std::int64_t>(&id)) line["id"] = *number;
  line["type"] = type;
  return line;
}

std::string write_error(const RequestId& id, const Failure& failure) {
  Json line = codec::start_line(id, "error");
  line["error"] = {{"code", to_string(failure.code)},
                   {"message", failure.message},
                   {"hint", codec::json_of(failure.hint)},
                   {"offset", codec::json_of(failure.offset)}};
  return dump(line) + '\n';
}

std::string with_id(std::string_view lines, const RequestId& id) {
  if (std::holds_alternative<std::monostate>(id)) return std::string(lines);
  const auto* text = std::get_if<std::string>(&id);
  const std::string name =
      text != nullptr ? dump(Json(*text)) : std::to_string(std::get<std::int64_t>(id));
  std::string out;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n') + 1);
    out += "{\"id\":" + name + ",";
    out += line.substr(1);
    lines.remove_prefix(line.size());
  }
  return out;
}

Result<Reply> parse_reply(std::string_view text) {
  const Result<Json, std::string> line = parse_strict(text, codec::kReplyDepthMax);
  if (!line || !line->is_object()) return codec::malformed();
  Reply reply;
  if (const auto id = line->find("id"); id != line->end()) {
    if (id->is_string()) reply.id = id->get<std::string>();
    if (id->is_number_integer()) reply.id = id->get<std::int64_t>();
  }
  const Json* type = find_string(*line, "type");
  if (type == nullptr) return codec::malformed();
  if (*type == "error") {
    if (!read_failure(*line, reply.failure)) return codec::malformed();
    return reply;
  }
  const Json* schema = find_string(*line, "schema");
  if (*type == "result") {
    reply.kind = ReplyKind::kResult;
    if (schema == nullptr) return codec::malformed();
  } else if (*type == "item" || *type == "event") {
    reply.kind = *type == "item" ? ReplyKind::kItem : ReplyKind::kEvent;
  } else {
    return codec::malformed();
  }
  const auto data = line->find("data");
  if (data == line->end() || !data->is_object()) return codec::malformed();
  if (schema != nullptr) reply.schema = schema->get<std::string>();
  reply.data = dump(*data);
  return reply;
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

}  // namespace jetstream::control
