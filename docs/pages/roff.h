// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace jetstream::pages {

/// A manual page in the man(7) macros, put together from the top down. Texts are plain: what roff
/// would take for a command is escaped. `code` in backquotes comes out bold.
class Roff {
 public:
  /// `manual` is the title of the whole manual, as "User Commands".
  Roff(std::string_view name, int section, std::string_view manual);

  /// The line that apropos(1) reads.
  Roff& name(std::string_view name, std::string_view about);
  Roff& heading(std::string_view text);
  Roff& subheading(std::string_view text);
  Roff& paragraph(std::string_view text);
  /// A term in bold and below it, indented, what it means.
  Roff& term(std::string_view term, std::string_view text);
  Roff& bullet(std::string_view text);
  /// Lines to type or to read as they stand.
  Roff& example(std::string_view lines);
  /// Paragraphs, bullets and examples (indented by four) of a page in Markdown.
  Roff& markdown(std::string_view text);

  const std::string& text() const { return out_; }

 private:
  void line(std::string_view text);

  std::string out_;
};

}  // namespace jetstream::pages
