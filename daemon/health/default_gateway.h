// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "jetstream/types.h"

namespace jetstream::daemon {

/// The addresses of the gateways of all default routes, from the text of /proc/net/route and
/// /proc/net/ipv6_route. Lines that can't be understood are passed over.
std::vector<PeerAddress> parse_gateways(std::string_view route, std::string_view ipv6_route);

/// Those of this process's network, which may be a container's. Empty where the files can't be
/// read.
std::vector<PeerAddress> default_gateways();

}  // namespace jetstream::daemon
