// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream {

/// Reads a numeric address with its port: "127.0.0.1:8080", "[::1]:8080", "[fe80::1%eth0]:8080".
/// Port 0 is taken, because it means "any" where a socket is bound. kInvalidArgument otherwise,
/// names included: see resolve().
Result<PeerAddress> parse_endpoint(std::string_view text);

/// A name or a numeric address (without brackets) and a port, not looked up yet.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

/// Cuts "example.org:8080" or any form of parse_endpoint() in two. kInvalidArgument if there is no
/// port, or if an IPv6 address stands there without brackets.
Result<HostPort> parse_host_port(std::string_view text);

}  // namespace jetstream
