// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>

#include "jetstream/endpoint.h"
#include "jetstream/result.h"
#include "jetstream/udp_options.h"

namespace jetstream::net {

/// The rungs of the ladder from fast to possible everywhere.
enum class SendMode : std::uint8_t {
  kSegmented,  ///< A train is one message that the kernel or the device cuts (UDP_SEGMENT).
  kMany,       ///< Many datagrams a system call (sendmmsg).
  kSingle,     ///< One datagram a system call, where a sandbox knows no better.
};

/// One message of recvmmsg(): datagrams of one peer that GRO has joined, `segment_bytes` each; the
/// last may be shorter.
struct ReceivedMessage {
  Path path;
  MutableBytes bytes;
  std::size_t segment_bytes = 0;
};

/// Takes the next datagram off the front of `rest`; empty when there is none.
MutableBytes next_segment(MutableBytes& rest, std::size_t segment_bytes);

/// A train of more than this loses its offload on Linux loopback and arrives as single datagrams:
/// the limit is 65 493 bytes over IPv4 and 65 473 over IPv6.
inline constexpr std::size_t kSegmentedBytesMax = 65000;

/// One non-blocking UDP socket that moves batches. Not thread-safe.
class UdpSocket {
 public:
  /// kSystem with the call that failed, kInvalidArgument if an adopted descriptor is no UDP socket.
  static Result<UdpSocket> open(const UdpOptions& options);
  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  ~UdpSocket();

  int fd() const;
  const PeerAddress& local_address() const;

  /// At most kReceiveBatch messages; fewer mean that the socket is empty now. They stay valid until
  /// the next call. Errors that ICMP messages of anybody have caused are passed over.
  std::span<ReceivedMessage> receive();
  static constexpr std::size_t kReceiveBatch = 8;

  /// Sends trains in order and says how many are over and done, sent or lost. Fewer than all means
  /// that the socket is full: call again with the rest when it is writable. The first train of the
  /// rest has then been cut down to what was not sent of it.
  std::size_t send(std::span<Train> trains);

  SendMode send_mode() const;
  /// Never goes above `mode` again.
  void limit_send_mode(SendMode mode);
  /// How many datagrams a train may have: 128 with newer kernels, 64 with older ones.
  std::size_t segments_max() const;

  /// The socket's share of the counters; those of the driver stay 0. Asks the kernel.
  UdpStats stats() const;

 private:
  struct State;
  explicit UdpSocket(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace jetstream::net
