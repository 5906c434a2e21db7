// SPDX-License-Identifier: MIT
#include "stream/send_stream.h"

#include <algorithm>
#include <array>

#include "wire/varint.h"

namespace jetstream::stream {

void SendStream::set_delivery(Delivery delivery) {
  delivery_ = delivery;
  if (delivery != Delivery::kReliable) messages_ = std::make_unique<MessageQueue>(pool_);
}

void SendStream::append_message(Bytes message) {
  constexpr std::array<std::uint8_t, 1> kPlaceOfAnEmptyOne{};
  if (messages_) {
    messages_->push(buffer_.end(), message.size());
    buffer_.append(message.empty() ? Bytes(kPlaceOfAnEmptyOne) : message);
    return;
  }
  std::array<std::uint8_t, 8> prefix;
  base::ByteWriter writer(prefix);
  wire::write_varint(writer, message.size());
  buffer_.append(writer.written());
  buffer_.append(message);
}

void SendStream::reset(std::uint64_t code) {
  reset_ = true;
  reset_code_ = code;
  abandon();
}

void SendStream::abandon() {
  buffer_.clear();
  if (messages_) messages_->clear();
}

std::size_t SendStream::buffered() const {
  return buffer_.size() + (messages_ ? messages_->size() * MessageQueue::kMessageCost : 0);
}

const MessageQueue::Message* SendStream::next_message() const {
  if (buffer_.sent() == buffer_.end()) return nullptr;
  const MessageQueue::Message& message = messages_->at(buffer_.sent());
  return message.begin == buffer_.sent() ? &message : nullptr;
}

base::Interval SendStream::next_paid() const {
  // Nothing is sent behind a reset [STR-10].
  if (reset_) return {};
  if (buffer_.has_lost()) return buffer_.lost();
  if (!messages_ || buffer_.sent() == buffer_.end()) return {buffer_.end(), buffer_.end()};
  const MessageQueue::Message& message = messages_->at(buffer_.sent());
  const bool paid = best_effort() || message.begin < buffer_.sent();
  return {buffer_.sent(), paid ? message.end() : buffer_.sent()};
}

/// Only as far as the peer lets this stream go [FLOW-1]; a message begins only if there is credit
/// for all of it [MSG-5].
base::Interval SendStream::next_fresh() const {
  const base::Interval none{buffer_.sent(), buffer_.sent()};
  if (!messages_) {
    const std::uint64_t unsent = buffer_.end() - buffer_.sent();
    return {buffer_.sent(), buffer_.sent() + std::min(unsent, credit_.available())};
  }
  const MessageQueue::Message* next = best_effort() ? nullptr : next_message();
  if (next == nullptr || extent_of(next->size) > credit_.available() ||
      !messages_->in_span(messages_->seq_of(*next))) {
    return none;
  }
  return {next->begin, next->end()};
}

bool SendStream::blocked() const {
  if (reset_ || best_effort()) return false;
  if (!messages_) return buffer_.end() > buffer_.sent() && credit_.available() == 0;
  const MessageQueue::Message* next = next_message();
  return next != nullptr && extent_of(next->size) > credit_.available();
}

SendStream::Piece SendStream::piece(std::uint64_t offset, std::uint64_t length) const {
  if (!messages_) {
    const Bytes data = buffer_.view(offset, length);
    const bool fin = finished_ && offset + data.size() == buffer_.end();
    return {offset, data.size(), data, fin, nullptr};
  }
  if (length == 0) return {offset, 0, {}, fin_due(), nullptr};
  const MessageQueue::Message& message = messages_->at(offset);
  const Bytes view = buffer_.view(offset, std::min(length, message.end() - offset));
  return {offset, view.size(), message.size > 0 ? view : Bytes(), false, &message};
}

wire::MsgFrame SendStream::msg_frame(StreamId stream, const Piece& piece) const {
  return {stream, messages_->seq_of(*piece.message), piece.offset - piece.message->begin,
          piece.message->size, piece.data};
}

std::uint64_t SendStream::on_sent(const Piece& piece) {
  const std::uint64_t end = piece.offset + piece.extent;
  const std::uint64_t sent_before = buffer_.sent();
  buffer_.on_sent(piece.offset, piece.extent);
  if (piece.fin) fin_in_flight_ = true;
  if (best_effort()) {
    // Nobody will ask for it again [MSG-8].
    buffer_.on_acked(piece.offset, piece.extent);
    messages_->settle(buffer_.begin());
    return 0;
  }
  std::uint64_t price = end > sent_before ? end - sent_before : 0;
  if (piece.message != nullptr) {
    price = piece.offset == piece.message->begin && end > sent_before
                ? extent_of(piece.message->size)
                : 0;
  }
  credit_.use(price);
  return price;
}

void SendStream::on_acked(const wire::SentFrame& frame) {
  if (reset_) return;
  if (frame.fin) fin_acked_ = true;
  if (best_effort()) return;
  buffer_.on_acked(frame.offset, frame.length);
  if (messages_) messages_->settle(buffer_.begin());
}

void SendStream::on_lost(const wire::SentFrame& frame) {
  if (reset_) return;
  if (frame.fin) fin_in_flight_ = false;
  if (best_effort()) return;
  buffer_.on_lost(frame.offset, frame.length);
}

bool SendStream::expire(Instant now) {
  const bool missing_before = messages_->skip_missing();
  const std::uint64_t below_before = messages_->skip_below();
  const std::uint64_t rest = messages_->expire(now, buffer_.sent());
  if (rest == 0) return false;
  buffer_.abandon(rest);
  return messages_->skip_missing() && (!missing_before || messages_->skip_below() != below_before);
}

}  // namespace jetstream::stream
