// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/config.h"
#include "stream/stream_table.h"
#include "wire/hello.h"

namespace jetstream::session {

/// What this side offers, as it stands in the hello.
wire::HelloParams to_params(const SessionConfig& config);

/// The stream limits inside a set of parameters.
stream::StreamLimits stream_limits(const wire::HelloParams& params);

/// The smaller of what both sides want [LIVE-2].
Duration effective_timeout(const SessionConfig& local, const wire::HelloParams& peer);

}  // namespace jetstream::session
