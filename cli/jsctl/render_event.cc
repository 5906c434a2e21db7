// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

/// As the log writes it as text: what a peer says must not look like more fields.
std::string value_text(const std::variant<std::uint64_t, std::string>& value) {
  if (const auto* plain = std::get_if<std::uint64_t>(&value)) return number(*plain);
  const std::string text = printable(std::get<std::string>(value));
  if (!text.empty() && text.find_first_of(" =\"\\") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string render(const control::EventRow& row) {
  std::string line = control::to_rfc3339(row.at) + ' ' + printable(row.level) + ' ' +
                     printable(row.type) + ": " + printable(row.message);
  for (const auto& [name, value] : row.fields) {
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && text->empty()) continue;
    line += ' ' + printable(name) + '=' + value_text(value);
  }
  return line + '\n';
}

std::string render(const std::vector<control::EventRow>& rows, const Layout&) {
  std::string text;
  for (const control::EventRow& row : rows) text += render(row);
  return text;
}

std::string render_gap(const control::EventRow& row) {
  std::string lost = "some";
  for (const auto& [name, value] : row.fields) {
    if (name == "lost") lost = value_text(value);
  }
  return "jsctl: " + lost + " events are missing here\n";
}

}  // namespace jetstream::jsctl
