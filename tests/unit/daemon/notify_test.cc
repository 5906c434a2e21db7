// SPDX-License-Identifier: MIT
#include "daemon/process/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>

#include "temporary_folder.h"

using namespace jetstream::daemon;

namespace {

// What systemd listens on.
class Manager {
 public:
  explicit Manager(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Manager() { ::close(socket_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  // The next message, empty if there is none.
  std::string take() const {
    std::array<char, 512> buffer{};
    const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    return size < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  int socket_;
};

}  // namespace

TEST_CASE("the service manager hears about start, state and end") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "notify").string();
  const Manager manager(path);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  notify_ready("serving on 127.0.0.1:8080");
  CHECK(manager.take() == "READY=1\nSTATUS=serving on 127.0.0.1:8080");
  notify_status("3 sessions");
  CHECK(manager.take() == "STATUS=3 sessions");
  notify_stopping("closing 3 sessions");
  CHECK(manager.take() == "STOPPING=1\nSTATUS=closing 3 sessions");
  notify_status("one\nMAINPID=1");
  CHECK(manager.take() == "STATUS=one MAINPID=1");
  ::unsetenv("NOTIFY_SOCKET");
  notify_ready("nobody listens");
  CHECK(manager.take().empty());
}

TEST_CASE("a manager that reads nothing holds nobody up") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "notify").string();
  const Manager manager(path);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  ::setenv("WATCHDOG_USEC", "20000000", 1);
  ::unsetenv("WATCHDOG_PID");
  CHECK(watchdog_patience() == std::chrono::seconds(20));
  for (int i = 0; i < 10'000; ++i) notify_alive();
  CHECK(manager.take() == "WATCHDOG=1");
  ::setenv("WATCHDOG_PID", "1", 1);  // meant for another process
  CHECK_FALSE(watchdog_patience());
  ::unsetenv("WATCHDOG_PID");
  ::unsetenv("WATCHDOG_USEC");
  CHECK_FALSE(watchdog_patience());
  ::unsetenv("NOTIFY_SOCKET");
}
