// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace jetstream::endpoint {

/// A hash table of slot numbers, of 8 bytes an entry. What an entry stands for is kept elsewhere,
/// and the caller knows how to compare; here are only hashes, which have to be keyed if strangers
/// choose what is hashed. A hash may stand here once for each thing, so that nobody can fill the
/// neighbourhood of one. As large as four times what is in it at most.
class SlotIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return entries_.size(); }

  /// The slot with that hash for which same(slot) holds; kNone if there is none.
  template <class Same>
  std::uint32_t find(std::uint32_t hash, Same same) const {
    if (entries_.empty()) return kNone;
    for (std::size_t i = home(hash); entries_[i].slot != kNone; i = next(i)) {
      if (entries_[i].hash == hash && same(entries_[i].slot)) return entries_[i].slot;
    }
    return kNone;
  }
  void insert(std::uint32_t hash, std::uint32_t slot);
  /// Without effect if it is not there.
  void erase(std::uint32_t hash, std::uint32_t slot);
  /// Another slot stands for the same thing from now on; `before` is there.
  void replace(std::uint32_t hash, std::uint32_t before, std::uint32_t slot);

 private:
  static constexpr std::size_t kSmallest = 16;
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t slot = kNone;
  };

  std::size_t home(std::uint32_t hash) const { return hash & (entries_.size() - 1); }
  std::size_t next(std::size_t i) const { return (i + 1) & (entries_.size() - 1); }
  std::size_t position(std::uint32_t hash, std::uint32_t slot) const;
  void resize(std::size_t capacity);

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
};

}  // namespace jetstream::endpoint
