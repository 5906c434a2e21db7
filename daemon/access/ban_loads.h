// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "daemon/access/ban_book.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// A list of bans that comes in pieces, because a request can't hold a long one. One at a time: it
/// is nothing until it is complete, and forgotten if its sender does not go on. One thread.
class BanLoads {
 public:
  /// How long a sender may pause before another one may begin.
  static constexpr Duration kPauseMax = std::chrono::seconds(30);

  /// The number of the new load; nullopt while another one is under way.
  std::optional<std::uint64_t> begin(Instant now, std::uint32_t uid);
  /// False if there is no such load of this user.
  bool goes_on(Instant now, std::uint64_t load, std::uint32_t uid);
  /// After goes_on(). False if there are more than can be; the load is over then.
  bool add(std::vector<Ban> bans);
  std::size_t size() const { return bans_.size(); }
  /// Ends the load and hands out what has come.
  std::vector<Ban> take();

 private:
  std::uint64_t last_ = 0;
  std::optional<std::uint64_t> current_;
  std::uint32_t uid_ = 0;
  Instant heard_at_{};
  std::vector<Ban> bans_;
};

}  // namespace jetstream::daemon
