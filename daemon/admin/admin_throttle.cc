// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_throttle.h"

#include <utility>

namespace jetstream::daemon {
namespace {

constexpr base::TokenRate kRate{AdminThrottle::kPerSecond, std::chrono::seconds(1),
                                AdminThrottle::kAtOnce};
/// Buckets that are kept before the full ones are forgotten, which loses nothing.
constexpr std::size_t kUsersKept = 64;

}  // namespace

AdminThrottle::Verdict AdminThrottle::admit(uid_t user, Instant now) {
  if (users_.size() >= kUsersKept) forget_idle(now);
  User& known = users_.try_emplace(user, User{base::TokenBucket(kRate, now)}).first->second;
  if (known.bucket.check_and_consume(now, 1)) {
    known.refusing = false;
    return Verdict::kGo;
  }
  ++refused_;
  return std::exchange(known.refusing, true) ? Verdict::kRefused : Verdict::kFirstRefused;
}

void AdminThrottle::forget_idle(Instant now) {
  for (auto user = users_.begin(); user != users_.end();) {
    const bool full = user->second.bucket.available(now) >= kAtOnce;
    user = full ? users_.erase(user) : std::next(user);
  }
}

}  // namespace jetstream::daemon
