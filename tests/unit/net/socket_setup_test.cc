// SPDX-License-Identifier: MIT
#include "net/socket_setup.h"

#include <fcntl.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "net/sockaddr.h"
#include "unit/net/sockets.h"

using namespace jetstream;
using namespace jetstream::test;

namespace {

int option(const net::UdpSocket& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  REQUIRE(getsockopt(socket.fd(), level, name, &value, &size) == 0);
  return value;
}

}  // namespace

TEST_CASE("A socket has what the batched calls need [PKT-27]") {
  auto v4 = open_socket("127.0.0.1:0");
  CHECK(option(v4, SOL_UDP, UDP_GRO) == 1);
  CHECK(option(v4, IPPROTO_IP, IP_MTU_DISCOVER) == IP_PMTUDISC_PROBE);
  CHECK(option(v4, IPPROTO_IP, IP_PKTINFO) == 0);
  CHECK((fcntl(v4.fd(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((fcntl(v4.fd(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(v4.local_address().port != 0);

  auto any = open_socket(UdpOptions{});
  CHECK(option(any, SOL_SOCKET, SO_DOMAIN) == AF_INET6);
  CHECK(option(any, IPPROTO_IPV6, IPV6_V6ONLY) == 0);
  CHECK(option(any, IPPROTO_IPV6, IPV6_MTU_DISCOVER) == IPV6_PMTUDISC_PROBE);
  CHECK(option(any, IPPROTO_IP, IP_MTU_DISCOVER) == IP_PMTUDISC_PROBE);
  CHECK(option(any, IPPROTO_IPV6, IPV6_RECVPKTINFO) == 1);
}

TEST_CASE("An IPv6 socket leaves IPv4 alone when asked to") {
  UdpOptions options = bound_to("[::]:0");
  options.v6_only = true;
  auto v6 = open_socket(options);
  CHECK(option(v6, IPPROTO_IPV6, IPV6_V6ONLY) == 1);
  UdpOptions same_port = bound_to("0.0.0.0:0");
  same_port.bind.port = v6.local_address().port;
  CHECK(net::UdpSocket::open(same_port));
}

TEST_CASE("An address in use is refused by name") {
  auto first = open_socket("127.0.0.1:0");
  UdpOptions again = bound_to("127.0.0.1:0");
  again.bind = first.local_address();
  auto second = net::UdpSocket::open(again);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == LocalCode::kSystem);
  CHECK(second.error().message ==
        "bind " + first.local_address().to_string() + ": Address already in use");
}

TEST_CASE("An inherited socket is used as it is bound") {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  net::SocketAddress name;
  const socklen_t size = net::to_sockaddr(PeerAddress::v4({127, 0, 0, 1}, 0), AF_INET, name);
  REQUIRE(bind(fd, &name.base, size) == 0);
  UdpOptions options;
  options.adopted_fd = fd;
  auto adopted = open_socket(options);
  CHECK(adopted.fd() == fd);
  CHECK(adopted.local_address().is_loopback());
  CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  auto sender = open_socket("127.0.0.1:0");
  const auto bytes = pattern(10);
  std::array trains = {train_to(adopted, bytes, 10)};
  CHECK(sender.send(trains) == 1);
  CHECK(drain(adopted, 1).datagrams.size() == 1);
}

TEST_CASE("What is no UDP socket is not adopted") {
  for (const int fd : {socket(AF_INET, SOCK_STREAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0),
                       open("/dev/null", O_RDONLY | O_CLOEXEC)}) {
    REQUIRE(fd >= 0);
    UdpOptions options;
    options.adopted_fd = fd;
    auto adopted = net::UdpSocket::open(options);
    REQUIRE_FALSE(adopted);
    CHECK(adopted.error().code == LocalCode::kInvalidArgument);
    CHECK(fcntl(fd, F_GETFD) == -1);
  }
}

TEST_CASE("The kernel says how many segments it takes") {
  const std::size_t segments = net::probe_segments_max();
  CHECK((segments == 128 || segments == 64));
}

TEST_CASE("A descriptor is closed once, by its last owner") {
  const int number = open("/dev/null", O_RDONLY | O_CLOEXEC);
  net::FileDescriptor first(number);
  net::FileDescriptor second(std::move(first));
  CHECK(first.get() == -1);
  CHECK(second.get() == number);
  second = net::FileDescriptor();
  CHECK(fcntl(number, F_GETFD) == -1);
}
