// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace jetstream::net {

/// What the kernel says about the memory of a socket.
struct SocketMemory {
  /// Bytes that may wait to be read, in the unit of net.core.rmem_max. The kernel's own figure is
  /// twice that: the other half is for what it keeps beside the data.
  std::uint64_t receive_buffer_bytes = 0;
  /// Datagrams that arrived and were thrown away, mostly because the buffer was full. Wraps.
  std::uint32_t drops = 0;
};

/// A system call; costs the packets nothing. Zeros where the kernel does not tell (before Linux
/// 4.12, and in sandboxes that know no SO_MEMINFO).
SocketMemory socket_memory(int fd);

}  // namespace jetstream::net
