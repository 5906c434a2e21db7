// SPDX-License-Identifier: MIT
#include "daemon/services/sink.h"

namespace jetstream::daemon {

Pumped SinkHandler::pump(const StreamRef& stream) {
  auto& [endpoint, session, id] = stream;
  for (std::size_t round = 0; round < kRoundsPerPump; ++round) {
    const auto view = endpoint.read(session, id);
    if (!view || (view->data.empty() && !view->fin && !view->message_end)) return Pumped::kIdle;
    const bool last = view->fin;
    if (!endpoint.consume(session, id, view->data.size())) return Pumped::kIdle;
    if (last) {
      (void)endpoint.finish(session, id);
      return Pumped::kIdle;
    }
  }
  return Pumped::kMore;
}

}  // namespace jetstream::daemon
