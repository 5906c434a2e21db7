// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <vector>

#include "jetstream/random.h"
#include "jetstream/ticket.h"

namespace jetstream::endpoint {

/// The tickets that have brought early data in the last 10 to 20 s, longer than a hello stays fresh
/// (docs/PROTOCOL.md, "Early data") [RES-14]. A fixed table without locks: an entry is one word, a
/// piece of the key's hash and the generation it came in. Entries of the generation before last are
/// free; others are never pushed out, so whoever fills the table only turns early data off.
/// Thread-safe.
class StrikeRegister final : public ReplayStore {
 public:
  /// A generation is as long as hellos stay fresh, 5 s on both sides of the expected moment. Two
  /// are remembered.
  static constexpr Duration kGeneration = std::chrono::seconds(10);
  /// Entries looked at for one key.
  static constexpr std::size_t kProbes = 16;
  /// 2 MiB: some 13 000 sessions with early data a second before any is refused for lack of room.
  static constexpr std::size_t kEntries = std::size_t{1} << 18;

  /// `entries` is a power of two.
  explicit StrikeRegister(RandomSource& random, std::size_t entries = kEntries);
  Verdict strike(Instant now, const Key& key) override;

 private:
  using Word = std::uint64_t;
  std::atomic<Word>& entry(std::uint64_t hash, std::size_t probe);
  bool has_twin(std::uint64_t hash, Word word, Word generation, std::size_t own);

  std::array<std::uint8_t, 16> hash_key_{};
  std::vector<std::atomic<Word>> entries_;
};

}  // namespace jetstream::endpoint
