// SPDX-License-Identifier: MIT
#include "daemon/services/service.h"

#include "daemon/services/echo.h"
#include "daemon/services/sink.h"

namespace jetstream::daemon {

std::unique_ptr<StreamHandler> make_handler(ServiceType type, Framing framing) {
  if (type == ServiceType::kSink) return std::make_unique<SinkHandler>();
  if (framing == Framing::kMessages) return std::make_unique<EchoMessagesHandler>();
  return std::make_unique<EchoBytesHandler>();
}

}  // namespace jetstream::daemon
