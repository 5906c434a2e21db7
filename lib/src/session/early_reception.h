// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/packet_keys.h"
#include "stream/stream_table.h"

namespace jetstream::session {

/// The server's side of early data: what has been taken, and which of the streams it opened the
/// application hears of before the client has finished the handshake. What the others say waits,
/// because it may be a recording.
class EarlyReception {
 public:
  /// `services` are those that take early data, which may become others; they outlive this.
  EarlyReception(crypto::PacketKeys keys, std::uint64_t bytes_max,
                 const std::vector<std::string>& services)
      : keys_(std::move(keys)), bytes_left_(bytes_max), services_(services) {}

  const crypto::PacketKeys& keys() const { return keys_; }
  /// That many bytes of plaintext more. False beyond what the ticket allows [RES-17].
  bool take(std::size_t bytes);

  /// The client has finished: nothing waits any longer.
  void release() { released_ = true; }
  bool released() const { return released_; }
  /// Whether there is an event of `streams` that the application may have now; it stays the next
  /// one until poll() gives it out.
  bool find_next(stream::StreamTable& streams);
  bool next_known() const { return next_.has_value(); }
  /// The next event of `streams` that the application may have now.
  std::optional<stream::StreamEvent> poll(stream::StreamTable& streams);
  /// Released, and everything that waited is told.
  bool over() const { return released_ && waiting_.empty() && !next_; }

 private:
  bool may_tell(const stream::StreamTable& streams, const stream::StreamEvent& event) const;

  crypto::PacketKeys keys_;
  std::uint64_t bytes_left_;
  const std::vector<std::string>& services_;
  std::vector<stream::StreamEvent> waiting_;
  std::optional<stream::StreamEvent> next_;
  bool released_ = false;
};

}  // namespace jetstream::session
