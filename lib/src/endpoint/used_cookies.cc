// SPDX-License-Identifier: MIT
#include "endpoint/used_cookies.h"

#include <algorithm>

#include "base/bytes.h"

namespace jetstream::endpoint {

bool UsedCookies::holds(const Generation& generation, std::size_t place, const Mac& mac) {
  for (std::size_t i = 0; i < kProbes; ++i) {
    if (generation[(place + i) % kEntries] == mac) return true;
  }
  return false;
}

void UsedCookies::turn(Instant now) {
  if (now < turn_at_) return;
  std::swap(current_, old_);
  std::fill(current_.begin(), current_.end(), Mac{});
  if (now >= turn_at_ + kGeneration) std::fill(old_.begin(), old_.end(), Mac{});
  turn_at_ = now + kGeneration;
}

bool UsedCookies::insert(Instant now, Bytes bytes) {
  turn(now);
  Mac mac{};
  base::ByteWriter(mac).write_bytes(bytes);
  const auto place = static_cast<std::size_t>(*base::ByteReader(mac).read_u64() % kEntries);
  if (holds(current_, place, mac) || holds(old_, place, mac)) return false;
  for (std::size_t i = 0; i < kProbes; ++i) {
    Mac& entry = current_[(place + i) % kEntries];
    if (entry != Mac{}) continue;
    entry = mac;
    break;
  }
  return true;
}

}  // namespace jetstream::endpoint
