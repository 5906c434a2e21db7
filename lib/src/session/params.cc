// SPDX-License-Identifier: MIT
#include "session/params.h"

#include <algorithm>

#include "session/close.h"

namespace jetstream::session {

wire::HelloParams to_params(const SessionConfig& config) {
  wire::HelloParams params;
  params.datagram_bytes_max = config.datagram_bytes_max;
  params.heartbeat_interval_ms = in_milliseconds(config.heartbeat_interval);
  params.max_data = config.max_data;
  params.max_stream_data = config.max_stream_data;
  params.max_streams = config.max_streams;
  params.message_bytes_max = config.message_bytes_max;
  params.timeout_ms = in_milliseconds(config.timeout);
  return params;
}

stream::StreamLimits stream_limits(const wire::HelloParams& params) {
  return {.max_streams = params.max_streams,
          .max_data = params.max_data,
          .max_stream_data = params.max_stream_data,
          .message_bytes_max = params.message_bytes_max};
}

Duration effective_timeout(const SessionConfig& local, const wire::HelloParams& peer) {
  const Duration theirs = std::chrono::milliseconds(peer.timeout_ms);
  return std::min(local.timeout, theirs);
}

}  // namespace jetstream::session
