// SPDX-License-Identifier: MIT
#include "endpoint/admission.h"

#include <algorithm>

namespace jetstream::endpoint {
bool HelloQueue::push(const Path& path, Bytes packet, std::size_t datagram_bytes) {
  if (count_ == hellos_.size()) return false;
  Hello& hello = hellos_[count_++];
  hello.path = path;
  hello.datagram_bytes = datagram_bytes;
  // A hello too long for this is refused when it is parsed, because it is cut off.
  hello.size = std::min(packet.size(), hello.bytes.size());
  std::copy_n(packet.begin(), hello.size, hello.bytes.begin());
  return true;
}

HelloQueue::Hello* HelloQueue::pop() {
  if (next_ < count_) return &hellos_[next_++];
  next_ = count_ = 0;
  return nullptr;
}

bool EarlyQueue::push(const EarlyAddress& address, Bytes packet, std::size_t counts) {
  if (packets_.size() == kPacketsPerTurn || packet.size() > wire::kMinHelloDatagram) return false;
  packets_.push_back({address, {packet.begin(), packet.end()}, counts});
  return true;
}

EarlyQueue::Early* EarlyQueue::pop() {
  if (next_ < packets_.size()) return &packets_[next_++];
  packets_.clear();
  next_ = 0;
  return nullptr;
}

Result<session::ReceivedHello, DropReason> read_hello(const Path& path, MutableBytes packet,
                                                      std::size_t datagram_bytes) {
  bool malformed = false;
  const auto view = wire::next_packet(packet, malformed);
  if (!view || view->type != wire::PacketType::kInitial) {
    return unexpected(DropReason::kMalformed);
  }
  base::ByteReader reader(view->bytes.subspan(view->pn_offset));
  const auto message = wire::next_message(reader);
  if (!message || message->type != wire::MessageType::kClientHello || !reader.empty()) {
    return unexpected(DropReason::kMalformed);
  }
  auto hello = wire::parse_client_hello(message->body);
  // [HS-6]; a hello without a common suite is refused by choose_suite().
  if (!hello || hello->version != view->version || hello->connection_id != view->source) {
    return unexpected(DropReason::kMalformed);
  }
  if (hello->groups[0] != wire::kGroupX25519) return unexpected(DropReason::kHelloRefused);
  return session::ReceivedHello{.hello = *hello,
                                .frame = message->frame,
                                .first_destination = view->destination,
                                .path = path,
                                .datagram_bytes = datagram_bytes};
}

std::size_t write_version_negotiation(const wire::PacketView& packet, MutableBytes out) {
  base::ByteWriter writer(out);
  wire::write_long_header(writer, wire::PacketType::kVersionNegotiation, packet.source,
                          packet.destination, sizeof(std::uint32_t));
  writer.write_u32(wire::kVersion1);
  return writer.position();
}

std::size_t write_retry_packet(const session::ReceivedHello& received, const crypto::Cookie& cookie,
                               MutableBytes out) {
  wire::Retry retry;
  std::copy_n(received.hello.random.begin(), retry.echo.size(), retry.echo.begin());
  retry.cookie = cookie;
  std::array<std::uint8_t, 64> payload{};
  const std::size_t size = wire::write_retry(payload, retry);
  base::ByteWriter writer(out);
  wire::write_long_header(writer, wire::PacketType::kRetry, received.hello.connection_id,
                          received.first_destination, static_cast<std::uint16_t>(size));
  writer.write_bytes(Bytes(payload).first(size));
  return writer.position();
}

}  // namespace jetstream::endpoint
