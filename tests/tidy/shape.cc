// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tidy/checks.h"

namespace jetstream::tidy {
namespace {

constexpr std::size_t kFileLinesMax = 500;
constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kFunctionLinesMax = 70;

bool is_program(const SourceFile& file) { return file.is_cpp() || file.path.ends_with(".py"); }

/// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

/// A line inside a raw literal has to be as long as what it quotes.
bool is_raw_text(std::string_view line, std::string_view code) {
  const std::size_t first = line.find_first_not_of(' ');
  const bool comment = first == std::string_view::npos || line.substr(first).starts_with("//");
  return !comment && code.find_first_not_of(' ') == std::string_view::npos;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [text](auto word) { return find_word(text, word) != std::string_view::npos; });
}

/// Whether a brace behind `head` opens the body of a function: it has a parameter list and stands
/// neither for a type nor for a namespace nor for an initializer.
bool opens_function(std::string_view head) {
  const std::size_t list = head.find('(');
  if (list == std::string_view::npos) return false;
  const std::string_view name = head.substr(0, list);
  return !has_any(name, {"namespace ", "enum "}) && name.find('=') == std::string_view::npos;
}

/// Directives are no code; with them blanked, what precedes a brace is its head.
std::string without_directives(std::string code) {
  std::size_t at = 0;
  while (at < code.size()) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    const std::size_t first = code.find_first_not_of(" \t", at);
    const bool continued = end > 0 && code[end - 1] == '\\';
    if (first < end && code[first] == '#' && !continued) {
      std::fill(code.begin() + static_cast<std::ptrdiff_t>(at),
                code.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    at = end + 1;
  }
  return code;
}

/// The longest functions are what it is about, so bodies inside bodies belong to the outer one.
void find_long_functions(const SourceFile& file, Findings& findings) {
  const std::string code = without_directives(code_only(file.text));
  std::vector<bool> is_function;
  std::size_t head = 0, body_start = 0;
  int inside = 0;
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code[at] == '{') {
      const auto text = std::string_view(code).substr(head, at - head);
      const bool function = inside == 0 && opens_function(text);
      if (function) body_start = std::min(code.find_first_not_of(" \t\n", head), at);
      if (function || inside > 0) ++inside;
      is_function.push_back(function);
    } else if (code[at] == '}' && !is_function.empty()) {
      if (inside > 0) --inside;
      const auto lines = 1 + std::count(code.begin() + static_cast<std::ptrdiff_t>(body_start),
                                        code.begin() + static_cast<std::ptrdiff_t>(at), '\n');
      if (is_function.back() && static_cast<std::size_t>(lines) > kFunctionLinesMax) {
        findings.push_back(place(file, body_start) + ": a function of " + std::to_string(lines) +
                           " lines");
      }
      is_function.pop_back();
    }
    if (inside == 0 && (code[at] == '{' || code[at] == '}' || code[at] == ';')) head = at + 1;
  }
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

/// "client_example.cc" for a list with "client" and "${example}_example.cc".
bool is_composed(std::string_view list, std::string_view name) {
  for (std::size_t at = list.find('}'); at != std::string_view::npos; at = list.find('}', at + 1)) {
    const std::size_t end = std::min(list.find_first_of(" \n)", at), list.size());
    const std::string_view tail = list.substr(at + 1, end - at - 1);
    if (!tail.ends_with(".cc") || !name.ends_with(tail)) continue;
    const std::string_view stem = name.substr(0, name.size() - tail.size());
    if (!stem.empty() && find_word(list, stem) != std::string_view::npos) return true;
  }
  return false;
}

bool is_listed(const Tree& tree, const SourceFile& source) {
  std::string folder = folder_of(source.path);
  while (true) {
    const std::string list = folder.empty() ? "CMakeLists.txt" : folder + "/CMakeLists.txt";
    const std::size_t skip = folder.empty() ? 0 : folder.size() + 1;
    const std::string_view name = std::string_view(source.path).substr(skip);
    for (const SourceFile& file : tree) {
      if (file.path != list) continue;
      if (find_word(file.text, name) != std::string_view::npos) return true;
      if (is_composed(file.text, name)) return true;
    }
    if (folder.empty()) return false;
    folder = folder_of(folder);
  }
}

}  // namespace

Findings check_sizes(const Tree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!is_program(file)) continue;
    const auto lines = lines_of(file.text);
    const std::string code = file.is_cpp() ? code_only(file.text) : file.text;
    const auto code_lines = lines_of(code);
    if (lines.size() > kFileLinesMax) {
      findings.push_back(file.path + ": " + std::to_string(lines.size()) + " lines");
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (columns(lines[i]) <= kColumnsMax || is_raw_text(lines[i], code_lines[i])) continue;
      findings.push_back(file.path + ":" + std::to_string(i + 1) + ": " +
                         std::to_string(columns(lines[i])) + " columns");
    }
  }
  return findings;
}

Findings check_functions(const Tree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (file.is_cpp()) find_long_functions(file, findings);
  }
  return findings;
}

Findings check_orphans(const Tree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (file.path.ends_with(".cc") && !is_listed(tree, file)) {
      findings.push_back(file.path + ": no CMakeLists.txt builds it");
    }
  }
  return findings;
}

Findings check_test_folders(const Tree& tree) {
  std::string lists;
  for (const SourceFile& file : tree) {
    if (file.is_under("tests/") && file.path.ends_with("CMakeLists.txt")) lists += file.text;
  }
  for (char& c : lists) {
    if (c == '\n' || c == '(' || c == ')') c = ' ';
  }
  Findings findings;
  for (const SourceFile& file : tree) {
    const std::string folder = folder_of(file.path);
    if (!folder.starts_with("tests/") || !file.path.ends_with("/CMakeLists.txt")) continue;
    if (lists.find(" " + folder.substr(6) + " ") == std::string::npos &&
        lists.find("/" + folder + " ") == std::string::npos) {
      findings.push_back(folder + ": no CMakeLists.txt of the tests adds it");
    }
  }
  return findings;
}

}  // namespace jetstream::tidy
