// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/assert.h"
#include "wire/frame.h"

namespace jetstream {

/// An AckFrame as it comes out of a packet, together with the bytes it is a view of.
class AckOf {
 public:
  /// Ranges newest first.
  explicit AckOf(std::vector<wire::AckRange> newest_first, std::uint64_t delay_us = 0) {
    base::ByteWriter writer(bytes_);
    JS_ASSERT(wire::write_ack_frame(writer, newest_first, delay_us) == newest_first.size());
    wire::FrameReader reader(writer.written());
    frame_ = std::get<wire::AckFrame>(reader.next().value());
  }
  AckOf(const AckOf&) = delete;
  AckOf& operator=(const AckOf&) = delete;

  operator const wire::AckFrame&() const { return frame_; }

 private:
  std::array<std::uint8_t, 2048> bytes_{};
  wire::AckFrame frame_;
};

}  // namespace jetstream
