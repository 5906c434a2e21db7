// SPDX-License-Identifier: MIT
#include "net/steering.h"

#include <linux/filter.h>
#include <sys/socket.h>

#include <array>

#include "net/system_error.h"

namespace jetstream::net {
namespace {

// Header protection leaves these bits of the first byte alone (docs/PROTOCOL.md, "Packets"), so
// they can be read without keys.
constexpr std::uint8_t kLongForm = 0x80;
constexpr std::uint8_t kLongTypeMask = 0x30;
constexpr std::uint8_t kHandshakeType = 0x20;

constexpr std::size_t kWorkerByte = 1;
// Beyond every index: the kernel then goes by its own hash.
constexpr std::uint32_t kByHash = 0xffffffff;

}  // namespace

std::optional<std::uint8_t> worker_of(Bytes datagram) {
  if (datagram.size() <= kWorkerByte) return std::nullopt;
  const std::uint8_t flags = datagram[0];
  if ((flags & kLongForm) != 0 && (flags & kLongTypeMask) != kHandshakeType) return std::nullopt;
  return datagram[kWorkerByte];
}

Result<> attach_steering(int fd) {
  // worker_of() in classic BPF. A load beyond the end of a datagram ends the program with 0.
  std::array<sock_filter, 7> program = {{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kLongForm, 0, 2),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kLongTypeMask),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kHandshakeType, 0, 2),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kWorkerByte),
      BPF_STMT(BPF_RET | BPF_A, 0),
      BPF_STMT(BPF_RET | BPF_K, kByHash),
  }};
  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter, sizeof(filter)) != 0) {
    return refuse_errno("SO_ATTACH_REUSEPORT_CBPF");
  }
  return {};
}

}  // namespace jetstream::net
