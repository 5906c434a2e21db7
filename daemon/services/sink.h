// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/services/service.h"

namespace jetstream::daemon {

/// Reads everything and sends nothing; finishes when the client has.
class SinkHandler final : public StreamHandler {
 public:
  Pumped pump(const StreamRef& stream) override;
};

}  // namespace jetstream::daemon
