// SPDX-License-Identifier: MIT
#include "wire/frames/open.h"

#include <algorithm>

namespace jetstream::wire {
bool is_service_name(std::string_view service) {
  return service.size() <= kServiceSizeMax &&
         std::all_of(service.begin(), service.end(), [](char c) { return c >= 0x21 && c <= 0x7e; });
}

/// Refuses whatever has no meaning in this version [ENC-13].
Parsed<OpenFrame> parse_open(base::ByteReader& reader) {
  OpenFrame frame;
  if (!read_stream_id(reader, frame.stream)) {
    return malformed(FrameType::kOpen, "OPEN names no valid stream");
  }
  const std::optional<std::uint8_t> urgency = reader.read_u8();
  const std::optional<std::uint8_t> weight = reader.read_u8();
  const std::optional<std::uint8_t> delivery = reader.read_u8();
  const std::optional<std::uint8_t> framing = reader.read_u8();
  const std::optional<std::uint8_t> service_size = reader.read_u8();
  if (!service_size) return malformed(FrameType::kOpen, "OPEN is cut off");
  if (*urgency > kUrgencyMax || *weight == 0) {
    return malformed(FrameType::kOpen, "OPEN has no valid priority");
  }
  if (*delivery > static_cast<std::uint8_t>(Delivery::kBestEffort)) {
    return malformed(FrameType::kOpen, "OPEN asks for an unknown delivery");
  }
  if (*framing > static_cast<std::uint8_t>(Framing::kMessages)) {
    return malformed(FrameType::kOpen, "OPEN asks for an unknown framing");
  }
  frame.framing = static_cast<Framing>(*framing);
  frame.delivery = static_cast<Delivery>(*delivery);
  if (!go_together(frame.delivery, frame.framing)) {
    return malformed(FrameType::kOpen, "OPEN asks for bytes where there are only messages");
  }
  const std::optional<Bytes> service = reader.read_bytes(*service_size);
  if (!service) return malformed(FrameType::kOpen, "OPEN is cut off");
  frame.service = as_text(*service);
  if (!is_service_name(frame.service)) {
    return malformed(FrameType::kOpen, "OPEN names no valid service");
  }
  frame.urgency = *urgency;
  frame.weight = *weight;
  return frame;
}

std::size_t encoded_size(const OpenFrame& frame) {
  return 1 + varint_size(frame.stream.value()) + 5 + frame.service.size();
}

void write(base::ByteWriter& writer, const OpenFrame& frame) {
  JS_ASSERT(frame.urgency <= kUrgencyMax && frame.weight > 0 && is_service_name(frame.service) &&
            go_together(frame.delivery, frame.framing));
  write_type(writer, FrameType::kOpen);
  write_varint(writer, frame.stream.value());
  writer.write_u8(frame.urgency);
  writer.write_u8(frame.weight);
  writer.write_u8(static_cast<std::uint8_t>(frame.delivery));
  writer.write_u8(static_cast<std::uint8_t>(frame.framing));
  writer.write_u8(static_cast<std::uint8_t>(frame.service.size()));
  writer.write_bytes(as_bytes(frame.service));
}

}  // namespace jetstream::wire
