// SPDX-License-Identifier: MIT
#include <array>

#include "base/assert.h"
#include "daemon/log/log.h"

namespace jetstream::daemon {
namespace {

// Enough to recognise what a peer sent, too little to flood a log with it.
constexpr std::size_t kPeerTextBytesMax = 64;

/// What stands for a backslash and a double quote. Text and JSON have values inside quotes, the
/// journal has them bare.
struct Escapes {
  std::string_view hex_mark;
  std::string_view backslash;
  std::string_view quote;
};
constexpr Escapes kTextEscapes = {"\\", "\\\\", "\\\""};
constexpr Escapes kJsonEscapes = {"\\\\", "\\\\", "\\\""};
constexpr Escapes kJournalEscapes = {"\\", "\\", "\""};

// Printable ASCII as it is, everything else as \xNN: no byte can steer a terminal or end a line.
void append_escaped(std::string& out, std::string_view text, const Escapes& escapes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) {
      out += escapes.hex_mark;
      out += {'x', kHex[byte >> 4], kHex[byte & 15]};
    } else if (c == '"') {
      out += escapes.quote;
    } else if (c == '\\') {
      out += escapes.backslash;
    } else {
      out += c;
    }
  }
}

void append_value(std::string& out, std::string_view text, const FieldSpec& field,
                  const Escapes& escapes) {
  const std::string_view shown = shown_part(text, field);
  append_escaped(out, shown, escapes);
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

/// syslog(3): error, warning, info, and debug for all that is less.
char priority_of(LogLevel level) {
  constexpr std::string_view kPriorities = "77643";
  return kPriorities[static_cast<std::size_t>(level)];
}

/// Behind a prefix: journald gives a meaning of its own to names like MESSAGE, PID and UNIT.
std::string journal_name(std::string_view field) {
  std::string name = "JETSTREAM_";
  for (const char c : field) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

}  // namespace

std::string_view shown_part(std::string_view text, const FieldSpec& field) {
  return field.kind == FieldKind::kPeerText ? text.substr(0, kPeerTextBytesMax) : text;
}

std::string format_text(const LogEventSpec& spec, LogFields fields) {
  std::string out(spec.message);
  for (const LogField& field : fields) {
    const FieldSpec& known = field_of(spec, field);
    if (is_empty(field)) continue;
    out += " " + std::string(field.name) + "=";
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      const bool quotes = needs_quotes(*text);
      if (quotes) out += '"';
      append_value(out, *text, known, kTextEscapes);
      if (quotes) out += '"';
    } else {
      out += std::to_string(std::get<std::uint64_t>(field.value));
    }
  }
  return out;
}

std::string format_json(const LogEventSpec& spec, LogFields fields) {
  std::string out = "\"event\":\"" + std::string(spec.name) + "\",\"msg\":\"";
  out += std::string(spec.message) + "\"";
  for (const LogField& field : fields) {
    const FieldSpec& known = field_of(spec, field);
    out += ",\"" + std::string(field.name) + "\":";
    const auto* text = std::get_if<std::string_view>(&field.value);
    // A number that is not known.
    if (is_empty(field) && known.kind == FieldKind::kNumber) {
      out += "null";
      continue;
    }
    const bool quotes = text != nullptr || known.kind == FieldKind::kId;
    if (quotes) out += '"';
    if (text != nullptr) {
      append_value(out, *text, known, kJsonEscapes);
    } else {
      out += std::to_string(std::get<std::uint64_t>(field.value));
    }
    if (quotes) out += '"';
  }
  return out;
}

std::string format_journal(const LogEventSpec& spec, LogLevel level, LogFields fields) {
  std::string out = "MESSAGE=" + format_text(spec, fields) + "\nPRIORITY=";
  out += priority_of(level);
  out += "\nSYSLOG_IDENTIFIER=jetstreamd\nJETSTREAM_EVENT=" + std::string(spec.name) + "\n";
  for (const LogField& field : fields) {
    const FieldSpec& known = field_of(spec, field);
    if (is_empty(field)) continue;
    out += journal_name(field.name) + "=";
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      append_value(out, *text, known, kJournalEscapes);
    } else {
      out += std::to_string(std::get<std::uint64_t>(field.value));
    }
    out += "\n";
  }
  return out;
}

}  // namespace jetstream::daemon
