// SPDX-License-Identifier: MIT
//
// The tables of docs/PROTOCOL.md say what the code says.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>

#include "jetstream/error.h"
#include "tidy/source_tree.h"
#include "wire/frame.h"

using namespace jetstream;

namespace {

using Row = std::vector<std::string>;

/// The cells of "| a | b |", without blanks around them.
Row cells_of(std::string_view line) {
  Row cells;
  while (line.starts_with('|') && line.size() > 1) {
    const std::size_t end = std::min(line.find('|', 1), line.size());
    std::string cell(line.substr(1, end - 1));
    cell.erase(0, std::min(cell.find_first_not_of(' '), cell.size()));
    cell.erase(cell.find_last_not_of(' ') + 1);
    cells.push_back(cell);
    line.remove_prefix(end);
  }
  return cells;
}

/// The rows below the header that starts with `header`.
std::vector<Row> table(std::string_view header) {
  static const tidy::Tree tree = tidy::load_tree(JS_SOURCE_DIR);
  std::vector<Row> rows;
  for (const tidy::SourceFile& file : tree) {
    if (file.path != "docs/PROTOCOL.md") continue;
    bool inside = false;
    for (std::string_view line : tidy::lines_of(file.text)) {
      if (line.starts_with("|---")) continue;
      if (inside && line.starts_with('|')) rows.push_back(cells_of(line));
      inside = (inside && line.starts_with('|')) || line.starts_with(header);
    }
  }
  return rows;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

unsigned long number(const std::string& text) { return std::stoul(text, nullptr, 0); }

}  // namespace

TEST_CASE("the frame table is the code's") {
  const auto rows = table("| type | name | fields |");
  std::size_t types_told = 0;
  for (const Row& row : rows) {
    REQUIRE(row.size() == 8);
    INFO(row[0] << " " << row[1]);
    const std::size_t dash = row[0].find('-');
    const unsigned long first = number(row[0]);
    const unsigned long last = dash == std::string::npos ? first : number(row[0].substr(dash + 1));
    types_told += last - first + 1;
    const auto rules = wire::all_frame_rules();
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const wire::FrameRules& r) {
      return r.type_first <= first && last <= r.type_last;
    });
    REQUIRE(rule != rules.end());
    CHECK(rule->name == row[1]);
    CHECK(rule->ack_eliciting == (row[3] == "yes"));
    CHECK(rule->retransmitted == (row[4] == "yes"));
    CHECK(rule->in_early_data == (row[5] == "yes"));
    CHECK(rule->before_done == (row[6] == "yes"));
    CHECK(rule->while_closing == (row[7] == "read"));
  }
  std::size_t types_known = 0;
  for (const wire::FrameRules& rule : wire::all_frame_rules()) {
    types_known += static_cast<std::size_t>(rule.type_last - rule.type_first + 1);
  }
  CHECK(types_told == types_known);
}

TEST_CASE("the error table is the code's") {
  const auto rows = table("| value | name | reason |");
  CHECK(rows.size() == 23);
  for (const Row& row : rows) {
    REQUIRE(row.size() == 4);
    INFO(row[0] << " " << row[1]);
    const auto code = static_cast<TransportCode>(number(row[0]));
    CHECK(upper(to_string(code)) == row[1]);
    CHECK(static_cast<unsigned long>(reason_of(code)) == number(row[2]));
  }
}

TEST_CASE("the reasons are the code's") {
  const auto rows = table("| reason | name | what to do |");
  REQUIRE(rows.size() == kCloseReasonMax + 1u);
  for (const Row& row : rows) {
    CHECK(to_string(static_cast<CloseReason>(number(row[0]))) == row[1]);
  }
}
