// SPDX-License-Identifier: MIT
#include "stream/stream.h"

#include <utility>

namespace jetstream::stream {

Stream::Stream(StreamId its_id, bool is_opened_by_peer, Memory memory, std::uint32_t& gap_total,
               std::uint64_t send_limit, std::uint64_t recv_window)
    : id(its_id),
      opened_by_peer(is_opened_by_peer),
      account(is_opened_by_peer ? memory.receiving : memory.sending),
      send(memory.sending, send_limit),
      recv(memory.receiving, gap_total, recv_window) {
  account.count(kStreamRecordBytes);
}

Stream::~Stream() { account.uncount(kStreamRecordBytes); }

void Stream::set_options(StreamOptions its_options) {
  options = std::move(its_options);
  turn.urgency = options.urgency;
  turn.weight = options.weight;
  send.set_delivery(options.delivery);
}

StreamState Stream::state() const {
  if (closed) return StreamState::kClosed;
  if (!known) return StreamState::kOpening;
  return send.ended() || recv.ended() ? StreamState::kClosing : StreamState::kOpen;
}

StreamInfo Stream::info() const {
  StreamInfo info;
  info.id = id;
  info.state = state();
  info.options = options;
  info.opened_by_peer = opened_by_peer;
  info.bytes_sent = bytes_taken;
  info.bytes_received = recv.bytes_read();
  info.bytes_acked = send.bytes_acked();
  if (options.delivery == Delivery::kExpiring) info.messages_expired = send.messages().expired();
  info.messages_dropped = messages_dropped;
  info.send_window = send.window();
  info.recv_window = recv.window();
  return info;
}

}  // namespace jetstream::stream
