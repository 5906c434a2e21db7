// SPDX-License-Identifier: MIT
#include "daemon/process/inherited_sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

// Loopback sockets that close with the test.
class Sockets {
 public:
  ~Sockets() {
    for (const int fd : fds_) ::close(fd);
  }
  Sockets() = default;
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  /// Port 0 takes any free one.
  int add(int type, std::uint16_t port = 0) {
    const int fd = unbound(type);
    const int on = 1;
    REQUIRE(::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof(name)) == 0);
    return fd;
  }
  int unbound(int type, int family = AF_INET) {
    fds_.push_back(::socket(family, type | SOCK_CLOEXEC, 0));
    REQUIRE(fds_.back() >= 0);
    return fds_.back();
  }

 private:
  std::vector<int> fds_;
};

std::uint16_t port_of(int fd) {
  sockaddr_in name{};
  socklen_t size = sizeof(name);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0);
  return ntohs(name.sin_port);
}

std::string error_of(const std::vector<int>& fds) {
  const auto sorted = sort_sockets(fds);
  return sorted ? "accepted" : sorted.error().message;
}

}  // namespace

TEST_CASE("nothing inherited leaves the configuration as it is") {
  const auto none = sort_sockets({});
  REQUIRE(none);
  CHECK(none->empty());
  CHECK(none->fd(0, 0) == -1);
  Config config = default_config();
  const auto listen = config.listen;
  REQUIRE(apply_inherited_sockets(config, *none));
  CHECK(config.listen == listen);
  CHECK_FALSE(config.workers);
  CHECK(config.origin("server.listen") == "default");
}

TEST_CASE("inherited sockets are sorted by address and stand in for the listen addresses") {
  Sockets sockets;
  const int a0 = sockets.add(SOCK_DGRAM);
  const int b0 = sockets.add(SOCK_DGRAM);
  const int b1 = sockets.add(SOCK_DGRAM, port_of(b0));
  const int a1 = sockets.add(SOCK_DGRAM, port_of(a0));
  const auto sorted = sort_sockets(std::vector{a0, b0, b1, a1});
  REQUIRE(sorted);
  REQUIRE(sorted->listeners.size() == 2);
  CHECK(sorted->fd(0, 0) == a0);
  CHECK(sorted->fd(0, 1) == a1);
  CHECK(sorted->fd(1, 0) == b0);
  CHECK(sorted->fd(1, 1) == b1);

  Config config = default_config();
  REQUIRE(apply_inherited_sockets(config, *sorted));
  CHECK(config.worker_count() == 2);
  CHECK(config.listen == std::vector{PeerAddress::v4({127, 0, 0, 1}, port_of(a0)),
                                     PeerAddress::v4({127, 0, 0, 1}, port_of(b0))});
  CHECK(config.origin("server.listen") == "the service manager");
  CHECK(config.origin("server.workers") == "the service manager");
}

TEST_CASE("another number of workers than inherited sockets is refused") {
  Sockets sockets;
  const auto sorted = sort_sockets(std::vector{sockets.add(SOCK_DGRAM)});
  REQUIRE(sorted);
  Config config = default_config();
  config.workers = 1;
  CHECK(apply_inherited_sockets(config, *sorted));
  config.workers = 2;
  const auto listen = config.listen;
  const auto refused = apply_inherited_sockets(config, *sorted);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("server.workers is 2, but 1 for 127.0.0.1:") == 0);
  CHECK(config.listen == listen);
}

TEST_CASE("every address needs as many sockets as the others") {
  Sockets sockets;
  const int a0 = sockets.add(SOCK_DGRAM);
  const int a1 = sockets.add(SOCK_DGRAM, port_of(a0));
  const int b0 = sockets.add(SOCK_DGRAM);
  CHECK(error_of({a0, a1, b0}).find("every worker needs a socket for every address") == 0);
  const int b1 = sockets.add(SOCK_DGRAM, port_of(b0));
  CHECK(error_of({a0, a1, b0, b1}) == "accepted");
}

TEST_CASE("what is no bound UDP socket is not inherited") {
  Sockets sockets;
  const std::string why = " is no bound UDP socket";
  for (const int fd : {sockets.add(SOCK_STREAM), sockets.unbound(SOCK_DGRAM),
                       sockets.unbound(SOCK_DGRAM, AF_UNIX)}) {
    CHECK(error_of({sockets.add(SOCK_DGRAM), fd}).find(std::to_string(fd) + why) !=
          std::string::npos);
  }
  CHECK(error_of({999'999}).find(why) != std::string::npos);
}

TEST_CASE("inherited sockets have the limits of the configuration") {
  Sockets sockets;
  std::vector<int> addresses;
  for (int i = 0; i < 16; ++i) addresses.push_back(sockets.add(SOCK_DGRAM));
  CHECK(error_of(addresses) == "accepted");
  addresses.push_back(sockets.add(SOCK_DGRAM));
  CHECK(error_of(addresses).find("more than 16 addresses") != std::string::npos);

  std::vector<int> shared{sockets.add(SOCK_DGRAM)};
  while (shared.size() < 64) shared.push_back(sockets.add(SOCK_DGRAM, port_of(shared[0])));
  CHECK(error_of(shared) == "accepted");
  shared.push_back(sockets.add(SOCK_DGRAM, port_of(shared[0])));
  CHECK(error_of(shared).find("more than 64 sockets") == 0);
}
