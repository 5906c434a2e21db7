// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <vector>

#include "jetstream/endpoint.h"

namespace jetstream::endpoint {

/// Small answers that belong to no session: Version Negotiation and refusals. A fixed number per
/// turn; when it is used up, further ones are simply not given, which strangers have to live with.
class ReplyQueue {
 public:
  static constexpr std::size_t kRepliesPerTurn = 32;
  static constexpr std::size_t kReplyBytesMax = 512;

  /// Room for one more answer to `path`, to be completed by commit(); empty if there is none.
  MutableBytes reserve(const Path& path);
  void commit(std::size_t size);
  bool pop(MutableBytes buffer, Train& train);

 private:
  struct Reply {
    Path path;
    std::array<std::uint8_t, kReplyBytesMax> bytes{};
    std::size_t size = 0;
  };
  std::vector<Reply> replies_{kRepliesPerTurn};
  std::size_t count_ = 0;
  std::size_t next_ = 0;
};

}  // namespace jetstream::endpoint
