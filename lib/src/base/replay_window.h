// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace jetstream::base {

/// Which packet numbers have come already, so that none is processed twice. Remembers the newest
/// kHotBits numbers exactly; whatever lies below counts as seen. As long as the last kIdleBits
/// numbers tell the whole story, because everything below did come, they are all it holds; the
/// first gap that grows older makes it allocate the full window. Authenticate first: mark() of a
/// forged number would shut out real ones.
class ReplayWindow {
 public:
  static constexpr std::size_t kHotBits = 4096;
  static constexpr std::size_t kIdleBits = 128;

  ReplayWindow();

  bool seen(std::uint64_t number) const;
  /// The largest number that came; nullopt if none did.
  std::optional<std::uint64_t> largest() const {
    return next_ == 0 ? std::nullopt : std::optional(next_ - 1);
  }
  void mark(std::uint64_t number);

  /// Gives the allocated window back; gaps more than kIdleBits below the largest number then count
  /// as seen. For sessions that have gone quiet, whose stragglers are no longer under way.
  void shrink();
  /// Bytes held outside the object.
  std::size_t allocated_bytes() const { return hot_ ? kHotBits / 8 : 0; }

 private:
  static constexpr std::size_t kWordBits = 64;
  using HotWords = std::array<std::uint64_t, kHotBits / kWordBits>;

  std::span<std::uint64_t> words();
  std::span<const std::uint64_t> words() const;
  std::uint64_t bits() const { return words().size() * kWordBits; }
  bool bit(std::uint64_t number) const;
  void set_bit(std::uint64_t number);
  void grow();

  // Bit n % bits() stands for number n of next_ - bits() <= n < next_. Numbers "below 0" exist by
  // wrap-around and are set, which spares the start a special case.
  std::array<std::uint64_t, kIdleBits / kWordBits> idle_;
  std::unique_ptr<HotWords> hot_;
  std::uint64_t next_ = 0;
};

}  // namespace jetstream::base
