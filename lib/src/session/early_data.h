// SPDX-License-Identifier: MIT
//
// What both sides know about early data (docs/PROTOCOL.md, "Early data").
#pragma once

#include "jetstream/error.h"
#include "jetstream/result.h"
#include "wire/frame.h"

namespace jetstream::session {

/// Streams that early data can open.
inline constexpr std::uint64_t kEarlyStreamsMax = 8;

/// Whether a 0-RTT packet may have this frame [RES-16].
bool legal_in_early_data(const wire::Frame& frame);

/// Checks the frames of a 0-RTT packet that has authenticated [RES-16, RES-17].
Result<void, Violation> check_early_frames(Bytes payload);

}  // namespace jetstream::session
