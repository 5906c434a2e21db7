// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "stream/stream.h"

namespace jetstream::stream {

/// The streams of a session by id: a hash table with linear probing, at most half full, that holds
/// no memory while it is empty.
class StreamMap {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Null if there is none.
  Stream* find(StreamId id) const;
  /// There must be none with its id.
  Stream& insert(std::unique_ptr<Stream> stream);
  /// There must be one. Every link of it must have been taken out of its queue.
  void erase(StreamId id);

  template <class F>
  void for_each(F&& visit) const {
    for (const auto& slot : slots_) {
      if (slot) visit(*slot);
    }
  }

 private:
  std::size_t home_of(StreamId id) const;
  std::size_t next(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }
  void place(std::unique_ptr<Stream> stream);

  std::vector<std::unique_ptr<Stream>> slots_;  ///< A power of two, or none.
  std::size_t size_ = 0;
};

}  // namespace jetstream::stream
