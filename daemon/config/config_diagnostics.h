// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"

namespace jetstream::daemon {

using base::printable;
using base::quote;
using base::utf8_length;

/// A place in a text: line and column count from 1, `length` and `column` in bytes.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t length = 1;
};
/// Of what stands nowhere in the text, as a file that can't be read.
inline constexpr Position kNowhere{0, 0, 0};

/// What kind of thing is wrong, for programs. The words never change.
enum class Fault : std::uint8_t {
  kUnreadable,    ///< The file, or another one that it names.
  kNotText,       ///< No UTF-8, or control characters.
  kSyntax,        ///< No YAML.
  kUnsupported,   ///< YAML that a configuration does without.
  kDuplicateKey,  ///< Stands twice in a map.
  kUnknownKey,    ///< There is no such key.
  kMissingKey,    ///< A key that has to be there is not.
  kMissingValue,  ///< Nothing behind the colon.
  kWrongKind,     ///< A list, a map or a single value where another of these belongs.
  kInvalidValue,  ///< Nothing that the key can be.
  kOutOfRange,    ///< Too little, too much, too long or too many.
  kConflict,      ///< Right by itself, but not together with another key.
  kNoEffect,      ///< A warning: what is set does nothing.
  kExposed,       ///< A warning: more people reach it than may be meant.
  kUnwise,        ///< A warning: works, but hardly as it was meant.
  kUnchecked,     ///< A warning: whoever checks may not read it, the daemon perhaps may.
};
std::string_view to_string(Fault fault);  ///< "unknown_key"

/// What a diagnostic is about. `key` is empty where it is no key's.
struct Subject {
  Fault fault = Fault::kInvalidValue;
  std::string key{};
};

/// One thing that is wrong with a configuration.
struct Diagnostic {
  Position position;
  Subject subject;
  std::string what;
  std::string help;  ///< Empty where there is nothing to advise.
  /// The line holds a secret: it is not shown.
  bool hide_source = false;
  /// What set the value, if it does not stand in the file: "env:NAME" or "--listen".
  std::string where{};

  /// It works all the same.
  bool is_warning() const { return subject.fault >= Fault::kNoEffect; }
};

/// How many diagnostics people are shown: more than a screen of them helps nobody, for the first
/// ones usually cause the rest.
inline constexpr std::size_t kDiagnosticsShown = 20;

/// Everything that is wrong with a configuration, in the order of the file.
struct ConfigErrors {
  std::string file;
  std::string source;
  std::vector<Diagnostic> list;
  /// Goes into the `where` of all that is added while it is set.
  std::string where{};

  void add(Position position, Subject subject, std::string what, std::string help = {},
           bool hide_source = false);
  /// By place, the warnings last.
  void sort();
  /// How many there are that are no warnings.
  std::size_t error_count() const;
  /// `FILE:LINE:COLUMN`, with the column in characters, or what stands for it.
  std::string place_of(const Diagnostic& error) const;
  /// From which character of its line to which (that one not included), from 1.
  std::pair<std::size_t, std::size_t> columns_of(const Diagnostic& error) const;
  /// The source line with carets below, two lines; empty if there is none to show.
  std::string excerpt_of(const Diagnostic& error) const;
  /// What people read: `FILE:LINE:COLUMN: error: what`, the source line with carets, `help:`. Shows
  /// the first kDiagnosticsShown and says how many there are.
  std::string text() const;
  /// The same without that last line.
  std::string shown() const;
};

}  // namespace jetstream::daemon
