// SPDX-License-Identifier: MIT
#include "daemon/config/config_problems.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

/// With excerpts of 300 bytes far below what an answer may have.
constexpr std::size_t kProblemsMax = 1000;

}  // namespace

std::vector<control::ConfigProblemRow> problem_rows(const ConfigErrors& errors) {
  std::vector<control::ConfigProblemRow> rows;
  for (std::size_t i = 0; i < std::min(errors.list.size(), kProblemsMax); ++i) {
    const Diagnostic& error = errors.list[i];
    control::ConfigProblemRow row;
    row.place = errors.place_of(error);
    if (error.where.empty()) {
      row.file = errors.file;
      if (error.position.line > 0) {
        const auto [begin, end] = errors.columns_of(error);
        row.line = error.position.line;
        row.column = begin;
        row.end_column = end;
      }
    }
    row.severity = error.is_warning() ? "warning" : "error";
    row.code = to_string(error.subject.fault);
    if (!error.subject.key.empty()) row.key = printable(error.subject.key);
    row.message = printable(error.what);
    if (!error.help.empty()) row.help = printable(error.help);
    if (std::string excerpt = errors.excerpt_of(error); !excerpt.empty()) row.excerpt = excerpt;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace jetstream::daemon
