// SPDX-License-Identifier: MIT
#include "stream/send_stream.h"

#include <algorithm>
#include <array>

#include "wire/varint.h"

namespace jetstream::stream {

void SendStream::append_message(Bytes message) {
  std::array<std::uint8_t, 8> prefix;
  base::ByteWriter writer(prefix);
  wire::write_varint(writer, message.size());
  buffer_.append(writer.written());
  buffer_.append(message);
}

void SendStream::reset(std::uint64_t code) {
  reset_ = true;
  reset_code_ = code;
  buffer_.clear();
}

bool SendStream::has_resend() const {
  // Nothing is sent behind a reset [STR-10].
  if (reset_) return false;
  return buffer_.has_lost() || (fin_missing() && buffer_.sent() == buffer_.end());
}

bool SendStream::has_fresh() const { return !reset_ && next_fresh().size() > 0; }

base::Interval SendStream::next_resend() const {
  return buffer_.has_lost() ? buffer_.lost() : base::Interval{buffer_.end(), buffer_.end()};
}

/// Only as far as the peer lets this stream go [FLOW-1].
base::Interval SendStream::next_fresh() const {
  const std::uint64_t unsent = buffer_.end() - buffer_.sent();
  return {buffer_.sent(), buffer_.sent() + std::min(unsent, credit_.available())};
}

SendStream::Piece SendStream::piece(std::uint64_t offset, std::uint64_t length) const {
  const Bytes data = buffer_.view(offset, length);
  return {offset, data, finished_ && offset + data.size() == buffer_.end()};
}

void SendStream::on_sent(const Piece& piece) {
  const std::uint64_t end = piece.offset + piece.data.size();
  if (end > buffer_.sent()) credit_.use(end - buffer_.sent());
  buffer_.on_sent(piece.offset, piece.data.size());
  if (piece.fin) fin_in_flight_ = true;
}

void SendStream::on_acked(const wire::SentFrame& frame) {
  if (reset_) return;
  buffer_.on_acked(frame.offset, frame.length);
  if (frame.fin) fin_acked_ = true;
}

void SendStream::on_lost(const wire::SentFrame& frame) {
  if (reset_) return;
  buffer_.on_lost(frame.offset, frame.length);
  if (frame.fin) fin_in_flight_ = false;
}

}  // namespace jetstream::stream
