// SPDX-License-Identifier: MIT
#include "session/early_flight.h"

#include <algorithm>

#include "crypto/packet_keys.h"
#include "session/params.h"
#include "wire/packet_header.h"

namespace jetstream::session {
namespace {

constexpr std::size_t kOverhead = wire::kProtectedLongHeaderSize + wire::kTagSize;
/// Less is not worth a packet: an OPEN with an ordinary name, and a few bytes.
constexpr std::size_t kRoomMin = 64;

stream::StreamLimits early_limits(const SessionTicket& ticket) {
  return {.max_streams = std::min(ticket.max_streams, kEarlyStreamsMax),
          .max_data = ticket.max_data,
          .max_stream_data = ticket.max_stream_data,
          .message_bytes_max = ticket.message_bytes_max};
}

}  // namespace

EarlyFlight::EarlyFlight(const SessionTicket& ticket, const SessionConfig& config,
                         crypto::PacketCipher& cipher, stream::SharedMemory memory)
    : cipher_(cipher),
      suite_(ticket.suite),
      bytes_left_(ticket.early_data_max),
      streams_(Role::kClient, stream_limits(to_params(config)), early_limits(ticket),
               config.send_buffer_bytes_max, memory) {}

EarlyFlight::~EarlyFlight() { cipher_.forget(keys_); }

void EarlyFlight::begin(const crypto::Secret& traffic, const ConnectionId& destination,
                        const ConnectionId& source) {
  cipher_.forget(keys_);
  keys_ = crypto::derive_packet_keys(suite_, traffic, cipher_.next_serial());
  destination_ = destination;
  source_ = source;
  next_payload_ = 0;
}

std::size_t EarlyFlight::build(Instant now, MutableBytes room) {
  if (room.size() < kOverhead + kRoomMin) return 0;
  if (next_payload_ == payloads_.size() && !compose(room.size() - kOverhead)) return 0;
  const Payload& next = payloads_[next_payload_];
  if (next.bytes.size() + kOverhead > room.size()) return 0;
  ++next_payload_;
  return seal(now, next, room);
}

/// Makes a payload of what the streams have to say.
bool EarlyFlight::compose(std::size_t room) {
  if (payloads_.size() == kPacketsMax) return false;
  Payload payload;
  payload.bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes_left_)));
  std::size_t size = 0;
  wire::SentFrame frame;
  while (true) {
    base::ByteWriter writer(MutableBytes(payload.bytes).subspan(size));
    if (!streams_.write_frame(writer, frame)) break;
    const bool fits = check_early_frames(writer.written()).has_value();
    if (!fits) {
      streams_.on_lost(frame);  // goes in the first 1-RTT packets instead
      break;
    }
    size += writer.position();
    payload.frames.push_back(frame);
  }
  if (size == 0) return false;
  payload.bytes.resize(size);
  bytes_left_ -= size;
  payloads_.push_back(std::move(payload));
  return true;
}

std::size_t EarlyFlight::seal(Instant now, const Payload& payload, MutableBytes room) {
  base::ByteWriter writer(room);
  const std::size_t length = wire::kPacketNumberSize + payload.bytes.size() + wire::kTagSize;
  wire::write_long_header(writer, wire::PacketType::kEarly, destination_, source_,
                          static_cast<std::uint16_t>(length));
  writer.write_u32(static_cast<std::uint32_t>(next_number_));
  writer.write_bytes(payload.bytes);
  writer.skip(wire::kTagSize);
  const std::size_t size = writer.position();
  cipher_.seal(keys_, next_number_, room.first(size), wire::kProtectedLongHeaderSize);
  sent_.push_back({.number = next_number_++,
                   .at = now,
                   .bytes = static_cast<std::uint32_t>(size),
                   .frames = payload.frames});
  return size;
}

std::vector<StreamId> EarlyFlight::stream_ids() const {
  std::vector<StreamId> ids;
  streams_.visit([&](const StreamInfo& info) { ids.push_back(info.id); });
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace jetstream::session
