// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream {

/// Reads a numeric address with its port: "127.0.0.1:8080", "[::1]:8080", "[fe80::1%eth0]:8080".
/// Port 0 is taken, because it means "any" where a socket is bound. kInvalidArgument otherwise,
/// names included: see resolve().
Result<PeerAddress> parse_endpoint(std::string_view text);

/// All addresses that begin with the same bits, of one family: IPv4 ones are kept as in
/// PeerAddress, so that "10.0.0.0/8" has 104 bits, but "::/0" contains no IPv4 address.
struct AddressBlock {
  std::array<std::uint8_t, 16> ip{};
  std::uint8_t bits = 128;

  bool is_v4() const;

  /// Whatever the port and the scope are.
  bool contains(const PeerAddress& address) const;
  /// As parse_address_block() reads it.
  std::string to_string() const;
  friend bool operator==(const AddressBlock&, const AddressBlock&) = default;
};

/// Reads "10.0.0.0/8", "2001:db8::/32", or one address alone. kInvalidArgument otherwise, and for
/// bits that are set behind the prefix: nobody knows what was meant by "10.0.0.1/8", so the message
/// names both readings.
Result<AddressBlock> parse_address_block(std::string_view text);

/// 127.0.0.0/8 and ::1.
std::vector<AddressBlock> loopback_blocks();

/// A name or a numeric address (without brackets) and a port, not looked up yet.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

/// Cuts "example.org:8080" or any form of parse_endpoint() in two. kInvalidArgument if there is no
/// port, or if an IPv6 address stands there without brackets.
Result<HostPort> parse_host_port(std::string_view text);

}  // namespace jetstream
