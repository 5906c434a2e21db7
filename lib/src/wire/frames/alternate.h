// SPDX-License-Identifier: MIT
//
// The address of another server in CLOSE and GOAWAY: length u8 (0 or 18), IPv6 address (IPv4 as
// ::ffff:a.b.c.d), port u16.
#pragma once

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "jetstream/types.h"

namespace jetstream::wire {

/// An IPv6 or mapped IPv4 address and a port.
inline constexpr std::size_t kAlternateSize = 18;

/// False if it is cut off or of a length there is not.
inline bool read_alternate(base::ByteReader& reader, std::optional<PeerAddress>& alternate) {
  const std::optional<std::uint8_t> size = reader.read_u8();
  if (!size || (*size != 0 && *size != kAlternateSize)) return false;
  if (*size == 0) return true;
  PeerAddress address;
  const std::optional<Bytes> ip = reader.read_bytes(address.ip.size());
  const std::optional<std::uint16_t> port = reader.read_u16();
  if (!ip || !port) return false;
  std::ranges::copy(*ip, address.ip.begin());
  address.port = *port;
  alternate = address;
  return true;
}

inline std::size_t alternate_size(const std::optional<PeerAddress>& alternate) {
  return 1 + (alternate ? kAlternateSize : 0);
}

/// The scope of an address does not travel.
inline void write_alternate(base::ByteWriter& writer, const std::optional<PeerAddress>& alternate) {
  writer.write_u8(alternate ? kAlternateSize : 0);
  if (!alternate) return;
  writer.write_bytes(alternate->ip);
  writer.write_u16(alternate->port);
}

}  // namespace jetstream::wire
