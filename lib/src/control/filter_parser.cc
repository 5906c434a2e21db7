// SPDX-License-Identifier: MIT
//
// From the text of a filter to its steps, by recursive descent.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/closest_word.h"
#include "base/printable.h"
#include "base/units.h"
#include "control/filter.h"
#include "jetstream/control/values.h"

namespace jetstream::control {
namespace {

/// "not" and "(" inside one another; deeper filters mean nothing to people.
constexpr std::size_t kDepthMax = 16;

/// For whoever has not seen one. Rows of every kind have these two fields.
constexpr std::string_view kShape =
    "FIELD OPERATOR VALUE, such as: peer in 192.0.2.0/24 and not id = 7";

bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// Ends a word, as a blank does.
bool is_mark(char c) { return std::string_view("()=!<>~,\"").find(c) != std::string_view::npos; }

/// IPv6 addresses may stand in brackets without a port, too; blocks may not.
std::string_view without_brackets(std::string_view text) {
  const bool bracketed = text.starts_with('[') && text.ends_with(']');
  if (!bracketed || text.find(':') == std::string_view::npos) return text;
  if (text.find('/') != std::string_view::npos) return text;
  text = text.substr(1, text.size() - 2);
  return text.substr(0, text.find('%'));
}

}  // namespace

std::optional<PeerAddress> parse_peer(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed) host = host.substr(0, host.find('%'));
  if (!bracketed && host.find(':') != std::string_view::npos) return std::nullopt;
  const auto block = parse_address_block(host);
  PeerAddress address;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (!block || block->bits != 128 || error != std::errc() ||
      end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  address.ip = block->ip;
  return address;
}

class FilterParser {
 public:
  FilterParser(std::string_view text, std::span<const FilterField> fields)
      : text_(text), fields_(fields) {
    next();
  }

  Result<Filter, FilterFault> parse() {
    if (text_.size() > kFilterBytesMax) {
      fail(kFilterBytesMax, "a filter has at most " + std::to_string(kFilterBytesMax) + " bytes");
    } else if (!at_end()) {
      disjunction();
      if (!fault_ && !at_end()) unexpected_token("\"and\", \"or\" or the end");
    }
    if (fault_) return unexpected(*std::move(fault_));
    return std::move(filter_);
  }

 private:
  using Comparison = Filter::Comparison;
  using Operator = Filter::Operator;

  struct Token {
    std::size_t offset = 0;
    std::string text;
    bool quoted = false;
  };

  void disjunction() {
    conjunction();
    while (!fault_ && take_word("or")) {
      conjunction();
      filter_.steps_.push_back(Filter::Or{});
    }
  }

  void conjunction() {
    term();
    while (!fault_ && take_word("and")) {
      term();
      filter_.steps_.push_back(Filter::And{});
    }
  }

  void term() {
    if (++depth_ > kDepthMax) return fail(token_.offset, "the filter is nested too deep");
    if (take_word("not")) {
      term();
      filter_.steps_.push_back(Filter::Not{});
    } else if (take_mark("(")) {
      disjunction();
      if (!fault_ && !take_mark(")")) unexpected_token("\")\"");
    } else {
      comparison();
    }
    --depth_;
  }

  void comparison() {
    if (fault_) return;
    if (++comparisons_ > kFilterComparisonsMax) {
      return fail(token_.offset,
                  "a filter has at most " + std::to_string(kFilterComparisonsMax) + " comparisons");
    }
    const auto found = std::find_if(fields_.begin(), fields_.end(), [this](const auto& field) {
      return field.is_called(token_.text);
    });
    if (found == fields_.end() || token_.quoted) return unknown_field();
    Comparison out;
    out.field = static_cast<std::size_t>(found - fields_.begin());
    next();
    read_operator(*found, out);
    if (!fault_) filter_.steps_.push_back(std::move(out));
  }

  void read_operator(const FilterField& field, Comparison& out) {
    const Token at = token_;
    const bool ordered = field.type != FilterType::kText && field.type != FilterType::kAddress;
    if (take_word("in")) return read_list(field, out);
    const bool order = at.text == "<" || at.text == "<=" || at.text == ">" || at.text == ">=";
    if (take_mark("=") || take_mark("!=")) {
      out.negated = at.text == "!=";
    } else if (order && ordered && !at.quoted) {
      // a > b is b < a.
      out.op = at.text.size() == 2 ? Operator::kLessOrEqual : Operator::kLess;
      out.swapped = at.text.front() == '>';
      next();
    } else if (field.type == FilterType::kText && take_mark("~")) {
      out.op = Operator::kPattern;
    } else {
      return unexpected_token(ordered                           ? "=, !=, <, <=, >, >= or in"
                              : field.type == FilterType::kText ? "=, !=, ~ or in"
                                                                : "=, != or in");
    }
    read_value(field, out);
  }

  void read_list(const FilterField& field, Comparison& out) {
    if (!take_mark("(")) return read_value(field, out);
    do {
      read_value(field, out);
    } while (!fault_ && take_mark(","));
    if (!fault_ && !take_mark(")")) unexpected_token("\",\" or \")\"");
  }

