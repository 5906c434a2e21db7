// SPDX-License-Identifier: MIT
#include "daemon/access/ban_loads.h"

#include <iterator>
#include <utility>

namespace jetstream::daemon {

std::optional<std::uint64_t> BanLoads::begin(Instant now, std::uint32_t uid) {
  if (current_ && now - heard_at_ < kPauseMax) return std::nullopt;
  bans_.clear();
  current_ = ++last_;
  uid_ = uid;
  heard_at_ = now;
  return current_;
}

bool BanLoads::goes_on(Instant now, std::uint64_t load, std::uint32_t uid) {
  if (current_ != load || uid_ != uid) return false;
  heard_at_ = now;
  return true;
}

bool BanLoads::add(std::vector<Ban> bans) {
  if (bans_.size() + bans.size() > BanBook::kBansMax) {
    (void)take();
    return false;
  }
  std::move(bans.begin(), bans.end(), std::back_inserter(bans_));
  return true;
}

std::vector<Ban> BanLoads::take() {
  current_.reset();
  return std::exchange(bans_, {});
}

}  // namespace jetstream::daemon
