// SPDX-License-Identifier: MIT
#include "endpoint/config_check.h"

#include "crypto/connection_id.h"

namespace jetstream::endpoint {
namespace {

using namespace std::chrono_literals;

auto invalid(std::string message) {
  return refuse(LocalCode::kInvalidArgument, std::move(message));
}

Result<> check_server(const ServerConfig& server) {
  if (server.sessions_max < 1 || server.sessions_max > 1048576) {
    return invalid("sessions_max is out of its range");
  }
  if (server.half_open_max < 2 || server.half_open_max > 65536) {
    return invalid("half_open_max is out of its range");
  }
  const ResumptionConfig& resumption = server.resumption;
  if (resumption.ticket_lifetime < 1s || resumption.ticket_lifetime > 24h) {
    return invalid("ticket_lifetime is out of its range");
  }
  if (resumption.early_data_max > 16 * 1024) return invalid("early_data_max is out of its range");
  if (server.handshake_rate_per_source > 1000000 || server.handshake_burst_per_source < 1 ||
      server.handshake_burst_per_source > 1000000) {
    return invalid("the rate of handshakes per source is out of its range");
  }
  if (server.sessions_max_per_source < 1 || server.sessions_max_per_source > 1048576) {
    return invalid("sessions_max_per_source is out of its range");
  }
  return {};
}

}  // namespace

Result<> check(const EndpointConfig& config) {
  if (auto valid = validate(config.session); !valid) return valid;
  if (auto valid = validate(config.limits); !valid) return valid;
  if (config.handshake_timeout < 1s || config.handshake_timeout > 60s) {
    return invalid("handshake_timeout is out of its range");
  }
  if (config.cleanup_interval < 100ms || config.cleanup_interval > 1h) {
    return invalid("cleanup_interval is out of its range");
  }
  if (config.memory_bytes_max <
      config.session.message_bytes_max * EndpointConfig::kMemoryMessagesMin) {
    return invalid("memory_bytes_max is less than 32 of the largest messages");
  }
  return config.server ? check_server(*config.server) : Result<>();
}

std::uint32_t slots_needed(const EndpointConfig& config) {
  if (!config.server) return crypto::ConnectionIdCodec::kSlotMax;
  return config.server->sessions_max + config.server->half_open_max;
}

}  // namespace jetstream::endpoint
