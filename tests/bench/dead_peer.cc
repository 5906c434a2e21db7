// SPDX-License-Identifier: MIT
//
// How long a client takes to find that its server has vanished, beside what is configured: that is
// heartbeat_interval * (heartbeat_timeout_count + 1) from the last sign of life [LIVE-5]. On
// virtual time, for several intervals and counts, the server vanishing at twenty moments that are
// spread over an interval. One line for each. The exit code is 1 if one is found early, or late by
// more than a tick of the timer wheel for every heartbeat.
#include <cstdio>
#include <optional>

#include "base/assert.h"
#include "base/timer_wheel.h"
#include "support/world.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr int kDeaths = 20;

struct Found {
  Duration after_last_sign;
  Duration after_death;
};

/// The server vanishes `offset` after the first heartbeats have gone to and fro.
Found vanish(Duration interval, std::uint32_t count, Duration offset) {
  World world(1);
  EndpointConfig config;
  config.session.heartbeat_interval = interval;
  config.session.heartbeat_timeout_count = count;
  config.session.timeout = 600s;  // which is not what is measured
  EndpointConfig server_config;
  server_config.session.timeout = 600s;
  server_config.session.heartbeat_enabled = false;
  Node& server = world.add_server(server_config);
  Node& client = world.add_client(config);
  const SessionHandle session = world.connect(client, server);
  const bool alive = world.run_until(
      [&] {
        const auto info = client.endpoint->info(session);
        return info && info->heartbeats_answered >= 2;
      },
      600s);
  JS_ASSERT(alive);
  world.run_for(offset);
  world.network.link.loss = 1;
  world.run_for(world.network.link.delay);  // what was under way still arrives
  const Instant death = world.now();
  const Instant last_sign = client.endpoint->info(session)->last_activity;
  std::optional<Instant> found_at;
  client.on_event = [&](const Event& event) {
    if (event.kind == EventKind::kClosed) found_at = world.now();
  };
  JS_ASSERT(world.run_until([&] { return found_at.has_value(); }, 600s));
  JS_ASSERT(client.endpoint->close_info(session)->code == TransportCode::kHeartbeatTimeout);
  return {*found_at - last_sign, *found_at - death};
}

double in_ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

bool measure(Duration interval, std::uint32_t count) {
  const Duration expected = interval * (count + 1);
  Duration earliest = Duration::max();
  Duration latest{};
  Duration latest_after_death{};
  for (int i = 0; i < kDeaths; ++i) {
    const Found found = vanish(interval, count, interval * i / kDeaths);
    earliest = std::min(earliest, found.after_last_sign);
    latest = std::max(latest, found.after_last_sign);
    latest_after_death = std::max(latest_after_death, found.after_death);
  }
  std::printf(
      "interval_ms %.0f count %u expected_ms %.0f earliest_ms %.3f latest_ms %.3f "
      "after_death_ms %.3f\n",
      in_ms(interval), count, in_ms(expected), in_ms(earliest), in_ms(latest),
      in_ms(latest_after_death));
  return earliest >= expected && latest <= expected + base::TimerWheel::kTick * (count + 2);
}

}  // namespace

int main() {
  bool good = true;
  for (const Duration interval : {Duration(100ms), Duration(1s), Duration(5s), Duration(60s)}) {
    for (const std::uint32_t count : {1u, 3u, 5u}) good = measure(interval, count) && good;
  }
  return good ? 0 : 1;
}
