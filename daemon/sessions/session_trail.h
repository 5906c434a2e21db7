// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "jetstream/control/session_messages.h"
#include "jetstream/event.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// What happens to a session, as it stands in its trail.
enum class TrailEvent : std::uint8_t {
  kOpened,
  kStreamOpened,   ///< With the stream's id, as the four that follow.
  kStreamRefused,  ///< Its service is unknown.
  kStreamReset,
  kStreamStopped,
  kStreamClosed,
  kMoved,    ///< It goes on at another address.
  kLimited,  ///< A rate limit held it back, which one.
  kClosed,
};
std::string_view to_string(TrailEvent event);  ///< "opened", "stream_opened", ...

/// The last few things that happened to one session, for whoever asks afterwards. Eight bytes each.
class Trail {
 public:
  static constexpr std::size_t kEntries = 8;

  Trail() = default;
  /// Of a session that began then.
  explicit Trail(Instant begun) : begun_(begun) {}

  void add(Instant now, TrailEvent event, std::uint64_t detail = 0);
  /// The oldest first.
  std::vector<control::TrailRow> rows() const;
  /// Those that had no room.
  std::uint64_t left_out() const { return count_ < kEntries ? 0 : count_ - kEntries; }

 private:
  std::array<std::uint64_t, kEntries> entries_{};
  Instant begun_;
  std::uint32_t count_ = 0;
};

/// The trails of the sessions of one endpoint, by their slots. In blocks, which go when no session
/// of theirs is left, so that nothing is moved however many there are.
class Trails {
 public:
  /// The session's own, which is empty after this call.
  Trail& begin(SessionHandle session, Instant begun);
  /// Null unless it has begun.
  Trail* find(SessionHandle session);
  /// Ends it; what it had.
  Trail take(SessionHandle session);
  std::size_t blocks() const { return in_use_; }

 private:
  static constexpr std::size_t kBlock = 64;
  struct Entry {
    Trail trail;
    std::uint32_t generation = 0;
    bool used = false;
  };
  struct Block {
    std::array<Entry, kBlock> entries;
    std::size_t used = 0;
  };
  Entry* entry(SessionHandle session);

  std::vector<std::unique_ptr<Block>> blocks_;
  std::size_t in_use_ = 0;
};

}  // namespace jetstream::daemon
