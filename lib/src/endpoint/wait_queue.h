// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <vector>

#include "jetstream/types.h"

namespace jetstream::endpoint {

/// What passes costs this much.
struct Cost {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;

  friend Cost operator+(Cost a, Cost b) { return {a.messages + b.messages, a.bytes + b.bytes}; }
};

/// Streams that wait for tokens, first come, first served. The first ones are called when there are
/// tokens for them; until a stream that was called has paid, it may come back while others wait.
class WaitQueue {
 public:
  bool empty() const { return waiting_count_ == 0; }
  /// Nobody has to go before this stream.
  bool may_pass(StreamId stream) const;
  /// Goes to the end, unless it waits already; true if it did not.
  bool wait(StreamId stream, Cost cost);
  /// What the first one waits for. Not on an empty queue.
  Cost first() const { return waiters_[next_].cost; }
  /// Calls the first one. Not on an empty queue.
  StreamId call_first();
  /// The stream has paid: if it was called, that is used up.
  void on_paid(StreamId stream);
  /// The stream is over and will never wait again.
  void forget(StreamId stream);
  void clear();

 private:
  struct Waiter {
    StreamId stream;
    Cost cost;
  };
  /// So that the first entry, if there is any, is one that waits.
  void skip_forgotten();
  bool waits(StreamId stream) const;

  // waiters_[next_...] in turn; those that called_ does not know have been forgotten.
  std::vector<Waiter> waiters_;
  std::size_t next_ = 0;
  std::size_t waiting_count_ = 0;
  std::map<StreamId, bool> called_;  ///< False: waits.
};

}  // namespace jetstream::endpoint
