// SPDX-License-Identifier: MIT
#include "ipc/connection_limits.h"

#include "base/assert.h"

namespace jetstream::ipc {

bool ConnectionLimits::admit(uid_t user) {
  if (count_ >= options_.connections_max) return false;
  if (user != 0 && user != own_user_) {
    if (count_ + options_.reserved >= options_.connections_max) return false;
    const auto mine = by_user_.find(user);
    if (mine != by_user_.end() && mine->second >= options_.per_user_max) return false;
  }
  ++count_;
  ++by_user_[user];
  return true;
}

void ConnectionLimits::release(uid_t user) {
  const auto mine = by_user_.find(user);
  JS_ASSERT(mine != by_user_.end());
  --count_;
  if (--mine->second == 0) by_user_.erase(mine);
}

}  // namespace jetstream::ipc
