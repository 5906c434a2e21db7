// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "jetstream/types.h"
#include "stream/message_assembly.h"

namespace jetstream::stream {

/// Best-effort messages of a session of which only parts have come. What is missing may never
/// arrive, so this is bounded in number, in memory and in time, and the oldest has to go first.
class BestEffortParts {
 public:
  static constexpr std::size_t kPartialsMax = 16;
  static constexpr std::size_t kBytesMax = 256 * 1024;
  /// The largest best-effort message.
  static constexpr std::size_t kMessageBytesMax = 64 * 1024;
  /// A message dies after three probe timeouts, but not before this.
  static constexpr Duration kLifeMin = std::chrono::seconds(1);

  /// `gap_total` as in RecvBuffer.
  BestEffortParts(BlockPool& pool, std::uint32_t& gap_total) : pool_(&pool), gaps_(&gap_total) {}

  /// Takes a part; the message if that completes it, valid until the next call. Nothing if the part
  /// contradicts an earlier one.
  std::optional<Bytes> take(Instant now, const wire::MsgFrame& frame);
  /// Drops messages that began `life` ago or earlier.
  void expire(Instant now, Duration life);
  /// Drops those of one stream.
  void forget(StreamId stream);
  /// Whether parts of the same message are there.
  bool holds(const wire::MsgFrame& frame) const { return find(frame) != parts_.end(); }
  bool empty() const { return parts_.empty(); }
  /// When the oldest began; not to be called when empty.
  Instant oldest() const { return parts_.front()->began; }
  std::size_t size() const { return parts_.size(); }

 private:
  struct Part : PartialMessage {
    using PartialMessage::PartialMessage;
    StreamId stream;
    Instant began{};
  };

  using Parts = std::vector<std::unique_ptr<Part>>;
  Parts::const_iterator find(const wire::MsgFrame& frame) const;
  Part& begin(Instant now, const wire::MsgFrame& frame);

  BlockPool* pool_;
  std::uint32_t* gaps_;
  Parts parts_;  ///< Oldest first.
  std::unique_ptr<Part> completed_;
};

}  // namespace jetstream::stream
