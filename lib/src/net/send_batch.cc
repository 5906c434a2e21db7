// SPDX-License-Identifier: MIT
#include "net/send_batch.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cstring>

namespace jetstream::net {
namespace {

/// Puts control messages one behind the other into a buffer.
class ControlWriter {
 public:
  explicit ControlWriter(std::uint8_t* buffer) : buffer_(buffer) {}

  template <class T>
  void add(int level, int type, const T& value) {
    auto* header = reinterpret_cast<cmsghdr*>(buffer_ + used_);
    *header = {};
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof(T));
    std::memcpy(CMSG_DATA(header), &value, sizeof(T));
    used_ += CMSG_SPACE(sizeof(T));
  }
  std::size_t used() const { return used_; }

 private:
  std::uint8_t* buffer_;
  std::size_t used_ = 0;
};

void add_source(ControlWriter& controls, int family, const PeerAddress& local) {
  if (std::ranges::all_of(local.ip, [](auto byte) { return byte == 0; })) return;
  SocketAddress name;
  to_sockaddr(local, family, name);
  if (family == AF_INET6) {
    in6_pktinfo info{};
    info.ipi6_addr = name.v6.sin6_addr;
    controls.add(IPPROTO_IPV6, IPV6_PKTINFO, info);
  } else {
    in_pktinfo info{};
    info.ipi_spec_dst = name.v4.sin_addr;
    controls.add(IPPROTO_IP, IP_PKTINFO, info);
  }
}

}  // namespace

SendBatch::SendBatch(int family, bool name_source) : family_(family), name_source_(name_source) {
  for (std::size_t i = 0; i < kCount; ++i) {
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_name = &names_[i];
  }
}

void SendBatch::add(const Path& path, Bytes bytes, std::size_t segment_bytes) {
  const std::size_t i = count_++;
  msghdr& header = headers_[i].msg_hdr;
  // The system only reads what it sends; iovec serves both directions and has no const.
  vectors_[i] = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  header.msg_namelen = to_sockaddr(path.remote, family_, names_[i]);
  ControlWriter controls(controls_[i].bytes.data());
  if (segment_bytes < bytes.size()) {
    controls.add(SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(segment_bytes));
  }
  if (name_source_) add_source(controls, family_, path.local);
  header.msg_control = controls.used() == 0 ? nullptr : &controls_[i];
  header.msg_controllen = controls.used();
}

Bytes SendBatch::bytes_of(std::size_t index) const {
  return {static_cast<const std::uint8_t*>(vectors_[index].iov_base), vectors_[index].iov_len};
}

int SendBatch::send(int fd, bool many) {
  if (many && count_ > 1) {
    return sendmmsg(fd, headers_.data(), static_cast<unsigned>(count_), MSG_DONTWAIT);
  }
  return sendmsg(fd, &headers_.front().msg_hdr, MSG_DONTWAIT) < 0 ? -1 : 1;
}

}  // namespace jetstream::net
