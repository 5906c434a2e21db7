// SPDX-License-Identifier: MIT
#include <array>

#include "base/assert.h"
#include "daemon/log.h"

namespace jetstream::daemon {
namespace {

// Enough to recognise what a peer sent, too little to flood a log with it.
constexpr std::size_t kPeerTextBytesMax = 64;

// Printable ASCII as it is, everything else as \xNN: no byte can steer a terminal or end a line.
// The result stands inside double quotes in both formats; `backslash` is how that format writes
// one.
void append_escaped(std::string& out, std::string_view text, std::string_view backslash) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) {
      out += backslash;
      out += {'x', kHex[byte >> 4], kHex[byte & 15]};
    } else if (c == '"') {
      out += "\\\"";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
}

void append_value(std::string& out, std::string_view text, const FieldSpec& field,
                  std::string_view backslash) {
  const std::string_view shown = shown_part(text, field);
  append_escaped(out, shown, backslash);
  if (shown.size() < text.size()) out += "...";
}

bool needs_quotes(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~' || c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

/// For people, a text that says nothing is left out.
bool is_empty(const LogField& field) {
  const auto* text = std::get_if<std::string_view>(&field.value);
  return text != nullptr && text->empty();
}

const FieldSpec& field_of(const LogEventSpec& spec, const LogField& field) {
  const FieldSpec* found = find_field(spec, field.name);
  JS_ASSERT(found != nullptr);
  return *found;
}

}  // namespace

std::string_view shown_part(std::string_view text, const FieldSpec& field) {
  return field.kind == FieldKind::kPeerText ? text.substr(0, kPeerTextBytesMax) : text;
}

std::string format_text(const LogEventSpec& spec, std::initializer_list<LogField> fields) {
  std::string out(spec.message);
  for (const LogField& field : fields) {
    const FieldSpec& known = field_of(spec, field);
    if (is_empty(field)) continue;
    out += " " + std::string(field.name) + "=";
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      const bool quotes = needs_quotes(*text);
      if (quotes) out += '"';
      append_value(out, *text, known, "\\");
      if (quotes) out += '"';
    } else {
      out += std::to_string(std::get<std::uint64_t>(field.value));
    }
  }
  return out;
}

std::string format_json(const LogEventSpec& spec, std::initializer_list<LogField> fields) {
  std::string out = "\"event\":\"" + std::string(spec.name) + "\",\"msg\":\"";
  out += std::string(spec.message) + "\"";
  for (const LogField& field : fields) {
    const FieldSpec& known = field_of(spec, field);
    out += ",\"" + std::string(field.name) + "\":";
    const auto* text = std::get_if<std::string_view>(&field.value);
    const bool quotes = text != nullptr || known.kind == FieldKind::kId;
    if (quotes) out += '"';
    if (text != nullptr) {
      append_value(out, *text, known, "\\\\");
    } else {
      out += std::to_string(std::get<std::uint64_t>(field.value));
    }
    if (quotes) out += '"';
  }
  return out;
}

}  // namespace jetstream::daemon
