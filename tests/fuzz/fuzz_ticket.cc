// SPDX-License-Identifier: MIT
//
// Tickets that clients bring. The input is one of them as it stands; then a recipe for one that is
// minted, changed, and brought some hours later: one byte of hours, one of bytes cut off, one that
// counts changes, two for each of these (where, and what to flip), and the state inside. A server
// opens what it has minted, for a day at most, and nothing else. A state that it reads is one that
// it writes.
#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "endpoint/ticket_keys.h"
#include "support/seeded_random.h"
#include "wire/ticket_state.h"

using namespace jetstream;

namespace {

constexpr Instant kStart{std::chrono::hours(1000)};

/// FNV-1a. Each input has keys of its own, because a fuzzer sees tickets in comparisons and tries
/// them as inputs.
std::uint64_t hash(Bytes input) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const std::uint8_t byte : input) sum = (sum ^ byte) * 0x100000001b3;
  return sum;
}

void bring_recipe(endpoint::TicketKeyRing& keys, Bytes input) {
  base::ByteReader recipe(input);
  const auto hours = recipe.read_u8();
  const std::size_t cut = recipe.read_u8().value_or(0);
  const auto changes = recipe.read_bytes(2u * recipe.read_u8().value_or(0));
  if (!hours || !changes || recipe.empty()) return;

  const auto minted = keys.seal(kStart, recipe.rest());
  auto brought = minted;
  for (std::size_t i = 0; i < changes->size(); i += 2) {
    brought[(*changes)[i] % brought.size()] ^= (*changes)[i + 1];
  }
  brought.resize(brought.size() - std::min(cut, brought.size()));

  const auto state = keys.open(kStart + std::chrono::hours(*hours), brought);
  const bool good = brought == minted && std::chrono::hours(*hours) < 2 * keys.kRotateAfter;
  JS_ASSERT(state.has_value() == good);
  if (state) JS_ASSERT(std::equal(state->begin(), state->end(), recipe.rest().begin()));
}

void read_state(Bytes input) {
  const auto state = wire::parse_ticket_state(input);
  if (!state) return;
  std::vector<std::uint8_t> written(wire::kTicketStateSizeMax);
  written.resize(wire::write_ticket_state(written, *state));
  JS_ASSERT(std::equal(written.begin(), written.end(), input.begin(), input.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  testing::SeededRandom random(hash(input));
  endpoint::TicketKeyRing keys(random);
  JS_ASSERT(!keys.open(kStart, input));  // nothing has been minted yet
  bring_recipe(keys, input);
  read_state(input);
  return 0;
}
