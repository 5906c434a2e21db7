// SPDX-License-Identifier: MIT
#include "control/filter.h"

#include <array>

#include "base/assert.h"

namespace jetstream::control {
namespace {

/// Of shell patterns only * (any run) and ? (any one byte). Linear in the product of both lengths
/// at worst, which are short.
bool fits(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (at < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at]) && pattern[p] != '*') {
      ++at;
      ++p;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

template <class T>
bool compare(const T& left, const T& right, bool less, bool or_equal) {
  return less ? (or_equal ? left <= right : left < right) : left == right;
}

}  // namespace

bool Filter::holds(const Comparison& comparison, const FilterValue& value) {
  const bool less = comparison.op == Operator::kLess || comparison.op == Operator::kLessOrEqual;
  const bool or_equal = comparison.op == Operator::kLessOrEqual;
  for (const Operand& operand : comparison.operands) {
    bool met = false;
    if (const auto* number = std::get_if<std::int64_t>(&operand)) {
      const auto own = std::get<std::int64_t>(value);
      met = comparison.swapped ? compare(*number, own, less, or_equal)
                               : compare(own, *number, less, or_equal);
    } else if (const auto* text = std::get_if<std::string>(&operand)) {
      const auto own = std::get<std::string_view>(value);
      met = comparison.op == Operator::kPattern ? fits(own, *text) : own == *text;
    } else if (const auto* address = std::get_if<PeerAddress>(&operand)) {
      met = std::get<PeerAddress>(value) == *address;
    } else {
      met = std::get<AddressBlock>(operand).contains(std::get<PeerAddress>(value));
    }
    if (met) return !comparison.negated;
  }
  return comparison.negated;
}

bool Filter::matches(const FilterSubject& subject) const {
  if (steps_.empty()) return true;
  std::array<bool, kFilterComparisonsMax> stack{};
  std::size_t depth = 0;
  for (const Step& step : steps_) {
    if (const auto* comparison = std::get_if<Comparison>(&step)) {
      const FilterValue value = subject.value(comparison->field);
      JS_ASSERT(depth < stack.size());
      stack[depth++] = !std::holds_alternative<std::monostate>(value) && holds(*comparison, value);
    } else if (std::holds_alternative<Not>(step)) {
      stack[depth - 1] = !stack[depth - 1];
    } else {
      --depth;
      const bool both = std::holds_alternative<And>(step);
      stack[depth - 1] = both ? stack[depth - 1] && stack[depth] : stack[depth - 1] || stack[depth];
    }
  }
  JS_ASSERT(depth == 1);
  return stack[0];
}

}  // namespace jetstream::control
