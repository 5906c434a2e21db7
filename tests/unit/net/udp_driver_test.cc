// SPDX-License-Identifier: MIT
#include "jetstream/udp_driver.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <thread>

#include "unit/net/fake_endpoint.h"
#include "unit/net/run_until.h"
#include "unit/net/sockets.h"
#include "unit/net/system_calls.h"

using namespace jetstream;
using namespace jetstream::test;

namespace {

/// A driver over a fake endpoint, and a plain socket as its peer.
struct Bench {
  asio::io_context io{1};
  FakeEndpoint* endpoint = nullptr;
  std::unique_ptr<UdpDriver> driver;
  net::UdpSocket peer = open_socket("127.0.0.1:0");
  int turns = 0;

  explicit Bench(const UdpOptions& options = bound_to("127.0.0.1:0")) {
    auto fake = std::make_unique<FakeEndpoint>();
    endpoint = fake.get();
    driver = std::move(UdpDriver::create(io, options, std::move(fake)).value());
    driver->on_turn([this](Instant) {
      ++turns;
      endpoint->order += 'a';
    });
  }

  void send(Bytes bytes, std::size_t segment_bytes) {
    std::array trains = {Train{
        .path = {driver->local_address(), {}}, .bytes = bytes, .segment_bytes = segment_bytes}};
    REQUIRE(peer.send(trains) == 1);
  }
  void queue(std::vector<std::uint8_t> bytes, std::size_t segment_bytes) {
    endpoint->outgoing.push_back({{peer.local_address(), {}}, std::move(bytes), segment_bytes});
  }
  bool until(const std::function<bool()>& done) { return run_until(io, done); }
};

}  // namespace

TEST_CASE("A turn reads, flushes once, asks the application, and sends") {
  Bench bench;
  bench.queue(pattern(10), 10);
  bench.send(pattern(3 * 1000 + 5), 1000);
  bench.driver->on_turn([&](Instant) {
    bench.endpoint->order += 'a';
    if (!bench.endpoint->handled.empty()) bench.queue(pattern(20), 20);
  });
  bench.driver->start();
  REQUIRE(bench.until(
      [&] { return bench.endpoint->order.ends_with("p") && bench.endpoint->handled.size() == 4; }));
  CHECK(bench.endpoint->order.find("hhhhfap") != std::string::npos);
  CHECK(bench.endpoint->handled[0].size() == 1000);
  CHECK(bench.endpoint->handled[3].size() == 5);
  CHECK(bench.endpoint->paths[0].remote == bench.peer.local_address());
  CHECK(bench.endpoint->paths[0].local == bench.driver->local_address());
  CHECK(drain(bench.peer, 2).datagrams.size() == 2);
  CHECK(bench.driver->stats().datagrams_received == 4);
  CHECK(bench.driver->stats().messages_received == 1);
  CHECK_FALSE(bench.endpoint->time_went_back);
}

TEST_CASE("A turn takes a limited number of messages") {
  Bench bench;
  const auto bytes = pattern(10);
  for (int i = 0; i < 40; ++i) bench.send(bytes, 10);
  bench.driver->start();
  REQUIRE(bench.until([&] { return bench.endpoint->handled.size() == 40; }));
  const std::string first = bench.endpoint->order.substr(bench.endpoint->order.find('h'));
  CHECK(first.find('f') == 32);
  CHECK(first.starts_with(std::string(32, 'h') + "fa"));
}

TEST_CASE("Passed deadlines act, and not before") {
  Bench bench;
  bench.driver->start();
  const Instant due = bench.driver->now() + std::chrono::milliseconds(30);
  bench.endpoint->deadline = due;
  REQUIRE(bench.until([&] { return !bench.endpoint->timeouts.empty(); }));
  CHECK(bench.endpoint->timeouts.size() == 1);
  CHECK(bench.endpoint->timeouts[0] >= due);
}

TEST_CASE("The timer moves to an earlier deadline and survives a later one") {
  Bench bench;
  bench.driver->start();
  const Instant start = bench.driver->now();
  bench.endpoint->deadline = start + std::chrono::hours(1);
  REQUIRE(bench.until([&] { return bench.turns == 1; }));

  bench.endpoint->deadline = start + std::chrono::milliseconds(20);
  bench.driver->wake();
  REQUIRE(bench.until([&] { return bench.turns == 2; }));
  const Instant later = start + std::chrono::milliseconds(60);
  bench.endpoint->deadline = later;
  REQUIRE(bench.until([&] { return !bench.endpoint->timeouts.empty(); }));
  CHECK(bench.endpoint->timeouts[0] >= later);
}

