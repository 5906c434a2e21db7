// SPDX-License-Identifier: MIT
#include "net/receive_batch.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace jetstream::net {
namespace {

// Pending socket errors that one call passes over before it leaves the rest to the next turn.
constexpr int kErrorsPassedOver = 8;

template <class T>
T read_control(const cmsghdr& header) {
  T value;
  std::memcpy(&value, CMSG_DATA(&header), sizeof(value));
  return value;
}

PeerAddress address_of(const in_pktinfo& info, std::uint16_t port) {
  std::array<std::uint8_t, 4> v4{};
  std::memcpy(v4.data(), &info.ipi_addr, v4.size());
  return PeerAddress::v4(v4, port);
}

PeerAddress address_of(const in6_pktinfo& info, std::uint16_t port) {
  PeerAddress address;
  std::memcpy(address.ip.data(), &info.ipi6_addr, address.ip.size());
  address.port = port;
  return address;
}

void read_controls(msghdr& header, ReceivedMessage& message) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(&header, control)) {
    if (control->cmsg_level == SOL_UDP && control->cmsg_type == UDP_GRO) {
      const int size = read_control<int>(*control);
      if (size > 0) message.segment_bytes = static_cast<std::size_t>(size);
    } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      message.path.local = address_of(read_control<in_pktinfo>(*control), message.path.local.port);
    } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      message.path.local = address_of(read_control<in6_pktinfo>(*control), message.path.local.port);
    }
  }
}

}  // namespace

MutableBytes next_segment(MutableBytes& rest, std::size_t segment_bytes) {
  MutableBytes segment = rest.first(std::min(rest.size(), segment_bytes));
  rest = rest.subspan(segment.size());
  return segment;
}

ReceiveBatch::ReceiveBatch()
    : buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(kCount * kBufferBytes)) {
  for (std::size_t i = 0; i < kCount; ++i) {
    vectors_[i] = {buffer_.get() + i * kBufferBytes, kBufferBytes};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_name = &names_[i];
    headers_[i].msg_hdr.msg_control = &controls_[i];
  }
  reset(kCount);
}

void ReceiveBatch::reset(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    headers_[i].msg_hdr.msg_namelen = sizeof(SocketAddress);
    headers_[i].msg_hdr.msg_controllen = sizeof(Control);
  }
}

void ReceiveBatch::describe(std::size_t index, const PeerAddress& local) {
  mmsghdr& header = headers_[index];
  ReceivedMessage& message = messages_[index];
  message.path.remote = from_sockaddr(names_[index]);
  message.path.local = local;
  message.bytes = {buffer_.get() + index * kBufferBytes, header.msg_len};
  message.segment_bytes = header.msg_len;
  read_controls(header.msg_hdr, message);
}

std::span<ReceivedMessage> ReceiveBatch::receive(int fd, const PeerAddress& local) {
  int received = -1;
  for (int tries = 0; tries < kErrorsPassedOver; ++tries) {
    received = recvmmsg(fd, headers_.data(), kCount, MSG_DONTWAIT, nullptr);
    if (received >= 0 || errno == EAGAIN || errno == EWOULDBLOCK) break;
  }
  const auto count = static_cast<std::size_t>(std::max(received, 0));
  for (std::size_t i = 0; i < count; ++i) describe(i, local);
  reset(count);
  return std::span(messages_).first(count);
}

}  // namespace jetstream::net
