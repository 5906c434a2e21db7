// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <array>
#include <memory>

#include "net/sockaddr.h"
#include "net/udp_socket.h"

namespace jetstream::net {

/// The buffers of recvmmsg(), made once: eight times 64 KiB, the largest that GRO joins.
class ReceiveBatch {
 public:
  ReceiveBatch();
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

  /// One recvmmsg() on `fd`. `local` is where its datagrams were sent to unless they say so
  /// themselves.
  std::span<ReceivedMessage> receive(int fd, const PeerAddress& local);

 private:
  static constexpr std::size_t kCount = UdpSocket::kReceiveBatch;
  static constexpr std::size_t kBufferBytes = 64 * 1024;
  static constexpr std::size_t kControlBytes =
      CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(in6_pktinfo));
  struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, kControlBytes> bytes;
  };

  void reset(std::size_t count);
  void describe(std::size_t index, const PeerAddress& local);

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::array<mmsghdr, kCount> headers_{};
  std::array<iovec, kCount> vectors_{};
  std::array<SocketAddress, kCount> names_{};
  std::array<Control, kCount> controls_{};
  std::array<ReceivedMessage, kCount> messages_{};
};

}  // namespace jetstream::net
