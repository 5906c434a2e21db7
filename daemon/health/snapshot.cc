// SPDX-License-Identifier: MIT
#include "daemon/health/snapshot.h"

namespace jetstream::daemon {

EndpointStats Snapshot::total() const {
  EndpointStats total;
  for (const ListenerFigures& listener : listeners) total += listener.stats;
  return total;
}

std::uint64_t Snapshot::sessions() const {
  std::uint64_t sessions = 0;
  for (const ListenerFigures& listener : listeners) sessions += listener.sessions;
  return sessions;
}

}  // namespace jetstream::daemon
