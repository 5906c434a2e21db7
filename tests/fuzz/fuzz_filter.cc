// SPDX-License-Identifier: MIT
//
// A filter of any text: either it is refused with a place inside the text, or it and its negation
// tell every row apart.
#include <array>
#include <span>

#include "base/assert.h"
#include "control/filter.h"

using namespace jetstream;
using namespace jetstream::control;

namespace {

constexpr std::array<std::string_view, 2> kSuites{"aes", "chacha"};
constexpr std::array kFields{
    FilterField{"id", FilterType::kNumber, ""},
    FilterField{"state", FilterType::kText, ""},
    FilterField{"idle", FilterType::kDuration, ""},
    FilterField{"rx_bytes", FilterType::kSize, ""},
    FilterField{"peer", FilterType::kAddress, ""},
    FilterField{"suite", FilterType::kText, "", {}, kSuites},
};

/// The last row has no values at all.
class Row : public FilterSubject {
 public:
  explicit Row(std::int64_t number) : number_(number) {}
  FilterValue value(std::size_t field) const override {
    constexpr std::array<std::string_view, 3> kStates{"established", "closing", ""};
    if (number_ == 3) return std::monostate();
    if (kFields[field].type == FilterType::kText) return kStates[static_cast<std::size_t>(number_)];
    if (kFields[field].type == FilterType::kAddress) {
      return PeerAddress::v4({192, 0, 2, static_cast<std::uint8_t>(number_)}, 443);
    }
    return number_ * 1000;
  }

 private:
  std::int64_t number_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = Filter::parse(text, kFields);
  if (!filter) {
    JS_ASSERT(filter.error().offset <= text.size());
    JS_ASSERT(!filter.error().message.empty());
    return 0;
  }
  if (filter->matches_everything()) return 0;
  const auto negated = Filter::parse("not (" + std::string(text) + ")", kFields);
  if (!negated) return 0;  // that made it too long or too deep
  for (std::int64_t i = 0; i < 4; ++i) {
    JS_ASSERT(filter->matches(Row(i)) != negated->matches(Row(i)));
  }
  return 0;
}
