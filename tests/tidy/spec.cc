// SPDX-License-Identifier: MIT
#include "tidy/spec.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace jetstream::tidy {
namespace {

constexpr std::string_view kSpec = "docs/PROTOCOL.md";
constexpr std::string_view kPrefixes[] = {"PKT", "MSG",   "HS",   "KEY", "STR", "FLOW",
                                          "ACK", "CLOSE", "LIVE", "ENC", "LIM", "RES",
                                          "KU",  "RETRY", "CID",  "MIG", "RST", "RATE"};

/// "PKT-3" at the front of `text`; empty if there is none.
std::string_view id_at(std::string_view text) {
  for (std::string_view prefix : kPrefixes) {
    if (!text.starts_with(prefix) || text.substr(prefix.size(), 1) != "-") continue;
    std::size_t end = prefix.size() + 1;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    if (end > prefix.size() + 1) return text.substr(0, end);
  }
  return {};
}

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = find_word(text, word); at != std::string_view::npos;
       at = find_word(text, word, at + 1)) {
    ++found;
  }
  return found;
}

struct Citation {
  std::string id;
  std::string where;
};

/// Ids in brackets: "[PKT-3]" or "[PKT-3, HS-1]".
std::vector<Citation> citations_of(const SourceFile& file) {
  std::vector<Citation> citations;
  for (std::size_t at = file.text.find('['); at != std::string::npos;
       at = file.text.find('[', at + 1)) {
    const std::size_t end = std::min(file.text.find(']', at), file.text.size());
    std::string_view list = std::string_view(file.text).substr(at + 1, end - at - 1);
    for (std::string_view id = id_at(list); !id.empty(); id = id_at(list)) {
      citations.push_back({std::string(id), place(file, at)});
      list.remove_prefix(id.size());
      list.remove_prefix(std::min(list.find_first_not_of(", "), list.size()));
    }
  }
  return citations;
}

bool is_code(const SourceFile& file) {
  return file.is_under("lib/") || file.is_under("daemon/") || file.is_under("cli/");
}

/// This folder cites made-up requirements.
bool is_test(const SourceFile& file) {
  return file.is_under("tests/") && !file.is_under("tests/tidy/");
}

}  // namespace

std::vector<Requirement> requirements_of(const Tree& tree) {
  std::vector<Requirement> requirements;
  for (const SourceFile& file : tree) {
    if (file.path != kSpec) continue;
    bool inside = false;
    for (std::string_view line : lines_of(file.text)) {
      const std::string_view id =
          line.starts_with('[') ? id_at(line.substr(1)) : std::string_view{};
      if (!id.empty()) requirements.push_back({std::string(id), ""});
      inside = !line.empty() && (inside || !id.empty());
      if (inside) requirements.back().text += std::string(line) + "\n";
    }
  }
  return requirements;
}

Findings check_requirements(const Tree& tree) {
  Findings findings;
  std::map<std::string, int> last;
  const auto requirements = requirements_of(tree);
  if (requirements.empty()) findings.push_back("docs/PROTOCOL.md has no requirements");
  for (const Requirement& requirement : requirements) {
    const std::string prefix = requirement.id.substr(0, requirement.id.find('-'));
    if (requirement.id != prefix + "-" + std::to_string(++last[prefix])) {
      findings.push_back(requirement.id + ": out of order");
    }
    if (count(requirement.text, "MUST") != 1) {
      findings.push_back(requirement.id + ": not exactly one MUST");
    }
  }
  return findings;
}

Findings check_citations(const Tree& tree) {
  std::set<std::string> known;
  for (const Requirement& requirement : requirements_of(tree)) known.insert(requirement.id);
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!is_code(file) && !is_test(file)) continue;
    for (const Citation& citation : citations_of(file)) {
      if (known.contains(citation.id)) continue;
      findings.push_back(citation.where + ": there is no " + citation.id);
    }
  }
  return findings;
}

Findings check_coverage(const Tree& tree) {
  std::set<std::string> in_code, in_tests;
  for (const SourceFile& file : tree) {
    if (!is_code(file) && !is_test(file)) continue;
    for (const Citation& citation : citations_of(file)) {
      (is_code(file) ? in_code : in_tests).insert(citation.id);
    }
  }
  Findings findings;
  for (const Requirement& requirement : requirements_of(tree)) {
    if (!in_code.contains(requirement.id))
      findings.push_back(requirement.id + ": no code cites it");
    if (!in_tests.contains(requirement.id))
      findings.push_back(requirement.id + ": no test cites it");
  }
  return findings;
}

}  // namespace jetstream::tidy
