// SPDX-License-Identifier: MIT
#include "net/udp_socket.h"

#include <catch2/catch.hpp>

#include "unit/net/sockets.h"

using namespace jetstream;
using namespace jetstream::test;
using net::SendMode;

TEST_CASE("A joined message is cut where the sender cut it") {
  std::vector<std::uint8_t> bytes = pattern(25);
  MutableBytes rest = bytes;
  CHECK(net::next_segment(rest, 10).size() == 10);
  CHECK(net::next_segment(rest, 10).size() == 10);
  const MutableBytes last = net::next_segment(rest, 10);
  CHECK(last.size() == 5);
  CHECK(last.data() == bytes.data() + 20);
  CHECK(net::next_segment(rest, 10).empty());

  rest = MutableBytes(bytes).first(20);
  CHECK(net::next_segment(rest, 20).size() == 20);
  CHECK(rest.empty());
}

TEST_CASE("A train arrives in the same datagrams on every rung of the ladder") {
  const auto mode = GENERATE(SendMode::kSegmented, SendMode::kMany, SendMode::kSingle);
  const auto [from, to] = GENERATE(table<const char*, const char*>({
      {"127.0.0.1:0", "127.0.0.1:0"},
      {"[::1]:0", "[::1]:0"},
  }));
  auto sender = open_socket(from);
  auto receiver = open_socket(to);
  REQUIRE(sender.send_mode() == SendMode::kSegmented);
  sender.limit_send_mode(mode);
  CHECK(sender.send_mode() == mode);

  const auto bytes = pattern(10 * 1200 + 7);
  std::array trains = {train_to(receiver, bytes, 1200)};
  CHECK(sender.send(trains) == 1);
  CHECK(sender.stats().messages_sent == (mode == SendMode::kSegmented ? 1 : 11));

  const Arrived arrived = drain(receiver, 11);
  REQUIRE(arrived.datagrams.size() == 11);
  CHECK(arrived.datagrams.front().size() == 1200);
  CHECK(arrived.datagrams.back().size() == 7);
  CHECK(arrived.joined() == bytes);
  CHECK(arrived.path.remote == sender.local_address());
  CHECK(arrived.path.local == receiver.local_address());
  if (mode == SendMode::kSegmented) CHECK(arrived.messages == 1);
}

TEST_CASE("The ladder is only walked down") {
  auto socket = open_socket("127.0.0.1:0");
  socket.limit_send_mode(SendMode::kSingle);
  socket.limit_send_mode(SendMode::kSegmented);
  CHECK(socket.send_mode() == SendMode::kSingle);
}

TEST_CASE("The largest train keeps its offload") {
  const auto address = GENERATE("127.0.0.1:0", "[::1]:0");
  auto sender = open_socket(address);
  auto receiver = open_socket(address);
  const auto bytes = pattern(net::kSegmentedBytesMax);
  std::array trains = {train_to(receiver, bytes, 1300)};
  CHECK(sender.send(trains) == 1);
  const Arrived arrived = drain(receiver, 50);
  CHECK(arrived.messages == 1);
  CHECK(arrived.joined() == bytes);
}

TEST_CASE("A train of more segments than the kernel takes goes in several") {
  auto sender = open_socket("127.0.0.1:0");
  auto receiver = open_socket("127.0.0.1:0");
  REQUIRE(sender.segments_max() >= 64);
  const std::size_t count = sender.segments_max() + 1;
  const auto bytes = pattern(count * 100);
  std::array trains = {train_to(receiver, bytes, 100)};
  CHECK(sender.send(trains) == 1);
  CHECK(sender.stats().messages_sent == 2);
  const Arrived arrived = drain(receiver, count);
  CHECK(arrived.datagrams.size() == count);
  CHECK(arrived.joined() == bytes);
}

TEST_CASE("Single datagrams go up to the largest that IPv4 carries") {
  auto sender = open_socket("127.0.0.1:0");
  auto receiver = open_socket("127.0.0.1:0");
  const auto bytes = pattern(kTrainBytesMax);
  std::array trains = {train_to(receiver, bytes, bytes.size())};
  CHECK(sender.send(trains) == 1);
  const Arrived arrived = drain(receiver, 1);
  REQUIRE(arrived.datagrams.size() == 1);
  CHECK(arrived.datagrams[0] == bytes);
}

TEST_CASE("A probe that is too big for the path is forgotten, what follows is sent") {
  auto sender = open_socket("127.0.0.1:0");
  auto receiver = open_socket("127.0.0.1:0");
  const auto too_big = pattern(kTrainBytesMax + 1);
  const auto bytes = pattern(100);
  std::array trains = {train_to(receiver, too_big, too_big.size()),
                       train_to(receiver, bytes, bytes.size())};
  trains[0].probe = true;
  CHECK(sender.send(trains) == 2);
  CHECK(sender.stats().messages_refused == 1);
  CHECK(sender.send_mode() == SendMode::kSegmented);
  const Arrived arrived = drain(receiver, 1);
  REQUIRE(arrived.datagrams.size() == 1);
  CHECK(arrived.datagrams[0] == bytes);
}

TEST_CASE("More trains than one system call takes keep their order") {
  auto sender = open_socket("127.0.0.1:0");
  auto receiver = open_socket("127.0.0.1:0");
  const auto bytes = pattern(150 * 40);
  std::vector<Train> trains;
  for (std::size_t i = 0; i < 150; ++i) {
    trains.push_back(train_to(receiver, Bytes(bytes).subspan(i * 40, 40), 40));
  }
  CHECK(sender.send(trains) == 150);
  CHECK(drain(receiver, 150).joined() == bytes);
}

TEST_CASE("A socket on every address says where a datagram came to and answers from there") {
  const auto address = GENERATE("0.0.0.0:0", "[::]:0");
  auto server = open_socket(address);
  auto client = open_socket("127.0.0.1:0");
  const auto bytes = pattern(3000);
  PeerAddress target = PeerAddress::v4({127, 0, 0, 3}, server.local_address().port);
  std::array there = {Train{.path = {target, {}}, .bytes = bytes, .segment_bytes = 1500}};
  REQUIRE(client.send(there) == 1);
  const Arrived arrived = drain(server, 2);
  REQUIRE(arrived.datagrams.size() == 2);
  CHECK(arrived.messages == 1);
  CHECK(arrived.path.local == target);
  CHECK(arrived.path.remote == client.local_address());

  std::array back = {Train{.path = arrived.path, .bytes = bytes, .segment_bytes = 1500}};
  REQUIRE(server.send(back) == 1);
  CHECK(drain(client, 2).path.remote == target);
}

TEST_CASE("A train without bytes is passed over") {
  auto sender = open_socket("127.0.0.1:0");
  auto receiver = open_socket("127.0.0.1:0");
  const auto bytes = pattern(10);
  std::array trains = {train_to(receiver, bytes, 10), train_to(receiver, {}, 0),
                       train_to(receiver, bytes, 10)};
  CHECK(sender.send(trains) == 3);
  CHECK(drain(receiver, 2).datagrams.size() == 2);
}
