// SPDX-License-Identifier: MIT
#include "tidy/source_tree.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace jetstream::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFolders = {"lib",   "daemon", "cli", "config",   "systemd",
                                 "tests", "docs",   ".ci", "packaging"};
constexpr std::array kSkipped = {"tests/fuzz/corpus/", "__pycache__/"};
/// Known to exist, not read: nobody writes it by hand.
constexpr std::string_view kVectors = "tests/vectors/js1_vectors.txt";
constexpr std::array kExtensions = {".h",     ".cc",      ".py",   ".md", ".txt",
                                    ".cmake", ".socket",  ".yaml", ".sh", ".json",
                                    ".conf",  ".service", ".in"};

bool is_text(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension.empty() ||
         std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

void add(Tree& tree, const fs::path& root, const fs::path& path) {
  const std::string relative = fs::relative(path, root).generic_string();
  const auto skipped = [&relative](std::string_view part) {
    return relative.find(part) != std::string::npos;
  };
  if (relative == ".git") return;  // a file where the tree is one of several of a repository
  if (!is_text(path) || std::any_of(kSkipped.begin(), kSkipped.end(), skipped)) return;
  if (relative == kVectors) {
    tree.push_back({relative, ""});
    return;
  }
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  tree.push_back({relative, text.str()});
}

bool is_identifier(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The position behind the literal that starts at `at`.
std::size_t skip_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote || text[i] == '\n') {
      return i + 1;
    }
  }
  return text.size();
}

std::size_t skip_raw_literal(std::string_view text, std::size_t at) {
  const std::size_t open = text.find('(', at);
  if (open == std::string_view::npos) return text.size();
  const std::string close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
  const std::size_t end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

std::size_t end_of_blank(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
  if (text.substr(at, 2) == "/*") return std::min(text.find("*/", at), text.size() - 2) + 2;
  if (text[at] == '"') {
    const bool raw = at > 0 && text[at - 1] == 'R';
    return raw ? skip_raw_literal(text, at) : skip_literal(text, at);
  }
  // An apostrophe behind a digit or letter separates digits.
  if (text[at] == '\'' && (at == 0 || !is_identifier(text[at - 1]))) return skip_literal(text, at);
  return at;
}

}  // namespace

bool SourceFile::is_cpp() const { return path.ends_with(".h") || path.ends_with(".cc"); }

bool SourceFile::is_under(std::string_view folder) const { return path.starts_with(folder); }

Tree load_tree(const std::string& root) {
  Tree tree;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.is_regular_file()) add(tree, root, entry.path());
  }
  for (const char* folder : kFolders) {
    if (!fs::exists(fs::path(root) / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) {
      if (entry.is_regular_file()) add(tree, root, entry.path());
    }
  }
  std::sort(tree.begin(), tree.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return tree;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string code_only(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_blank(text, at);
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::string place(const SourceFile& file, std::size_t position) {
  const auto end = file.text.begin() + static_cast<std::ptrdiff_t>(position);
  return file.path + ":" + std::to_string(1 + std::count(file.text.begin(), end, '\n'));
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (std::size_t at = text.find(word, from); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    if (at == 0 || !is_identifier(word.front()) || !is_identifier(text[at - 1])) return at;
  }
  return std::string_view::npos;
}

}  // namespace jetstream::tidy
