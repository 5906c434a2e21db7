// SPDX-License-Identifier: MIT
//
// Which stream ids exist: the n-th stream that the client opens is 2n - 1, the n-th of the server
// 2n. Each side opens its ids without leaving any out, and counts all streams from the beginning of
// the session against the other's MAX_STREAMS.
#pragma once

#include "base/interval_set.h"
#include "jetstream/types.h"

namespace jetstream::stream {

/// The last n whose ids fit 32 bits on both sides; MAX_STREAMS never exceeds it.
inline constexpr std::uint32_t kStreamsMax = (std::uint32_t{1} << 31) - 1;

constexpr Role opener_of(StreamId id) {
  return id.value() % 2 == 1 ? Role::kClient : Role::kServer;
}
/// n of the n-th stream of its side.
constexpr std::uint32_t sequence_of(StreamId id) { return id.value() / 2 + id.value() % 2; }
constexpr StreamId nth_stream(Role opener, std::uint32_t n) {
  return StreamId(opener == Role::kClient ? 2 * n - 1 : 2 * n);
}

/// The streams this side opens.
class OwnIds {
 public:
  explicit OwnIds(std::uint64_t limit) { raise(limit); }

  bool may_open() const { return opened_ < limit_; }  // [STR-3]
  /// n of the stream opened with this call; none is left out [STR-1].
  std::uint32_t open() { return ++opened_; }
  bool was_opened(std::uint32_t n) const { return n <= opened_; }
  /// False if that is no more than before.
  bool raise(std::uint64_t limit);

 private:
  std::uint32_t limit_ = 0;
  std::uint32_t opened_ = 0;
};

/// The streams the peer opens: at most `open_max` that have not closed yet, and which ones have.
class PeerIds {
 public:
  explicit PeerIds(std::uint64_t open_max);

  bool is_allowed(std::uint32_t n) const { return n <= announced_; }
  /// Closed ones are at most `open_max` + 1 runs, since all between them are open.
  bool was_closed(std::uint32_t n) const { return closed_.contains(n); }
  void on_named(std::uint32_t n);
  void on_closed(std::uint32_t n);

  /// The limit that could be announced now, whether that is worth a frame, and that it was done
  /// [FLOW-8]. It is when the peer would gain at least as many streams as it has left: rarely while
  /// there are many, at once when there are none, however many of the open ones stay for good.
  std::uint32_t limit() const { return limit_; }
  bool update_due() const;
  std::uint32_t announced() const { return announced_; }
  void announce() { announced_ = limit_; }

 private:
  std::uint32_t limit_;
  std::uint32_t announced_;
  std::uint32_t highest_named_ = 0;
  base::IntervalSet closed_;
};

}  // namespace jetstream::stream
