// SPDX-License-Identifier: MIT
#include "net/udp_socket.h"

#include <algorithm>
#include <cerrno>

#include "net/receive_batch.h"
#include "net/send_batch.h"
#include "net/socket_memory.h"
#include "net/socket_setup.h"

namespace jetstream::net {

struct UdpSocket::State {
  explicit State(PreparedSocket socket)
      : fd(std::move(socket.fd)),
        local(socket.local),
        send_batch(socket.family, socket.wildcard),
        segments_max(probe_segments_max()),
        mode(segments_max > 0 ? SendMode::kSegmented : SendMode::kMany) {}

  bool segmenting() const { return mode == SendMode::kSegmented && !on_trial; }
  void collect(std::span<const Train> trains);
  std::size_t settle(std::span<Train> trains, std::size_t messages);
  bool pass_over(int error, std::span<Train> trains, std::size_t& done);
  void train_done();

  FileDescriptor fd;
  PeerAddress local;
  ReceiveBatch receive_batch;
  SendBatch send_batch;
  UdpStats stats;
  std::size_t segments_max;
  SendMode mode;
  // A segmented send failed: its train goes out datagram by datagram, and if the system takes all
  // of them, then segmentation was to blame and not the way to that peer.
  bool on_trial = false;
  bool trial_refused = false;
};

/// Cuts trains into messages until the batch is full.
void UdpSocket::State::collect(std::span<const Train> trains) {
  send_batch.clear();
  for (const Train& train : trains) {
    const std::size_t segment = std::max<std::size_t>(train.segment_bytes, 1);
    std::size_t cut = segment;
    if (segmenting() && !train.probe) {
      cut *= std::clamp<std::size_t>(kSegmentedBytesMax / segment, 1, segments_max);
    }
    for (Bytes rest = train.bytes; !rest.empty();) {
      if (send_batch.full()) return;
      const Bytes message = rest.first(std::min(cut, rest.size()));
      send_batch.add(train.path, message, segment);
      rest = rest.subspan(message.size());
    }
  }
}

/// Takes the first `messages` of the batch off the front of `trains`; how many those finished.
std::size_t UdpSocket::State::settle(std::span<Train> trains, std::size_t messages) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < messages; ++i) {
    while (trains[done].bytes.empty()) ++done;
    Train& train = trains[done];
    train.bytes = train.bytes.subspan(send_batch.bytes_of(i).size());
    if (train.bytes.empty()) {
      ++done;
      train_done();
    }
  }
  return done;
}

void UdpSocket::State::train_done() {
  if (on_trial && !trial_refused) mode = SendMode::kMany;
  on_trial = false;
  trial_refused = false;
}

/// The system did not take the first message of the batch. False if it has to wait; otherwise
/// `done` trains (0 or 1) are over.
bool UdpSocket::State::pass_over(int error, std::span<Train> trains, std::size_t& done) {
  done = 0;
  if (error == EAGAIN || error == EWOULDBLOCK) {
    ++stats.sends_blocked;
    return false;
  }
  if (error == EINTR) return true;
  if (error == ENOSYS && mode != SendMode::kSingle) {
    mode = SendMode::kSingle;
    return true;
  }
  const bool was_segmented = send_batch.bytes_of(0).size() > trains.front().segment_bytes;
  if (was_segmented && (error == EIO || error == EINVAL)) {
    on_trial = true;
    return true;
  }
  // Anything else is loss to the core: too big a probe, no buffers, no route, a firewall's no.
  ++stats.messages_refused;
  trial_refused = on_trial;
  done = settle(trains, 1);
  return true;
}

UdpSocket::UdpSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&&) noexcept = default;
UdpSocket::~UdpSocket() = default;

Result<UdpSocket> UdpSocket::open(const UdpOptions& options) {
  auto socket = prepare_socket(options);
  if (!socket) return unexpected(socket.error());
  return UdpSocket(std::make_unique<State>(std::move(*socket)));
}

int UdpSocket::fd() const { return state_->fd.get(); }
const PeerAddress& UdpSocket::local_address() const { return state_->local; }
SendMode UdpSocket::send_mode() const { return state_->mode; }
void UdpSocket::limit_send_mode(SendMode mode) { state_->mode = std::max(state_->mode, mode); }
std::size_t UdpSocket::segments_max() const { return state_->segments_max; }

UdpStats UdpSocket::stats() const {
  const SocketMemory memory = socket_memory(fd());
  UdpStats& stats = state_->stats;
  // The kernel counts with 32 bits, from the socket's start on.
  stats.socket_drops += memory.drops - static_cast<std::uint32_t>(stats.socket_drops);
  stats.receive_buffer_bytes = memory.receive_buffer_bytes;
  return stats;
}

std::span<ReceivedMessage> UdpSocket::receive() {
  auto messages = state_->receive_batch.receive(state_->fd.get(), state_->local);
  state_->stats.messages_received += messages.size();
  return messages;
}

std::size_t UdpSocket::send(std::span<Train> trains) {
  State& state = *state_;
  std::size_t first = 0;
  while (first < trains.size()) {
    const auto rest = trains.subspan(first);
    if (rest.front().bytes.empty()) {
      ++first;
      continue;
    }
    state.collect(rest);
    const int sent = state.send_batch.send(fd(), state.mode != SendMode::kSingle);
    if (sent > 0) {
      state.stats.messages_sent += static_cast<std::uint64_t>(sent);
      first += state.settle(rest, static_cast<std::size_t>(sent));
      continue;
    }
    std::size_t done = 0;
    if (!state.pass_over(errno, rest, done)) return first;
    first += done;
  }
  return first;
}

}  // namespace jetstream::net
