// SPDX-License-Identifier: MIT
#include "net/socket_memory.h"

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>

namespace jetstream::net {

// SO_MEMINFO tells the same counter as the control message SO_RXQ_OVFL, but when asked and not with
// every datagram, and also when nothing comes any more.
SocketMemory socket_memory(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof(memory);
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) == 0) {
    return {memory[SK_MEMINFO_RCVBUF] / 2, memory[SK_MEMINFO_DROPS]};
  }
  int buffer = 0;
  size = sizeof(buffer);
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, &size) != 0 || buffer < 0) return {};
  return {static_cast<std::uint64_t>(buffer) / 2, 0};
}

}  // namespace jetstream::net
