// SPDX-License-Identifier: MIT
//
// What may be asked of the fields of any kind of row: filters, orders and choices. All of it comes
// from describe(), so that a field is called the same in an answer, in a filter and in a column.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <string>
#include <vector>

#include "control/filter.h"
#include "control/report_fields.h"

namespace jetstream::control {

/// Fields that filters know: texts, numbers, times, and whether something holds. Lists are none.
template <class T>
struct FilterMember {
  static constexpr bool kKnown = std::same_as<T, std::string> || std::same_as<T, std::uint64_t> ||
                                 std::same_as<T, bool> || std::same_as<T, SessionId> ||
                                 std::same_as<T, UnixTime>;
};
template <class T>
struct FilterMember<std::optional<T>> : FilterMember<T> {};

/// Of a name and a type: numbers have the unit that their name ends with, "peer" is an address, and
/// texts have choices_of() their name.
FilterField filter_field(std::string_view name, bool is_text, bool is_time, std::string_view doc);

/// As filters see it: times in milliseconds, durations in nanoseconds, numbers that are too large
/// for that as the largest there is.
FilterValue filter_value(const FilterField& field, std::uint64_t number);
FilterValue filter_value(const FilterField& field, std::string_view text);
inline FilterValue filter_value(const FilterField&, bool holds) {
  return std::string_view(holds ? "true" : "false");
}
inline FilterValue filter_value(const FilterField& field, SessionId id) {
  return filter_value(field, id.value());
}
inline FilterValue filter_value(const FilterField&, UnixTime time) { return time.value(); }
template <class T>
FilterValue filter_value(const FilterField& field, const std::optional<T>& value) {
  return value ? filter_value(field, *value) : FilterValue();
}

/// The fields of a row that filters and orders know, in the order of describe().
template <class Row>
const std::vector<FilterField>& filter_fields() {
  static const std::vector<FilterField> kFields = [] {
    std::vector<FilterField> fields;
    Row row;
    describe(row, [&]<class T>(std::string_view name, const T&, std::string_view doc) {
      if constexpr (FilterMember<T>::kKnown) {
        constexpr bool text = std::constructible_from<std::string_view, const T&> ||
                              std::same_as<T, std::optional<std::string>> ||
                              std::same_as<T, bool> || std::same_as<T, std::optional<bool>>;
        constexpr bool time = std::same_as<T, UnixTime> || std::same_as<T, std::optional<UnixTime>>;
        fields.push_back(filter_field(name, text, time, doc));
      }
    });
    return fields;
  }();
  return kFields;
}

/// Every field of a row, lists included.
template <class Row>
std::vector<std::string_view> field_names() {
  std::vector<std::string_view> names;
  Row row;
  describe(row,
           [&](std::string_view name, const auto&, std::string_view) { names.push_back(name); });
  return names;
}

/// A row that a filter looks at. The row must outlive it.
template <class Row>
class RowSubject final : public FilterSubject {
 public:
  explicit RowSubject(const Row& row) : row_(row) {}

  FilterValue value(std::size_t field) const override {
    FilterValue found;
    std::size_t at = 0;
    // describe() serves reading too and so wants something it could change; nothing here does.
    describe(const_cast<Row&>(row_),
             [&]<class T>(std::string_view, const T& member, std::string_view) {
               if constexpr (FilterMember<T>::kKnown) {
                 if (at++ == field) found = filter_value(filter_fields<Row>()[field], member);
               }
             });
    return found;
  }

 private:
  const Row& row_;
};

/// By which field rows are ordered.
struct RowOrder {
  std::size_t field = 0;
  bool descending = false;

  /// Reads "rx_bytes", or "-rx_bytes" for the greatest first. Only fields with an order of their
  /// own, which texts and addresses have not.
  static Result<RowOrder, FilterFault> parse(std::string_view text,
                                             std::span<const FilterField> fields);
  /// The smaller comes first; rows without a value come last.
  std::int64_t key(const FilterSubject& row) const;
};

}  // namespace jetstream::control
