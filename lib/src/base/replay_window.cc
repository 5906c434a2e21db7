// SPDX-License-Identifier: MIT
#include "base/replay_window.h"

#include <algorithm>

namespace jetstream::base {
namespace {

constexpr std::uint64_t kWordBits = 64;
constexpr std::uint64_t kAllOnes = ~std::uint64_t{0};

/// Calls visit(word, mask) for the words that hold the bits of numbers from..from+count-1, lowest
/// number first.
template <class Word, class Visit>
void visit_words(std::span<Word> words, std::uint64_t from, std::uint64_t count, Visit visit) {
  while (count > 0) {
    std::uint64_t offset = from % kWordBits;
    std::uint64_t here = std::min(count, kWordBits - offset);
    std::uint64_t mask = (here == kWordBits ? kAllOnes : (std::uint64_t{1} << here) - 1) << offset;
    visit(words[from / kWordBits % words.size()], mask);
    from += here;
    count -= here;
  }
}

/// Carries the bits of the kIdleBits numbers below `next` over to a window of another size.
void copy_newest(std::uint64_t next, std::span<const std::uint64_t> from,
                 std::span<std::uint64_t> to) {
  for (std::uint64_t number = next - ReplayWindow::kIdleBits; number != next; ++number) {
    std::uint64_t mask = std::uint64_t{1} << number % kWordBits;
    std::uint64_t& word = to[number / kWordBits % to.size()];
    bool set = (from[number / kWordBits % from.size()] & mask) != 0;
    word = set ? word | mask : word & ~mask;
  }
}

}  // namespace

ReplayWindow::ReplayWindow() { idle_.fill(kAllOnes); }

bool ReplayWindow::seen(std::uint64_t number) const {
  if (number >= next_) return false;
  return next_ - number > bits() || bit(number);
}

void ReplayWindow::mark(std::uint64_t number) {
  if (number < next_) {
    if (next_ - number <= bits()) set_bit(number);
    return;
  }
  std::uint64_t advance = number + 1 - next_;
  if (!hot_) {
    bool gap_leaves = advance > kIdleBits;
    visit_words(words(), next_ - kIdleBits, std::min<std::uint64_t>(advance, kIdleBits),
                [&](std::uint64_t word, std::uint64_t mask) { gap_leaves |= (~word & mask) != 0; });
    if (gap_leaves) grow();
  }
  visit_words(words(), next_, std::min(advance, bits()),
              [](std::uint64_t& word, std::uint64_t mask) { word &= ~mask; });
  next_ = number + 1;
  set_bit(number);
}

void ReplayWindow::shrink() {
  if (!hot_) return;
  copy_newest(next_, *hot_, idle_);
  hot_.reset();
}

std::span<std::uint64_t> ReplayWindow::words() {
  return hot_ ? std::span<std::uint64_t>(*hot_) : std::span<std::uint64_t>(idle_);
}

std::span<const std::uint64_t> ReplayWindow::words() const {
  return hot_ ? std::span<const std::uint64_t>(*hot_) : std::span<const std::uint64_t>(idle_);
}

bool ReplayWindow::bit(std::uint64_t number) const {
  std::span<const std::uint64_t> all = words();
  return (all[number / kWordBits % all.size()] >> number % kWordBits & 1) != 0;
}

void ReplayWindow::set_bit(std::uint64_t number) {
  std::span<std::uint64_t> all = words();
  all[number / kWordBits % all.size()] |= std::uint64_t{1} << number % kWordBits;
}

void ReplayWindow::grow() {
  auto hot = std::make_unique<HotWords>();
  hot->fill(kAllOnes);
  copy_newest(next_, idle_, *hot);
  hot_ = std::move(hot);
}

}  // namespace jetstream::base
