// SPDX-License-Identifier: MIT
//
// Framing::kMessages: in the stream's bytes every message is preceded by its length as a varint.
#pragma once

#include <optional>

#include "jetstream/result.h"
#include "stream/recv_buffer.h"

namespace jetstream::stream {

struct MessagePrefix {
  std::uint64_t message_size;
  std::size_t size;  ///< Of the prefix itself.
};

/// The prefix at `offset`; nullopt while it is not all there.
std::optional<MessagePrefix> peek_prefix(const RecvBuffer& buffer, std::uint64_t offset);

/// What a message takes at most in the bytes of a stream.
constexpr std::size_t framed_size(std::uint64_t message_size) {
  constexpr std::size_t kPrefixMax = 8;
  return kPrefixMax + static_cast<std::size_t>(message_size);
}

/// Puts a message behind what is there, with its prefix.
void append_message(RecvBuffer& buffer, Bytes message);

/// Judges the lengths that the peer declares, as soon as they arrive.
class MessageCheck {
 public:
  /// `end`: the final size of the stream, if known.
  Result<void, Violation> advance(const RecvBuffer& buffer, std::optional<std::uint64_t> end,
                                  std::uint64_t message_bytes_max);

 private:
  std::uint64_t next_prefix_ = 0;
};

}  // namespace jetstream::stream
