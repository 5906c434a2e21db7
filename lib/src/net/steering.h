// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream::net {

/// Which worker a datagram belongs to: byte 1 of Handshake and short packets. Nothing for the other
/// packets, whose connection id the client has chosen, and for what is no packet at all.
std::optional<std::uint8_t> worker_of(Bytes datagram);

/// Makes the kernel apply the same rule to all sockets that share the address of `fd` by
/// SO_REUSEPORT. What belongs to no worker, or to one that does not exist, goes by the hash of the
/// addresses. Once for the whole group, after all of it is bound. kSystem if the kernel refuses.
Result<> attach_steering(int fd);

}  // namespace jetstream::net
