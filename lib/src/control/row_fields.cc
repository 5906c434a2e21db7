// SPDX-License-Identifier: MIT
#include "control/row_fields.h"

#include "base/printable.h"
#include "control/filter_choices.h"

namespace jetstream::control {
namespace {

constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();

/// Of a name without its unit, as people say it: "idle" for "idle_ms".
std::string_view without(std::string_view name, std::string_view unit) {
  return name.substr(0, name.size() - unit.size());
}

std::int64_t scaled(std::uint64_t number, std::int64_t factor) {
  const auto most = static_cast<std::uint64_t>(kLargest / factor);
  return number > most ? kLargest : static_cast<std::int64_t>(number) * factor;
}

bool has_order(FilterType type) {
  return type != FilterType::kText && type != FilterType::kAddress;
}

}  // namespace

FilterField filter_field(std::string_view name, bool is_text, bool is_time, std::string_view doc) {
  FilterField field{name, FilterType::kNumber, doc};
  if (is_text) {
    field.type = name == "peer" ? FilterType::kAddress : FilterType::kText;
    field.choices = choices_of(name);
  } else if (is_time) {
    field.type = FilterType::kTime;
  } else if (name.ends_with("_ms") || name.ends_with("_us")) {
    field.type = FilterType::kDuration;
    field.alias = without(name, "_ms");
  } else if (name.ends_with("_bytes")) {
    field.type = FilterType::kSize;
  }
  return field;
}

FilterValue filter_value(const FilterField& field, std::uint64_t number) {
  if (field.type != FilterType::kDuration) return scaled(number, 1);
  return scaled(number, field.name.ends_with("_us") ? 1'000 : 1'000'000);
}

FilterValue filter_value(const FilterField& field, std::string_view text) {
  if (field.type != FilterType::kAddress) return text;
  const auto address = parse_peer(text);
  return address ? FilterValue(*address) : FilterValue();
}

Result<RowOrder, FilterFault> RowOrder::parse(std::string_view text,
                                              std::span<const FilterField> fields) {
  const bool descending = text.starts_with('-');
  const std::string_view name = text.substr(descending ? 1 : 0);
  std::vector<FilterField> ordered;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!has_order(fields[i].type)) continue;
    if (fields[i].is_called(name)) return RowOrder{i, descending};
    ordered.push_back(fields[i]);
  }
  return unexpected(FilterFault{descending ? 1u : 0u,
                                "there is no order by " + base::quote(std::string(name)),
                                similar_field(name, ordered, "there is one by ")});
}

std::int64_t RowOrder::key(const FilterSubject& row) const {
  const FilterValue value = row.value(field);
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return kLargest;
  // Not the largest, which stands for none, nor one that has no negative.
  const std::int64_t known = std::clamp(*number, 1 - kLargest, kLargest - 1);
  return descending ? -known : known;
}

}  // namespace jetstream::control
