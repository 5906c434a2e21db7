// SPDX-License-Identifier: MIT
//
// Two applications with random minds, two tables, and a network that loses, reorders and
// duplicates: whatever was sent and not abandoned arrives, in order and unchanged, and nothing
// remains.
#include <catch2/catch.hpp>

#include "property/seeds.h"
#include "property/stream_application.h"
#include "property/stream_link.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

namespace {

StreamLimits random_limits(SeededRandom& random) {
  StreamLimits limits;
  limits.max_streams = random.between(1, 6);
  limits.max_stream_data = random.between(50, 5000);
  limits.max_data = random.between(50, 8000);
  limits.message_bytes_max = random.between(1, limits.max_stream_data);
  return limits;
}

Weather random_weather(SeededRandom& random) {
  if (random.chance(0.2)) return {};
  const auto upto = [&random](std::uint64_t percent) {
    return static_cast<double>(random.below(percent + 1)) / 100;
  };
  return {upto(30), upto(20), upto(20)};
}

void check_flows(const World& world) {
  for (const auto& [key, flow] : world.flows) {
    INFO("stream " << key.first.value() << " of the " << to_string(key.second));
    if (flow.abandoned) continue;
    REQUIRE(flow.got == flow.taken);
    REQUIRE(flow.end_seen);
    REQUIRE(flow.messages.empty());
    const Delivery delivery = world.options.at(key.first).delivery;
    if (delivery == Delivery::kUnordered) REQUIRE(flow.separate.empty());
  }
}

void run(std::uint64_t seed) {
  SeededRandom random(seed);
  const StreamLimits of_client = random_limits(random);
  const StreamLimits of_server = random_limits(random);
  const std::size_t send_buffer = random.between(100, 6000);
  StreamTable client(Role::kClient, of_client, of_server, send_buffer);
  StreamTable server(Role::kServer, of_server, of_client, send_buffer);
  const std::size_t packet_bytes = random.between(100, 2000);
  Link up(client, server, of_server, random_weather(random), packet_bytes, random);
  Link down(server, client, of_client, random_weather(random), packet_bytes, random);
  up.set_reverse(down);
  down.set_reverse(up);
  World world;
  Application at_client(Role::kClient, client, world, of_server.message_bytes_max, random);
  Application at_server(Role::kServer, server, world, of_client.message_bytes_max, random);

  const auto tick = [&] {
    world.now += std::chrono::microseconds(random.below(2000));
    for (StreamTable* table : {&client, &server}) {
      table->on_time(world.now, std::chrono::milliseconds(100));
    }
  };
  const auto turn = [&](Link& link) {
    if (random.chance(0.5)) link.send();
    if (random.chance(0.7)) link.arrive();
    if (random.chance(0.7)) link.report();
  };
  const std::uint64_t steps = random.between(50, 400);
  for (std::uint64_t step = 0; step < steps; ++step) {
    for (Application* application : {&at_client, &at_server}) {
      application->act();
      if (random.chance(0.5)) application->listen();
    }
    tick();
    turn(up);
    turn(down);
  }

  const auto is_over = [&] {
    return up.is_quiet() && down.is_quiet() && at_client.streams_left() == 0 &&
           at_server.streams_left() == 0;
  };
  constexpr int kPatience = 200000;
  int waited = 0;
  for (; waited < kPatience && !is_over(); ++waited) {
    for (Application* application : {&at_client, &at_server}) {
      application->listen();
      application->wind_up();
    }
    tick();
    turn(up);
    turn(down);
  }
  REQUIRE(waited < kPatience);
  at_client.listen();
  at_server.listen();

  check_flows(world);
  for (const StreamTable* table : {&client, &server}) {
    REQUIRE(table->open_count() == 0);
    REQUIRE(table->all_delivered());
    REQUIRE(table->buffered_bytes() == 0);
    REQUIRE_FALSE(table->has_event());
  }
}

}  // namespace

TEST_CASE("streams deliver everything through any weather") {
  jetstream::testing::for_each_seed(2000, run);
}
