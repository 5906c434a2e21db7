// SPDX-License-Identifier: MIT
//
// The filter language of the admin protocol: which of many rows are meant.
//
//     state = established and idle > 5m and peer in 203.0.113.0/24
//
//     filter     = conjunction *("or" conjunction)
//     conjunction= term *("and" term)
//     term       = "not" term / "(" filter ")" / comparison
//     comparison = field operator value / field "in" "(" value *("," value) ")"
//     operator   = "=" / "!=" / "<" / "<=" / ">" / ">=" / "~" / "in"
//
// No regular expression and no arithmetic: what a filter costs is bounded by its length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "jetstream/address.h"
#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream::control {

/// Longer filters, and filters of more comparisons, are refused: nobody types them, and every row
/// pays for them.
inline constexpr std::size_t kFilterBytesMax = 512;
inline constexpr std::size_t kFilterComparisonsMax = 32;

enum class FilterType : std::uint8_t {
  kNumber,    ///< Whole numbers: 17. = != < <= > >= in
  kDuration,  ///< With units: 5m, 1h30m; a subject's value is in nanoseconds. = != < <= > >= in
  kSize,      ///< With units: 64KiB; a subject's value is in bytes. = != < <= > >= in
  kText,      ///< = != in, and ~ for patterns with * and ?.
  kTime,      ///< 2026-11-22T06:00:00Z; a subject's value is in milliseconds. As durations.
  kAddress,   ///< 192.0.2.7:443 is one peer, 192.0.2.7 and 192.0.2.0/24 are many. = != in
};

/// A field of the rows that a filter may ask about.
struct FilterField {
  std::string_view name;
  FilterType type = FilterType::kText;
  std::string_view doc;
  std::string_view alias{};  ///< Another name, if there is one.
  /// Of texts: all that there are, unless any text may be. Patterns need not be one of them.
  std::span<const std::string_view> choices{};

  bool is_called(std::string_view word) const {
    return word == name || (word == alias && !alias.empty());
  }
};

/// "did you mean" for a name that no field has: the field that is spelt nearly so, or that has it
/// as a word of its name, as the headings of tables do (RX for rx_bytes). Otherwise `intro` and all
/// names.
std::string similar_field(std::string_view typed, std::span<const FilterField> fields,
                          const std::string& intro);

/// What a row has in a field. A row without a value there meets no comparison, not even "!=".
using FilterValue = std::variant<std::monostate, std::int64_t, std::string_view, PeerAddress>;

/// Reads "192.0.2.7:443" or "[2001:db8::7]:443", as PeerAddress::to_string() writes it; the scope
/// of link-local addresses is left out. nullopt if it is none.
std::optional<PeerAddress> parse_peer(std::string_view text);

/// A row as filters see it.
class FilterSubject {
 public:
  virtual ~FilterSubject() = default;
  /// Of the field at this index of the table that the filter was parsed with, of that field's type.
  virtual FilterValue value(std::size_t field) const = 0;
};

/// What is wrong with a filter, and where.
struct FilterFault {
  std::size_t offset = 0;  ///< In bytes, from 0.
  std::string message;
  std::optional<std::string> hint;
};

/// A filter that was understood. A value; may be used by several threads at once.
class Filter {
 public:
  /// Of every row.
  Filter() = default;
  /// `fields` must outlive the filter. An empty text, or one of blanks, is a filter of every row.
  static Result<Filter, FilterFault> parse(std::string_view text,
                                           std::span<const FilterField> fields);

  bool matches(const FilterSubject& subject) const;
  bool matches_everything() const { return steps_.empty(); }

 private:
  friend class FilterParser;

  enum class Operator : std::uint8_t { kEqual, kLess, kLessOrEqual, kPattern };
  using Operand = std::variant<std::int64_t, std::string, PeerAddress, AddressBlock>;
  /// Holds if the field compares so with any of the operands. The other operators are these with
  /// the sides exchanged, or negated.
  struct Comparison {
    std::size_t field = 0;
    Operator op = Operator::kEqual;
    bool swapped = false;  ///< The operand is on the left.
    bool negated = false;
    std::vector<Operand> operands;
  };
  struct And {};
  struct Or {};
  struct Not {};
  using Step = std::variant<Comparison, And, Or, Not>;

  static bool holds(const Comparison& comparison, const FilterValue& value);

  std::vector<Step> steps_;  ///< In postfix order.
};

}  // namespace jetstream::control
