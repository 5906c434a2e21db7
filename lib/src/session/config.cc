// SPDX-License-Identifier: MIT
#include "jetstream/config.h"

#include <string>

namespace jetstream {
namespace {

using namespace std::chrono_literals;

template <class T>
Result<> in_range(std::string_view field, const T& value, const T& least, const T& most) {
  if (value >= least && value <= most) return {};
  return refuse(LocalCode::kInvalidArgument, std::string(field) + " is out of its range");
}

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;

}  // namespace

Result<> validate(const SessionConfig& config) {
  const Result<> checks[] = {
      in_range<Duration>("timeout", config.timeout, 1s, 10min),
      in_range<Duration>("heartbeat_interval", config.heartbeat_interval, 100ms, 10min),
      in_range("heartbeat_timeout_count", config.heartbeat_timeout_count, 0u, 100u),
      in_range("max_streams", config.max_streams, 1u, 65535u),
      in_range("max_data", config.max_data, 64 * kKiB, 64 * kMiB),
      in_range("max_stream_data", config.max_stream_data, 16 * kKiB, 16 * kMiB),
      in_range("message_bytes_max", config.message_bytes_max, kKiB, 16 * kMiB),
      in_range("datagram_bytes_max", config.datagram_bytes_max, 1200u, 65507u),
      in_range<std::size_t>("send_buffer_bytes_max", config.send_buffer_bytes_max, 64 * kKiB,
                            64 * kMiB),
      in_range("key_update.packets", config.key_update.packets, std::uint64_t{16},
               std::uint64_t{1} << 22),
      in_range("key_update.bytes", config.key_update.bytes, 64 * kKiB, std::uint64_t{1} << 40),
      in_range<Duration>("key_update.age", config.key_update.age, 1s, 24h),
  };
  for (const Result<>& check : checks) {
    if (!check) return check;
  }
  if (config.message_bytes_max > config.max_stream_data) {
    return refuse(LocalCode::kInvalidArgument, "message_bytes_max is larger than max_stream_data");
  }
  return {};
}

Result<> validate(const RateLimits& limits) {
  Result<> messages =
      in_range<std::uint64_t>("messages_per_second", limits.messages_per_second, 0, 1'000'000'000);
  if (!messages) return messages;
  return in_range<std::uint64_t>("bytes_per_second", limits.bytes_per_second, 0, 16384 * kMiB);
}

}  // namespace jetstream
