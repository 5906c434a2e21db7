// SPDX-License-Identifier: MIT
#include "net/steering.h"

#include <catch2/catch.hpp>

#include "unit/net/sockets.h"

using namespace jetstream;
using namespace jetstream::test;

namespace {

/// The first byte of each kind of packet, with every bit set that header protection may set.
constexpr std::uint8_t kShort = 0x40 | 0x3f;
constexpr std::uint8_t kInitial = 0xc0 | 0x0f;
constexpr std::uint8_t kEarly = 0xd0 | 0x0f;
constexpr std::uint8_t kHandshake = 0xe0 | 0x0f;
constexpr std::uint8_t kRetry = 0xf0 | 0x0f;

std::vector<std::uint8_t> packet(std::uint8_t flags, std::uint8_t worker) {
  std::vector<std::uint8_t> bytes = pattern(64);
  bytes[0] = flags;
  bytes[1] = worker;
  return bytes;
}

}  // namespace

TEST_CASE("Byte 1 names the worker of Handshake and short packets only") {
  CHECK(net::worker_of(packet(kShort, 7)) == 7);
  CHECK(net::worker_of(packet(0x40, 0)) == 0);
  CHECK(net::worker_of(packet(kHandshake, 255)) == 255);
  CHECK(net::worker_of(packet(0xe0, 3)) == 3);
  for (std::uint8_t flags : {kInitial, kEarly, kRetry}) {
    CHECK_FALSE(net::worker_of(packet(flags, 7)));
  }
  CHECK_FALSE(net::worker_of({}));
  CHECK_FALSE(net::worker_of(Bytes(packet(kShort, 7)).first(1)));
}

TEST_CASE("The kernel steers by the same rule") {
  UdpOptions shared = bound_to("127.0.0.1:0");
  shared.sharing = PortSharing::kFirst;
  std::vector<net::UdpSocket> workers;
  workers.push_back(open_socket(shared));
  shared.bind = workers[0].local_address();
  shared.sharing = PortSharing::kFirst;
  CHECK_FALSE(net::UdpSocket::open(shared));  // somebody else's port, even if they share it
  shared.sharing = PortSharing::kJoin;
  workers.push_back(open_socket(shared));
  REQUIRE(net::attach_steering(workers[0].fd()));
  auto sender = open_socket("127.0.0.1:0");

  auto send = [&](const std::vector<std::uint8_t>& bytes) {
    std::array trains = {train_to(workers[0], bytes, bytes.size())};
    REQUIRE(sender.send(trains) == 1);
  };
  auto count = [&](net::UdpSocket& worker) {
    std::size_t messages = 0;
    while (const std::size_t more = worker.receive().size()) messages += more;
    return messages;
  };

  SECTION("Handshake and short packets go to the worker they name") {
    const std::uint8_t flags = GENERATE(as<std::uint8_t>{}, kShort, 0x40, kHandshake);
    const std::uint8_t worker = GENERATE(as<std::uint8_t>{}, 0, 1);
    for (int i = 0; i < 20; ++i) send(packet(flags, worker));
    CHECK(count(workers[worker]) == 20);
    CHECK(count(workers[1 - worker]) == 0);
  }
  SECTION("hellos of one address stay together, whatever their byte 1") {
    for (std::uint8_t i = 0; i < 20; ++i) send(packet(i % 2 == 0 ? kInitial : kEarly, i));
    const std::size_t first = count(workers[0]);
    const std::size_t second = count(workers[1]);
    CHECK(first + second == 20);
    CHECK((first == 0 || second == 0));
  }
  SECTION("workers that do not exist lose nothing") {
    for (int i = 0; i < 20; ++i) send(packet(kShort, 200));
    CHECK(count(workers[0]) + count(workers[1]) == 20);
  }
}
