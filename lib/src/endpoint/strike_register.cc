// SPDX-License-Identifier: MIT
#include "endpoint/strike_register.h"

#include "base/assert.h"
#include "crypto/siphash.h"

namespace jetstream::endpoint {
namespace {

/// The upper bits of an entry are the tag, the lower ones the generation: 24 bits of 10 s are five
/// years. Generation 0 is never used, so that an entry of zeros is free.
constexpr unsigned kGenerationBits = 24;
constexpr std::uint64_t kGenerationMask = (std::uint64_t{1} << kGenerationBits) - 1;

std::uint64_t generation_at(Instant now) {
  const auto count = now.time_since_epoch() / StrikeRegister::kGeneration;
  return 2 + static_cast<std::uint64_t>(count) % (kGenerationMask - 2);
}

/// Of this generation or the one before; or, with clocks of threads apart, the one after.
bool is_live(std::uint64_t word, std::uint64_t generation) {
  const std::uint64_t its = word & kGenerationMask;
  return its != 0 && its + 1 >= generation && its <= generation + 1;
}

bool is_same(std::uint64_t word, std::uint64_t other) {
  return word >> kGenerationBits == other >> kGenerationBits;
}

}  // namespace

StrikeRegister::StrikeRegister(RandomSource& random, std::size_t entries) : entries_(entries) {
  JS_ASSERT(entries >= kProbes && (entries & (entries - 1)) == 0);
  random.fill_secret(hash_key_);
}

std::atomic<StrikeRegister::Word>& StrikeRegister::entry(std::uint64_t hash, std::size_t probe) {
  return entries_[(hash + probe) & (entries_.size() - 1)];
}

ReplayStore::Verdict StrikeRegister::strike(Instant now, const Key& key) {
  const std::uint64_t hash = crypto::siphash24(hash_key_, key);
  const Word generation = generation_at(now);
  // The place in the table comes from the low bits.
  const Word word = (hash & ~kGenerationMask) | generation;
  while (true) {
    std::size_t free = kProbes;
    Word free_word = 0;
    for (std::size_t probe = 0; probe < kProbes; ++probe) {
      const Word found = entry(hash, probe).load();
      if (is_live(found, generation)) {
        if (is_same(found, word)) return Verdict::kSeen;
      } else if (free == kProbes) {
        free = probe;
        free_word = found;
      }
    }
    if (free == kProbes) return Verdict::kFull;
    if (!entry(hash, free).compare_exchange_strong(free_word, word)) continue;
    // Another thread may have taken the same key to another place, because it judged the entries
    // in a later generation. Both see that here, at least one of them, and none is let in twice.
    return has_twin(hash, word, generation, free) ? Verdict::kSeen : Verdict::kFresh;
  }
}

bool StrikeRegister::has_twin(std::uint64_t hash, Word word, Word generation, std::size_t own) {
  for (std::size_t probe = 0; probe < kProbes; ++probe) {
    const Word found = entry(hash, probe).load();
    if (probe != own && is_live(found, generation) && is_same(found, word)) return true;
  }
  return false;
}

}  // namespace jetstream::endpoint