TEST_CASE("Many wakes make one turn") {
  Bench bench;
  bench.driver->start();
  for (int i = 0; i < 10; ++i) bench.driver->wake();
  bench.io.poll();
  CHECK(bench.turns == 1);
  bench.driver->wake();
  bench.io.restart();
  bench.io.poll();
  CHECK(bench.turns == 2);
}

TEST_CASE("A wake inside the turn handler makes one more turn") {
  Bench bench;
  bench.driver->on_turn([&](Instant) {
    if (++bench.turns < 3) bench.driver->wake();
  });
  bench.driver->start();
  bench.io.poll();
  CHECK(bench.turns == 3);
}

TEST_CASE("While the socket is full nothing more is taken from the endpoint") {
  Bench bench;
  bench.driver->start();
  bench.io.poll();
  for (int i = 0; i < 5; ++i) bench.queue(pattern(60000), 1200);
  {
    // The first batch holds two trains; the first of them does not fit.
    FailingSends full({EAGAIN});
    bench.driver->flush_sends();
    CHECK(full.used_up());
  }
  CHECK(bench.endpoint->outgoing.size() == 3);
  bench.driver->flush_sends();
  CHECK(bench.endpoint->outgoing.size() == 3);
  REQUIRE(bench.until([&] { return bench.endpoint->outgoing.empty(); }));
  CHECK(drain(bench.peer, 250).datagrams.size() == 250);
  CHECK(bench.driver->stats().sends_blocked == 1);
}

TEST_CASE("Many small trains of one turn leave in few system calls") {
  Bench bench;
  for (int i = 0; i < 100; ++i) bench.queue(pattern(50), 50);
  send_calls() = {};
  bench.driver->start();
  REQUIRE(bench.until([&] { return bench.endpoint->outgoing.empty(); }));
  CHECK(send_calls().sendmmsg == 2);
  CHECK(send_calls().sendmsg == 0);
  CHECK(drain(bench.peer, 100).datagrams.size() == 100);
}

TEST_CASE("Datagrams of another worker's ids are forwarded, not handled") {
  Bench bench;
  std::vector<std::uint8_t> workers;
  bench.driver->set_workers(1, 3, [&](std::uint8_t worker, const Path& path, Bytes datagram) {
    workers.push_back(worker);
    CHECK(path.remote == bench.peer.local_address());
    CHECK(datagram.size() == 40);
  });
  auto packet = pattern(40);
  // A short packet and a Handshake packet for each of four workers, and an Initial.
  for (const std::uint8_t flags : {std::uint8_t{0x40}, std::uint8_t{0xe0}}) {
    for (std::uint8_t worker = 0; worker < 4; ++worker) {
      packet[0] = flags;
      packet[1] = worker;
      bench.send(packet, 40);
    }
  }
  packet[0] = 0xc0;
  bench.send(packet, 40);
  bench.driver->start();
  REQUIRE(bench.until([&] { return bench.endpoint->handled.size() + workers.size() == 9; }));
  CHECK(workers == std::vector<std::uint8_t>{0, 2, 0, 2});
  // Its own, those of the worker that does not exist, and the hello.
  CHECK(bench.endpoint->handled.size() == 5);
  CHECK(bench.driver->stats().datagrams_forwarded == 4);
}

TEST_CASE("A delivered datagram is handled at once and flushed in the next turn") {
  Bench bench;
  bench.driver->start();
  bench.io.poll();
  bench.endpoint->order.clear();
  auto bytes = pattern(40);
  bench.driver->deliver({bench.peer.local_address(), {}}, bytes);
  bench.io.restart();
  bench.io.poll();
  CHECK(bench.endpoint->order == "hfa");
  CHECK(bench.endpoint->handled[0] == bytes);
}

TEST_CASE("Another thread can have something done, as long as the driver lives") {
  Bench bench;
  bench.driver->start();
  bench.io.poll();
  bool ran = false;
  const auto here = std::this_thread::get_id();
  std::thread([&] {
    bench.driver->post([&] { ran = std::this_thread::get_id() == here; });
  }).join();
  bench.io.restart();
  bench.io.poll();
  CHECK(ran);
  CHECK(bench.turns == 2);

  ran = false;
  bench.driver->post([&] { ran = true; });
  bench.driver.reset();
  bench.io.restart();
  bench.io.poll();
  CHECK_FALSE(ran);
}

TEST_CASE("A driver goes with everything under way") {
  Bench bench;
  bench.driver->start();
  bench.endpoint->deadline = bench.driver->now() + std::chrono::hours(1);
  bench.io.poll();
  bench.driver->wake();
  bench.send(pattern(10), 10);
  bench.driver.reset();
  bench.io.restart();
  // Nothing is left to wait for, so this returns.
  CHECK(run_until(bench.io, [&] { return bench.io.stopped(); }));
  CHECK(bench.turns == 1);
}
