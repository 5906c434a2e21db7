// SPDX-License-Identifier: MIT
//
// Unix sockets without any of the code under test.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "ipc/file_descriptor.h"

namespace jetstream::testing {

inline sockaddr_un raw_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  return address;
}

inline ipc::FileDescriptor raw_socket() {
  ipc::FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw std::runtime_error("socket");
  return fd;
}

/// A socket file; it is stale once the descriptor is closed.
inline ipc::FileDescriptor raw_listener(const std::string& path) {
  ipc::FileDescriptor fd = raw_socket();
  const sockaddr_un address = raw_address(path);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(fd.get(), 8) != 0) {
    throw std::runtime_error("bind or listen");
  }
  return fd;
}

/// Connecting to a Unix socket needs nobody to accept, so server and client can share a thread.
class RawClient {
 public:
  explicit RawClient(const std::string& path) : fd_(raw_socket()) {
    const sockaddr_un address = raw_address(path);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      throw std::runtime_error("connect");
    }
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size < 0) return;  // The server has closed; what it said is still to be read.
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  void half_close() { ::shutdown(fd_.get(), SHUT_WR); }

  /// Takes what is there, without waiting.
  void receive() {
    std::array<char, 65536> chunk;
    while (!ended_) {
      const ssize_t size = ::recv(fd_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      ended_ = size <= 0;
      if (size > 0) received_.append(chunk.data(), static_cast<std::size_t>(size));
    }
  }
  const std::string& received() const { return received_; }
  /// The server has closed and everything it sent was read.
  bool ended() const { return ended_; }

 private:
  ipc::FileDescriptor fd_;
  std::string received_;
  bool ended_ = false;
};

}  // namespace jetstream::testing
