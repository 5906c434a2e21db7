// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/result.h"
#include "jetstream/udp_options.h"

namespace jetstream::net {

/// A file descriptor that is closed when it goes.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const { return fd_; }
  int release();

 private:
  int fd_ = -1;
};

/// A UDP socket that is bound and has every option the batched calls need.
struct PreparedSocket {
  FileDescriptor fd;
  int family = 0;
  PeerAddress local;
  /// Bound to every address, so each datagram has to say which one it was sent to.
  bool wildcard = false;
};

Result<PreparedSocket> prepare_socket(const UdpOptions& options);

/// How many datagrams one segmented send may carry, 0 if the kernel has no UDP_SEGMENT. Found by
/// sending to a socket of its own over loopback.
std::size_t probe_segments_max();

}  // namespace jetstream::net
