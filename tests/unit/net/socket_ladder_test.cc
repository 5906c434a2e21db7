// SPDX-License-Identifier: MIT
//
// What the system's refusals do to a train and to the way of sending.
#include <catch2/catch.hpp>
#include <cerrno>

#include "unit/net/sockets.h"
#include "unit/net/system_calls.h"

using namespace jetstream;
using namespace jetstream::test;
using net::SendMode;

namespace {

struct Pair {
  net::UdpSocket sender = open_socket("127.0.0.1:0");
  net::UdpSocket receiver = open_socket("127.0.0.1:0");
  std::vector<std::uint8_t> bytes = pattern(5 * 1200);
  std::array<Train, 2> trains = {train_to(receiver, bytes, 1200), train_to(receiver, bytes, 1200)};
};

}  // namespace

TEST_CASE("Where segmentation does not work, trains go datagram by datagram from then on") {
  const int error = GENERATE(EIO, EINVAL);
  Pair pair;
  {
    FailingSegmentation broken(error);
    CHECK(pair.sender.send(pair.trains) == 2);
  }
  CHECK(pair.sender.send_mode() == SendMode::kMany);
  CHECK(pair.sender.stats().messages_refused == 0);
  CHECK(drain(pair.receiver, 10).datagrams.size() == 10);
}

TEST_CASE("A peer that can't be reached is not blamed on segmentation") {
  Pair pair;
  // The train, then each of its five datagrams.
  FailingSends broken({EINVAL, EMSGSIZE, EMSGSIZE, EMSGSIZE, EMSGSIZE, EMSGSIZE});
  CHECK(pair.sender.send(pair.trains) == 2);
  CHECK(broken.used_up());
  CHECK(pair.sender.send_mode() == SendMode::kSegmented);
  CHECK(pair.sender.stats().messages_refused == 5);
  const Arrived arrived = drain(pair.receiver, 5);
  CHECK(arrived.messages == 1);
  CHECK(arrived.datagrams.size() == 5);
}

TEST_CASE("A kernel or sandbox without sendmmsg gets one datagram a call") {
  Pair pair;
  {
    FailingSends broken({ENOSYS});
    CHECK(pair.sender.send(pair.trains) == 2);
  }
  CHECK(pair.sender.send_mode() == SendMode::kSingle);
  CHECK(drain(pair.receiver, 10).datagrams.size() == 10);
}

TEST_CASE("A full socket keeps what was not sent") {
  const auto mode = GENERATE(SendMode::kSegmented, SendMode::kMany, SendMode::kSingle);
  Pair pair;
  pair.sender.limit_send_mode(mode);
  std::size_t done = 0;
  {
    FailingSends full({EAGAIN});
    done = pair.sender.send(pair.trains);
  }
  CHECK(done == 0);
  CHECK(pair.sender.stats().sends_blocked == 1);
  CHECK(pair.sender.stats().messages_refused == 0);
  CHECK(pair.sender.send(pair.trains) == 2);
  const Arrived arrived = drain(pair.receiver, 10);
  CHECK(arrived.datagrams.size() == 10);
  CHECK(std::equal(pair.bytes.begin(), pair.bytes.end(), arrived.joined().begin()));
}

TEST_CASE("A socket that fills up inside a train goes on where it stopped") {
  Pair pair;
  pair.sender.limit_send_mode(SendMode::kSingle);
  {
    FailingSends full({0, 0, EAGAIN});
    CHECK(pair.sender.send(pair.trains) == 0);
  }
  CHECK(pair.trains[0].bytes.size() == 3 * 1200);
  CHECK(pair.sender.send(pair.trains) == 2);
  const Arrived arrived = drain(pair.receiver, 10);
  CHECK(arrived.datagrams.size() == 10);
  CHECK(std::equal(pair.bytes.begin(), pair.bytes.end(), arrived.joined().begin()));
}

TEST_CASE("A trial that is interrupted by a full socket is finished later") {
  Pair pair;
  {
    FailingSends full({EIO, EAGAIN});
    CHECK(pair.sender.send(pair.trains) == 0);
  }
  CHECK(pair.sender.send_mode() == SendMode::kSegmented);
  CHECK(pair.sender.send(pair.trains) == 2);
  CHECK(pair.sender.send_mode() == SendMode::kMany);
  CHECK(drain(pair.receiver, 10).datagrams.size() == 10);
}

TEST_CASE("Other refusals are loss, and the rest is sent") {
  const int error =
      GENERATE(ENOBUFS, EPERM, ENETUNREACH, EHOSTUNREACH, ECONNREFUSED, EACCES, ENOMEM, EMSGSIZE);
  Pair pair;
  FailingSends broken({error});
  CHECK(pair.sender.send(pair.trains) == 2);
  CHECK(pair.sender.send_mode() == SendMode::kSegmented);
  CHECK(pair.sender.stats().messages_refused == 1);
  CHECK(drain(pair.receiver, 5).datagrams.size() == 5);
}

TEST_CASE("A signal only interrupts") {
  Pair pair;
  FailingSends interrupted({EINTR});
  CHECK(pair.sender.send(pair.trains) == 2);
  CHECK(pair.sender.stats().messages_refused == 0);
  CHECK(drain(pair.receiver, 10).datagrams.size() == 10);
}

TEST_CASE("Many trains share one system call, one train needs no batch") {
  Pair pair;
  send_calls() = {};
  REQUIRE(pair.sender.send(pair.trains) == 2);
  CHECK(send_calls().sendmmsg == 1);
  CHECK(send_calls().sendmsg == 0);
  std::array one = {train_to(pair.receiver, pair.bytes, 1200)};
  REQUIRE(pair.sender.send(one) == 1);
  CHECK(send_calls().sendmmsg == 1);
  CHECK(send_calls().sendmsg == 1);
}
