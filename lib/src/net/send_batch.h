// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <array>

#include "jetstream/endpoint.h"
#include "net/sockaddr.h"

namespace jetstream::net {

/// The headers of sendmmsg(), made once and filled for each call.
class SendBatch {
 public:
  static constexpr std::size_t kCount = 64;

  /// Of which kind the socket is; `name_source` if each datagram says which local address it comes
  /// from.
  SendBatch(int family, bool name_source);
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;

  void clear() { count_ = 0; }
  bool full() const { return count_ == kCount; }
  std::size_t size() const { return count_; }

  /// Adds one message: `bytes` along `path`, cut every `segment_bytes` if that is less.
  void add(const Path& path, Bytes bytes, std::size_t segment_bytes);
  Bytes bytes_of(std::size_t index) const;

  /// Sends as many as the system takes; -1 and errno if it does not even take the first one.
  int send(int fd, bool many);

 private:
  static constexpr std::size_t kControlBytes =
      CMSG_SPACE(sizeof(std::uint16_t)) + CMSG_SPACE(sizeof(in6_pktinfo));
  struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, kControlBytes> bytes;
  };

  int family_;
  bool name_source_;
  std::size_t count_ = 0;
  std::array<mmsghdr, kCount> headers_{};
  std::array<iovec, kCount> vectors_{};
  std::array<SocketAddress, kCount> names_{};
  std::array<Control, kCount> controls_{};
};

}  // namespace jetstream::net
