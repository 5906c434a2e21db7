// SPDX-License-Identifier: MIT
//
// What callers ask of rows by text, read for whichever kind of row it is about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/printable.h"
#include "control/row_fields.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

inline control::Failure to_failure(control::ErrorCode code, const control::FilterFault& fault) {
  return {code, fault.message, fault.hint, fault.offset};
}

/// A filter of every row if there is no text. kInvalidFilter with the place otherwise.
template <class Row>
Result<control::Filter, control::Failure> read_filter(const std::optional<std::string>& text) {
  auto filter = control::Filter::parse(text.value_or(""), control::filter_fields<Row>());
  if (filter) return *std::move(filter);
  return unexpected(to_failure(control::ErrorCode::kInvalidFilter, filter.error()));
}

/// The order that a `sort` asks for; none if there is no text.
template <class Row>
Result<std::optional<control::RowOrder>, control::Failure> read_order(
    const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto order = control::RowOrder::parse(*text, control::filter_fields<Row>());
  if (order) return *order;
  return unexpected(to_failure(control::ErrorCode::kInvalidArgument, order.error()));
}

/// Why a choice of fields is none.
template <class Row>
std::optional<control::Failure> check_fields(const std::vector<std::string>& chosen) {
  const std::vector<std::string_view> names = control::field_names<Row>();
  for (const std::string& field : chosen) {
    if (std::find(names.begin(), names.end(), field) != names.end()) continue;
    std::string all;
    for (const std::string_view name : names) all += (all.empty() ? "" : ", ") + std::string(name);
    return control::Failure{control::ErrorCode::kInvalidArgument,
                            "a row has no field " + base::quote(field), "the fields are " + all};
  }
  return std::nullopt;
}

}  // namespace jetstream::daemon
