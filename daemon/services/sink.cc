// SPDX-License-Identifier: MIT
#include "daemon/services/sink.h"

namespace jetstream::daemon {

void SinkHandler::pump(const StreamRef& stream) {
  auto& [endpoint, session, id] = stream;
  while (true) {
    const auto view = endpoint.read(session, id);
    if (!view || (view->data.empty() && !view->fin && !view->message_end)) return;
    const bool last = view->fin;
    if (!endpoint.consume(session, id, view->data.size())) return;
    if (last) {
      (void)endpoint.finish(session, id);
      return;
    }
  }
}

}  // namespace jetstream::daemon
