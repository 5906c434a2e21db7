// SPDX-License-Identifier: MIT
#include "endpoint/drop_rate.h"

namespace jetstream::endpoint {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);

bool exceeds(std::uint64_t dropped, std::uint64_t limit) {
  return limit > 0 && dropped > DropRate::kTooMuch * limit;
}

}  // namespace

bool DropRate::add(Instant now, Cost dropped, Cost limit) {
  if (second_ == Instant::min() || now - second_ >= 2 * kSecond) {
    // The first ever, or after a second without any.
    second_ = now;
    sum_ = {};
    seconds_ = 0;
  } else if (now - second_ >= kSecond) {
    const bool much = exceeds(sum_.messages, limit.messages) || exceeds(sum_.bytes, limit.bytes);
    seconds_ = much ? seconds_ + 1 : 0;
    second_ += kSecond;
    sum_ = {};
  }
  sum_ = sum_ + dropped;
  return seconds_ >= kSeconds;
}

}  // namespace jetstream::endpoint
