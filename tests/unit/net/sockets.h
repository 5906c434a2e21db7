// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include <catch2/catch.hpp>
#include <vector>

#include "jetstream/address.h"
#include "net/udp_socket.h"

namespace jetstream::test {

inline UdpOptions bound_to(const char* text) {
  UdpOptions options;
  options.bind = parse_endpoint(text).value();
  return options;
}

inline net::UdpSocket open_socket(const UdpOptions& options) {
  auto socket = net::UdpSocket::open(options);
  if (!socket) FAIL(socket.error().message);
  return std::move(*socket);
}
inline net::UdpSocket open_socket(const char* text) { return open_socket(bound_to(text)); }

/// Bytes that differ from their neighbours, so that a wrong cut shows.
inline std::vector<std::uint8_t> pattern(std::size_t size, std::size_t from = 0) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>((from + i) * 31 >> 3);
  return bytes;
}

inline Train train_to(const net::UdpSocket& to, Bytes bytes, std::size_t segment_bytes) {
  return {.path = {to.local_address(), {}}, .bytes = bytes, .segment_bytes = segment_bytes};
}

struct Arrived {
  Path path;
  std::vector<std::vector<std::uint8_t>> datagrams;
  std::size_t messages = 0;

  std::vector<std::uint8_t> joined() const {
    std::vector<std::uint8_t> all;
    for (const auto& datagram : datagrams) all.insert(all.end(), datagram.begin(), datagram.end());
    return all;
  }
};

/// What is in the socket, waiting at most two seconds for `datagrams` of them.
inline Arrived drain(net::UdpSocket& socket, std::size_t datagrams) {
  Arrived arrived;
  pollfd readable{socket.fd(), POLLIN, 0};
  while (arrived.datagrams.size() < datagrams && poll(&readable, 1, 2000) == 1) {
    for (const auto& message : socket.receive()) {
      ++arrived.messages;
      arrived.path = message.path;
      for (MutableBytes rest = message.bytes; !rest.empty();) {
        const MutableBytes datagram = net::next_segment(rest, message.segment_bytes);
        arrived.datagrams.emplace_back(datagram.begin(), datagram.end());
      }
    }
  }
  return arrived;
}

}  // namespace jetstream::test
