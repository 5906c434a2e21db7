// SPDX-License-Identifier: MIT
#include <array>
#include <catch2/catch.hpp>

#include "unit/net/sockets.h"

using namespace jetstream;
using namespace jetstream::test;

namespace {

constexpr std::size_t kDatagramBytes = 1000;

/// Loopback delivers within the call that sends.
void send_many(net::UdpSocket& sender, const net::UdpSocket& to, std::size_t count) {
  sender.limit_send_mode(net::SendMode::kMany);
  const auto bytes = pattern(kDatagramBytes);
  for (std::size_t i = 0; i < count; ++i) {
    std::array trains = {train_to(to, bytes, kDatagramBytes)};
    REQUIRE(sender.send(trains) == 1);
  }
}

std::size_t take_all(net::UdpSocket& socket) {
  std::size_t datagrams = 0;
  for (auto batch = socket.receive(); !batch.empty(); batch = socket.receive()) {
    for (const auto& message : batch) {
      for (MutableBytes rest = message.bytes; !rest.empty(); ++datagrams) {
        net::next_segment(rest, message.segment_bytes);
      }
    }
  }
  return datagrams;
}

}  // namespace

TEST_CASE("What a full receive buffer drops is counted to the datagram") {
  UdpOptions options = bound_to("127.0.0.1:0");
  options.socket_buffer_bytes = 16 * 1024;
  auto receiver = open_socket(options);
  auto sender = open_socket("127.0.0.1:0");
  send_many(sender, receiver, 3);
  CHECK(receiver.stats().socket_drops == 0);
  CHECK(take_all(receiver) == 3);

  send_many(sender, receiver, 300);
  // Told before anybody reads, and nothing is told twice.
  const std::uint64_t drops = receiver.stats().socket_drops;
  CHECK(drops > 0);
  CHECK(receiver.stats().socket_drops == drops);
  CHECK(take_all(receiver) == 300 - drops);

  send_many(sender, receiver, 300);
  const std::uint64_t more = receiver.stats().socket_drops - drops;
  CHECK(take_all(receiver) == 300 - more);
}

TEST_CASE("The receive buffer is told in the unit in which it was asked for") {
  UdpOptions options = bound_to("127.0.0.1:0");
  options.socket_buffer_bytes = 64 * 1024;  // every system gives as much
  CHECK(open_socket(options).stats().receive_buffer_bytes == 64 * 1024);
}
