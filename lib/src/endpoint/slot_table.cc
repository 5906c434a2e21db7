// SPDX-License-Identifier: MIT
#include "endpoint/slot_table.h"

#include <algorithm>

namespace jetstream::endpoint {
namespace {

std::array<std::uint8_t, 16> fresh_key(RandomSource& random) {
  std::array<std::uint8_t, 16> key{};
  random.fill_secret(key);
  return key;
}

}  // namespace

SlotTable::SlotTable(std::uint8_t worker, std::uint32_t slots_max, RandomSource& random)
    : codec_(fresh_key(random)), random_(random), worker_(worker) {
  set_slots_max(slots_max);
}

void SlotTable::set_slots_max(std::uint32_t slots_max) {
  slots_max_ = std::min(slots_max, crypto::ConnectionIdCodec::kSlotMax + 1);
}

std::optional<std::uint32_t> SlotTable::allocate(Slot::Kind kind) {
  std::uint32_t index = first_free_;
  if (index != UINT32_MAX) {
    first_free_ = slots_[index].link;
  } else {
    if (slots_.size() >= slots_max_) return std::nullopt;
    index = size();
    slots_.emplace_back();
  }
  Slot& slot = slots_[index];
  slot.kind = kind;
  slot.generation = slot.id_generations[0] = fresh_generation(slot);
  slot.ids = 1;
  slot.link = UINT32_MAX;
  ++in_use_;
  return index;
}

/// The low byte counts, which keeps the last 256 ids of the slot apart; the rest can't be guessed.
std::uint32_t SlotTable::fresh_generation(Slot& slot) {
  std::array<std::uint8_t, 3> fresh{};
  random_.fill_public(fresh);
  slot.newest_generation = std::uint32_t{fresh[0]} << 24 | std::uint32_t{fresh[1]} << 16 |
                           std::uint32_t{fresh[2]} << 8 | ((slot.newest_generation + 1) & 0xff);
  return slot.newest_generation;
}

void SlotTable::release(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.kind = Slot::Kind::kFree;
  slot.session.reset();
  slot.connecting.reset();
  slot.limits.reset();
  slot.refusal_event.reset();
  slot.link = first_free_;
  first_free_ = index;
  --in_use_;
}

ConnectionId SlotTable::id_of(std::uint32_t index) const {
  return codec_.make(worker_, slots_[index].generation, index);
}

ConnectionId SlotTable::add_id(std::uint32_t index) {
  Slot& slot = slots_[index];
  JS_ASSERT(slot.ids < slot.id_generations.size());
  const std::uint32_t generation = fresh_generation(slot);
  slot.id_generations[slot.ids++] = generation;
  return codec_.make(worker_, generation, index);
}

void SlotTable::retire_id(std::uint32_t index, const ConnectionId& id) {
  Slot& slot = slots_[index];
  const auto good = std::span(slot.id_generations).first(slot.ids);
  const auto rest = std::ranges::remove(good, codec_.parse(id).generation);
  slot.ids = static_cast<std::uint8_t>(slot.ids - rest.size());
}

std::optional<std::uint32_t> SlotTable::find(const ConnectionId& id) const {
  const auto parts = codec_.parse(id);
  if (parts.worker != worker_ || parts.slot >= slots_.size()) return std::nullopt;
  const Slot& slot = slots_[parts.slot];
  const auto good = std::span(slot.id_generations).first(slot.ids);
  if (slot.kind == Slot::Kind::kFree || std::ranges::find(good, parts.generation) == good.end()) {
    return std::nullopt;
  }
  return parts.slot;
}

std::optional<std::uint32_t> SlotTable::find(SessionHandle handle) const {
  if (!in_use_by(handle.slot, handle.generation)) return std::nullopt;
  return handle.slot;
}

bool SlotTable::in_use_by(std::uint32_t index, std::uint32_t generation) const {
  if (index >= slots_.size()) return false;
  const Slot& slot = slots_[index];
  return slot.kind != Slot::Kind::kFree && slot.generation == generation;
}

}  // namespace jetstream::endpoint
