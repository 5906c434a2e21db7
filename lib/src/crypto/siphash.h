// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/types.h"

namespace jetstream::crypto {

/// SipHash-2-4: a keyed hash for tables and masks that strangers choose the input of. The key is
/// read as two little-endian numbers, as the algorithm's authors do.
std::uint64_t siphash24(const std::array<std::uint8_t, 16>& key, Bytes message);

}  // namespace jetstream::crypto