  void read_value(const FilterField& field, Comparison& out) {
    if (fault_) return;
    if (at_end() || (!token_.quoted && is_mark(token_.text.front()))) {
      return unexpected_token("a value");
    }
    switch (field.type) {
      case FilterType::kText:
        if (out.op != Operator::kPattern && !check_choice(field)) return;
        out.operands.emplace_back(token_.text);
        break;
      case FilterType::kAddress:
        if (!read_address(out)) return;
        break;
      case FilterType::kTime:
        if (const auto time = read_time()) {
          out.operands.emplace_back(time->value());
        } else {
          return fail(token_.offset, base::quote(token_.text) + " is no time",
                      "write it in UTC, as 2026-11-22T06:00:00Z");
        }
        break;
      default:
        if (!read_number(field.type, out)) return;
    }
    next();
  }

  bool check_choice(const FilterField& field) {
    const auto& choices = field.choices;
    if (choices.empty() || std::find(choices.begin(), choices.end(), token_.text) != choices.end())
      return true;
    const std::string best = base::closest_word(token_.text, choices);
    std::string all;
    for (const std::string_view choice : choices) {
      all += (all.empty() ? "one of " : ", ") + std::string(choice);
    }
    fail(token_.offset,
         base::quote(token_.text) + " is no value of \"" + std::string(field.name) + '"',
         best.empty() ? all : "did you mean \"" + best + "\"?");
    return false;
  }

  bool read_address(Comparison& out) {
    if (const auto peer = parse_peer(token_.text)) {
      out.operands.emplace_back(*peer);
    } else if (const auto block = parse_address_block(without_brackets(token_.text))) {
      out.operands.emplace_back(*block);
    } else {
      fail(token_.offset, base::quote(token_.text) + " is no address",
           "write 192.0.2.7, 192.0.2.7:443, 192.0.2.0/24, 2001:db8::7, [2001:db8::7]:443 or "
           "2001:db8::/32");
    }
    return !fault_;
  }

  /// The thousandths of a second may be left out.
  std::optional<UnixTime> read_time() const {
    if (const auto time = parse_rfc3339(token_.text)) return time;
    if (!token_.text.ends_with('Z')) return std::nullopt;
    return parse_rfc3339(token_.text.substr(0, token_.text.size() - 1) + ".000Z");
  }

  bool read_number(FilterType type, Comparison& out) {
    const auto number = type == FilterType::kDuration ? base::parse_duration(token_.text)
                        : type == FilterType::kSize   ? base::parse_size(token_.text)
                                                      : base::parse_integer(token_.text);
    if (number) {
      out.operands.emplace_back(*number);
    } else {
      const std::string& help = number.error().help;
      fail(token_.offset, number.error().what,
           help.empty() ? std::nullopt : std::optional<std::string>(help));
    }
    return number.has_value();
  }

  // Tokens: words, texts in quotes, and marks.

  bool at_end() const { return token_.text.empty() && !token_.quoted; }
  bool take_word(std::string_view word) { return take_mark(word); }
  bool take_mark(std::string_view mark) {
    if (token_.quoted || token_.text != mark) return false;
    next();
    return true;
  }

  void next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    token_ = {at_, {}, false};
    if (at_ == text_.size()) return;
    if (text_[at_] == '"') return quoted();
    if (text_[at_] == '\'') {
      return fail(at_, "texts stand in double quotes", "none are needed where there are no blanks");
    }
    if (is_mark(text_[at_])) {
      const bool two = text_.substr(at_).starts_with("!=") || text_.substr(at_).starts_with("<=") ||
                       text_.substr(at_).starts_with(">=");
      token_.text = text_.substr(at_, two ? 2 : 1);
      at_ += token_.text.size();
      return;
    }
    while (at_ < text_.size() && !is_blank(text_[at_]) && !is_mark(text_[at_])) {
      token_.text += text_[at_++];
    }
  }

  void quoted() {
    token_.quoted = true;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      token_.text += text_[at_];
    }
    if (at_ == text_.size()) {
      return fail(token_.offset, "the closing quote is missing", "a quote inside is \\\"");
    }
    ++at_;
  }

  // Only the first fault counts: those that follow come from it.

  void fail(std::size_t offset, std::string message, std::optional<std::string> hint = {}) {
    if (!fault_) fault_ = FilterFault{offset, std::move(message), std::move(hint)};
  }

  void unexpected_token(const std::string& expected) {
    fail(token_.offset,
         at_end() ? "the filter ends where " + expected + " should follow"
                  : base::quote(token_.text) + " stands where " + expected + " should",
         std::string(kShape));
  }

  void unknown_field() {
    if (at_end()) return unexpected_token("a field");
    fail(token_.offset, "there is no field " + base::quote(token_.text),
         similar_field(token_.text, fields_, "the fields are "));
  }

  std::string_view text_;
  std::span<const FilterField> fields_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t comparisons_ = 0;
  Token token_;
  Filter filter_;
  std::optional<FilterFault> fault_;
};

Result<Filter, FilterFault> Filter::parse(std::string_view text,
                                          std::span<const FilterField> fields) {
  return FilterParser(text, fields).parse();
}

}  // namespace jetstream::control
