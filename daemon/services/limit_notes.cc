// SPDX-License-Identifier: MIT
#include "daemon/services/limit_notes.h"

namespace jetstream::daemon {

std::optional<std::uint64_t> LimitNotes::take(Instant now, std::uint64_t session,
                                              std::uint64_t times) {
  const auto found = sessions_.find(session);
  const Told before = found == sessions_.end() ? Told{} : found->second;
  if (times <= before.times || now < before.next_at || !lines_.check_and_consume(now, 1)) {
    return std::nullopt;
  }
  sessions_[session] = {.next_at = now + kInterval, .times = times};
  return times - before.times - 1;
}

}  // namespace jetstream::daemon
