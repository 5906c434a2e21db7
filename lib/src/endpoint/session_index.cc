// SPDX-License-Identifier: MIT
#include "endpoint/session_index.h"

#include "base/bytes.h"
#include "crypto/siphash.h"

namespace jetstream::endpoint {

SessionIndex::SessionIndex(SlotTable& slots, RandomSource& random) : slots_(slots) {
  random.fill_secret(key_);
}

/// With a secret key, because strangers choose their addresses.
std::uint32_t SessionIndex::hash_of(const PeerAddress& remote) const {
  std::array<std::uint8_t, 16 + 2 + 4> bytes{};
  base::ByteWriter writer(bytes);
  writer.write_bytes(remote.ip);
  writer.write_u16(remote.port);
  writer.write_u32(remote.scope);
  return static_cast<std::uint32_t>(crypto::siphash24(key_, bytes));
}

std::uint32_t SessionIndex::first_at(const PeerAddress& remote, std::uint32_t hash) const {
  return addresses_.find(
      hash, [&](std::uint32_t slot) { return slots_[slot].session->remote() == remote; });
}

void SessionIndex::add(std::uint32_t index) {
  ids_.put(slots_[index].session->id(), index);
  add_address(index);
}

void SessionIndex::add_address(std::uint32_t index) {
  Slot& slot = slots_[index];
  const std::uint32_t hash = hash_of(slot.session->remote());
  const std::uint32_t first = first_at(slot.session->remote(), hash);
  slot.at_address = {.hash = hash, .next = first, .listed = true};
  if (first == SlotIndex::kNone) return addresses_.insert(hash, index);
  slots_[first].at_address.previous = index;
  addresses_.replace(hash, first, index);
}

void SessionIndex::on_moved(std::uint32_t index) {
  if (!slots_[index].at_address.listed) return;
  remove_address(index);
  add_address(index);
}

void SessionIndex::remove_address(std::uint32_t index) {
  const Slot::AtAddress place = slots_[index].at_address;
  if (!place.listed) return;
  slots_[index].at_address = {};
  if (place.next != SlotIndex::kNone) slots_[place.next].at_address.previous = place.previous;
  if (place.previous != SlotIndex::kNone) {
    slots_[place.previous].at_address.next = place.next;
  } else if (place.next != SlotIndex::kNone) {
    addresses_.replace(place.hash, index, place.next);
  } else {
    addresses_.erase(place.hash, index);
  }
}

void SessionIndex::remove(std::uint32_t index) {
  remove_address(index);
  ids_.erase(slots_[index].session->id(), index);
}

std::optional<std::uint32_t> SessionIndex::find(const PeerAddress& remote) const {
  // Sessions that have just ended stay in the chain until that is told.
  for (std::uint32_t slot = first_at(remote, hash_of(remote)); slot != SlotIndex::kNone;
       slot = slots_[slot].at_address.next) {
    if (slots_[slot].session->state() == SessionState::kEstablished) return slot;
  }
  return std::nullopt;
}

}  // namespace jetstream::endpoint
