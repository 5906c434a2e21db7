// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "jetstream/endpoint.h"
#include "wire/frames/common.h"

namespace jetstream::wire {

inline constexpr std::size_t kServiceSizeMax = 63;
inline constexpr std::uint8_t kUrgencyMax = 7;

/// Opens a stream: stream v, urgency u8, weight u8, delivery u8, framing u8, length of service
/// u8, service.
struct OpenFrame {
  StreamId stream;
  /// Up to kServiceSizeMax bytes from 0x21 to 0x7e; when parsed, a view of the packet.
  std::string_view service;
  std::uint8_t urgency = 3;  ///< 0 to kUrgencyMax.
  std::uint8_t weight = 16;  ///< 1 to 255.
  Framing framing = Framing::kBytes;
  Delivery delivery = Delivery::kReliable;
};

/// Only a stream in order can be cut into anything but messages.
constexpr bool go_together(Delivery delivery, Framing framing) {
  return delivery == Delivery::kReliable || framing == Framing::kMessages;
}

/// Whether OPEN can carry this service name.
bool is_service_name(std::string_view service);

Parsed<OpenFrame> parse_open(base::ByteReader& reader);
std::size_t encoded_size(const OpenFrame& frame);
void write(base::ByteWriter& writer, const OpenFrame& frame);

}  // namespace jetstream::wire
