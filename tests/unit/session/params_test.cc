// SPDX-License-Identifier: MIT
#include "session/params.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::session;
using namespace std::chrono_literals;

TEST_CASE("the timeout is the smaller of both [LIVE-2]") {
  SessionConfig config;
  config.timeout = 30s;
  wire::HelloParams peer;
  for (const std::uint64_t theirs : {1000u, 29999u, 30000u, 30001u, 600000u}) {
    peer.timeout_ms = theirs;
    CHECK(effective_timeout(config, peer) == std::min<Duration>(30s, theirs * 1ms));
  }
}

TEST_CASE("the hello says what is configured") {
  SessionConfig config;
  config.timeout = 1234ms;
  config.heartbeat_interval = 2345ms;
  config.max_streams = 3;
  config.max_data = 65536;
  config.max_stream_data = 16384;
  config.message_bytes_max = 1024;
  config.datagram_bytes_max = 1200;
  REQUIRE(validate(config));
  const wire::HelloParams params = to_params(config);
  CHECK(wire::in_range(params));
  CHECK(params == wire::HelloParams{.datagram_bytes_max = 1200,
                                    .heartbeat_interval_ms = 2345,
                                    .max_data = 65536,
                                    .max_stream_data = 16384,
                                    .max_streams = 3,
                                    .message_bytes_max = 1024,
                                    .timeout_ms = 1234});
  const stream::StreamLimits limits = stream_limits(params);
  CHECK(limits.max_streams == 3);
  CHECK(limits.max_data == 65536);
  CHECK(limits.max_stream_data == 16384);
  CHECK(limits.message_bytes_max == 1024);
}

TEST_CASE("a configuration is valid exactly within its ranges") {
  const auto valid = [](auto field, auto value) {
    SessionConfig config;
    config.max_stream_data = 16 << 20;
    config.*field = value;
    return validate(config).has_value();
  };
  const auto range = [&](auto field, auto least, auto most, auto step) {
    CHECK(valid(field, least));
    CHECK(valid(field, most));
    CHECK_FALSE(valid(field, least - step));
    CHECK_FALSE(valid(field, most + step));
  };
  range(&SessionConfig::timeout, Duration(1s), Duration(10min), 1ns);
  range(&SessionConfig::heartbeat_interval, Duration(100ms), Duration(10min), 1ns);
  range(&SessionConfig::max_streams, 1u, 65535u, 1u);
  range(&SessionConfig::max_data, std::uint64_t{64 << 10}, std::uint64_t{64 << 20}, 1u);
  range(&SessionConfig::message_bytes_max, std::uint64_t{1 << 10}, std::uint64_t{16 << 20}, 1u);
  range(&SessionConfig::datagram_bytes_max, 1200u, 65507u, 1u);
  range(&SessionConfig::send_buffer_bytes_max, std::size_t{64 << 10}, std::size_t{64 << 20}, 1u);
  CHECK(valid(&SessionConfig::heartbeat_timeout_count, 0u));
  CHECK(valid(&SessionConfig::heartbeat_timeout_count, 100u));
  CHECK_FALSE(valid(&SessionConfig::heartbeat_timeout_count, 101u));

  SessionConfig config;
  config.max_stream_data = 16384;
  config.message_bytes_max = 16384;
  CHECK(validate(config));
  config.message_bytes_max = 16385;
  CHECK_FALSE(validate(config));
  config.max_stream_data = 16383;
  config.message_bytes_max = 1024;
  CHECK_FALSE(validate(config));
}
