// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"
#include "wire/hello.h"

namespace jetstream::wire {

/// What the client may put into `cookie` of its next hello: length u8, token. Only servers send it.
struct AddressTokenFrame {
  Bytes token;  ///< kAddressTokenSize bytes, a view of the payload.
};

inline Parsed<AddressTokenFrame> parse_address_token(base::ByteReader& reader) {
  const auto length = reader.read_u8();
  if (length != kAddressTokenSize) {  // [RETRY-17]
    return malformed(FrameType::kAddressToken, "ADDRESS_TOKEN of another length");
  }
  const auto token = reader.read_bytes(*length);
  if (!token) return malformed(FrameType::kAddressToken, "ADDRESS_TOKEN is cut off");
  return AddressTokenFrame{*token};
}

inline std::size_t encoded_size(const AddressTokenFrame& frame) { return 2 + frame.token.size(); }

inline void write(base::ByteWriter& writer, const AddressTokenFrame& frame) {
  JS_ASSERT(frame.token.size() == kAddressTokenSize);
  write_type(writer, FrameType::kAddressToken);
  writer.write_u8(static_cast<std::uint8_t>(frame.token.size()));
  writer.write_bytes(frame.token);
}

}  // namespace jetstream::wire
