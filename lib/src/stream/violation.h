// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frame.h"

namespace jetstream::stream {

/// `return violated(TransportCode::kFlowControlError, "...", wire::FrameType::kStream);`
inline tl::unexpected<Violation> violated(TransportCode code, std::string_view reason,
                                          wire::FrameType frame) {
  return unexpected(Violation{code, reason, static_cast<std::uint64_t>(frame)});
}

}  // namespace jetstream::stream
