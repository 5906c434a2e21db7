// SPDX-License-Identifier: MIT
#include "jsctl/columns.h"

#include <algorithm>
#include <charconv>

#include "jetstream/control/fields.h"
#include "jsctl/humanize.h"

namespace jetstream::jsctl {
namespace {

using control::Field;

struct Unit {
  std::string_view suffix;
  /// In a title: an amount and a rate of the same thing are two columns. Of times it would say
  /// nothing.
  std::string_view title;
  std::string (*show)(std::uint64_t);
};
constexpr Unit kUnits[] = {
    {"_ms", "", human_ms},
    {"_us", "", [](std::uint64_t us) { return human_us(us); }},
    {"_bytes", " BYTES", human_bytes},
    {"_bps", " BIT/S", human_bps},
    {"bps", "BIT/S", human_bps},
};

const Unit* unit_of(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (name.ends_with(unit.suffix)) return &unit;
  }
  return nullptr;
}

std::string title_of(std::string name, bool raw) {
  const Unit* unit = raw ? nullptr : unit_of(name);
  if (unit != nullptr) name.resize(name.size() - unit->suffix.size());
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == '_' ? ' ' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (unit != nullptr) name += unit->title;
  return name;
}

std::string cell_of(const Field& field, bool raw) {
  if (field.absent || field.text.empty()) return "-";
  const Unit* unit = raw || !field.number ? nullptr : unit_of(field.name);
  std::uint64_t value = 0;
  const char* end = field.text.data() + field.text.size();
  if (unit == nullptr || std::from_chars(field.text.data(), end, value).ptr != end) {
    return field.text;
  }
  return unit->show(value);
}

/// RFC 4180: quotes around what has a comma, a quote or a line's end, and quotes doubled in there.
/// A leading sign that spreadsheets take for a formula is the peer's idea, so it is kept from them;
/// and what steers terminals is, so it is kept from those.
std::string csv_cell(const std::string& given) {
  const std::string text = printable(given);
  const bool formula = !text.empty() && std::string_view("=+-@").find(text[0]) != std::string::npos;
  if (!formula && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = formula ? "\"'" : "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

/// Rows with the chosen fields, in the order of the choice.
struct Grid {
  std::vector<std::string> names;
  std::vector<std::vector<Field>> rows;
};

Problem no_such_column(const std::string& name, const std::vector<Field>& fields) {
  std::string all;
  for (const Field& field : fields) all += (all.empty() ? "" : ", ") + field.name;
  return {kUsage, "there is no column \"" + name + "\"", "the columns are " + all, ""};
}

Result<Grid, Problem> read_grid(const std::vector<std::string>& items, const ColumnChoice& choice) {
  Grid grid{choice.columns, {}};
  for (const std::string& item : items) {
    auto fields = control::read_fields(item);
    if (!fields) return unexpected(Problem{kFailed, fields.error().message, "", ""});
    if (grid.names.empty()) {
      for (const Field& field : *fields) grid.names.push_back(field.name);
    }
    std::vector<Field>& row = grid.rows.emplace_back();
    for (const std::string& name : grid.names) {
      const auto found = std::find_if(fields->begin(), fields->end(),
                                      [&](const Field& field) { return field.name == name; });
      if (found == fields->end()) return unexpected(no_such_column(name, *fields));
      row.push_back(*found);
    }
  }
  return grid;
}

}  // namespace

Result<std::string, Problem> columns_of(const std::vector<std::string>& items,
                                        const ColumnChoice& choice, const Layout& layout) {
  const auto grid = read_grid(items, choice);
  if (!grid) return unexpected(grid.error());
  std::vector<Column> columns;
  for (std::size_t i = 0; i < grid->names.size(); ++i) {
    const bool right = !grid->rows.empty() && grid->rows.front()[i].number;
    columns.push_back({title_of(grid->names[i], choice.raw), right});
  }
  Table table(std::move(columns));
  for (const auto& row : grid->rows) {
    std::vector<std::string> cells;
    for (const Field& field : row) cells.push_back(cell_of(field, choice.raw));
    table.add(std::move(cells));
  }
  return grid->names.empty() ? std::string() : table.to_text(layout);
}

Result<std::string, Problem> csv_of(const std::vector<std::string>& items,
                                    const ColumnChoice& choice, bool header) {
  const auto grid = read_grid(items, choice);
  if (!grid) return unexpected(grid.error());
  std::string text;
  const auto add_line = [&](const auto& cells, auto cell) {
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i == 0 ? "" : ",") + cell(cells[i]);
    text += "\r\n";
  };
  if (header && !grid->names.empty()) add_line(grid->names, csv_cell);
  for (const auto& row : grid->rows) {
    add_line(row,
             [](const Field& field) { return field.number ? field.text : csv_cell(field.text); });
  }
  return text;
}

}  // namespace jetstream::jsctl
