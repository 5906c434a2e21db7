// SPDX-License-Identifier: MIT
#include "pages/roff.h"

#include <algorithm>
#include <cctype>

namespace jetstream::pages {
namespace {

std::string escaped(std::string_view text, bool marks) {
  std::string out;
  bool bold = false;
  for (const char c : text) {
    if (marks && c == '`') {
      bold = !bold;
      out += bold ? "\\fB" : "\\fR";
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else {
      out += c;
    }
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

/// Takes the first line off.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

Roff::Roff(std::string_view name, int section, std::string_view manual) {
  out_ = ".\\\" Made by the target generate_docs; do not edit.\n";
  out_ += ".TH " + upper(name) + " " + std::to_string(section) + " \"\" \"JetStreamProto " +
          JS_VERSION + "\" \"" + std::string(manual) + "\"\n";
}

void Roff::line(std::string_view text) {
  const std::string ready = escaped(text, true);
  // A line that starts so would be a command; \& is nothing and hides it.
  if (ready.starts_with('.')) out_ += "\\&";
  out_ += ready + "\n";
}

Roff& Roff::name(std::string_view name, std::string_view about) {
  out_ += escaped(name, false) + " \\- " + escaped(about, false) + "\n";
  return *this;
}

Roff& Roff::heading(std::string_view text) {
  out_ += ".SH " + upper(text) + "\n";
  return *this;
}

Roff& Roff::subheading(std::string_view text) {
  out_ += ".SS \"" + escaped(text, false) + "\"\n";
  return *this;
}

Roff& Roff::paragraph(std::string_view text) {
  out_ += ".PP\n";
  line(text);
  return *this;
}

Roff& Roff::term(std::string_view term, std::string_view text) {
  out_ += ".TP\n\\fB" + escaped(term, false) + "\\fR\n";
  line(text);
  return *this;
}

Roff& Roff::bullet(std::string_view text) {
  out_ += ".IP \\(bu 2\n";
  line(text);
  return *this;
}

Roff& Roff::example(std::string_view lines) {
  out_ += ".PP\n.RS 4\n.nf\n";
  while (!lines.empty()) {
    const std::string ready = escaped(next_line(lines), false);
    out_ += (ready.starts_with('.') ? "\\&" : "") + ready + "\n";
  }
  out_ += ".fi\n.RE\n";
  return *this;
}

Roff& Roff::markdown(std::string_view text) {
  while (!text.empty()) {
    std::string block(next_line(text));
    if (block.empty()) continue;
    const bool is_example = block.starts_with("    ");
    // What goes on, goes on without a mark of its own.
    while (!text.empty() && text[0] != '\n' && !text.starts_with("- ")) {
      std::string_view more = next_line(text);
      if (!is_example) more.remove_prefix(std::min(more.find_first_not_of(' '), more.size()));
      block += (is_example ? "\n" : " ") + std::string(more.substr(is_example ? 4 : 0));
    }
    if (is_example) {
      example(std::string_view(block).substr(4));
    } else if (block.starts_with("- ")) {
      bullet(std::string_view(block).substr(2));
    } else {
      paragraph(block);
    }
  }
  return *this;
}

}  // namespace jetstream::pages
