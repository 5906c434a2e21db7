// SPDX-License-Identifier: MIT
#include "stream/stream_map.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace jetstream::stream {

std::size_t StreamMap::home_of(StreamId id) const {
  // Multiplicative hashing by the golden ratio (Knuth 6.4). Which ids live at the same time is
  // bounded by MAX_STREAMS, so a peer can't pick enough of them that collide.
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
  return static_cast<std::size_t>(id.value() * kGolden >> 32) & (slots_.size() - 1);
}

Stream* StreamMap::find(StreamId id) const {
  if (slots_.empty()) return nullptr;
  for (std::size_t at = home_of(id); slots_[at]; at = next(at)) {
    if (slots_[at]->id == id) return slots_[at].get();
  }
  return nullptr;
}

Stream& StreamMap::insert(std::unique_ptr<Stream> stream) {
  constexpr std::size_t kSlotsMin = 4;
  if ((size_ + 1) * 2 > slots_.size()) {
    auto old = std::exchange(slots_, {});
    slots_.resize(std::max(kSlotsMin, old.size() * 2));
    for (auto& moved : old) {
      if (moved) place(std::move(moved));
    }
  }
  Stream& inserted = *stream;
  place(std::move(stream));
  ++size_;
  return inserted;
}

void StreamMap::place(std::unique_ptr<Stream> stream) {
  std::size_t at = home_of(stream->id);
  while (slots_[at]) at = next(at);
  slots_[at] = std::move(stream);
}

void StreamMap::erase(StreamId id) {
  std::size_t hole = home_of(id);
  while (slots_[hole] && slots_[hole]->id != id) hole = next(hole);
  JS_ASSERT(slots_[hole]);
  slots_[hole].reset();
  if (--size_ == 0) {
    std::vector<std::unique_ptr<Stream>>().swap(slots_);
    return;
  }
  // Whatever was pushed beyond the hole by a collision moves back, so that finding can stop at the
  // first empty slot (Knuth 6.4, algorithm R).
  for (std::size_t at = next(hole); slots_[at]; at = next(at)) {
    const std::size_t mask = slots_.size() - 1;
    const std::size_t home = home_of(slots_[at]->id);
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    slots_[hole] = std::move(slots_[at]);
    hole = at;
  }
}

}  // namespace jetstream::stream
