// SPDX-License-Identifier: MIT
#include "recovery/path_mtu.h"

#include <array>

#include "base/assert.h"

namespace jetstream::recovery {
namespace {

/// UDP payloads of full packets: Ethernet with IPv6 and IPv4, FDDI-like 4 KiB links, jumbo frames
/// with IPv6 and IPv4, then powers of two up to what the loopback interface takes with IPv6. The
/// maximum itself comes last.
constexpr std::array<std::uint32_t, 8> kLadder = {1452, 1472,   4000,   8952,
                                                  8972, 16'384, 32'768, 65'487};

}  // namespace

PathMtu::PathMtu(std::uint32_t maximum) : maximum_(maximum) {
  JS_ASSERT(maximum >= kBaseDatagramBytes);
}

std::optional<std::uint32_t> PathMtu::probe_size(Instant now) const {
  std::uint32_t size = next_size();
  if (!wanted_ || size == 0 || outstanding_ != 0 || now < paused_until_) return std::nullopt;
  return size;
}

void PathMtu::on_probe_sent(std::uint32_t size) { outstanding_ = size; }

bool PathMtu::on_probe_acked(std::uint32_t size) {
  if (size != outstanding_) return false;
  outstanding_ = 0;
  // A probe from before a fall-back is not the next step any more.
  if (size != next_size()) return false;
  current_ = size;
  wanted_ = false;
  attempts_ = 0;
  return true;
}

void PathMtu::on_probe_lost(Instant now, std::uint32_t size) {
  if (size != outstanding_) return;
  outstanding_ = 0;
  if (size != next_size() || ++attempts_ < kAttempts) return;
  attempts_ = 0;
  paused_until_ = now + kPause;
}

bool PathMtu::on_packets(Instant now, std::uint32_t acked_bytes_max, std::uint32_t large_lost) {
  if (current_ == kBaseDatagramBytes) return false;
  // What is lost was sent before what arrives in the same acknowledgement.
  losses_ = acked_bytes_max > kBaseDatagramBytes ? 0 : losses_ + large_lost;
  if (losses_ < kLossesToFallBack) return false;
  losses_ = 0;
  attempts_ = 0;
  current_ = kBaseDatagramBytes;
  wanted_ = false;
  paused_until_ = now + kFallBackPause;
  return true;
}

void PathMtu::restart() {
  current_ = kBaseDatagramBytes;
  outstanding_ = attempts_ = losses_ = 0;
  paused_until_ = Instant::min();
}

std::uint32_t PathMtu::next_size() const {
  if (current_ >= maximum_) return 0;
  for (std::uint32_t size : kLadder) {
    if (size > current_ && size < maximum_) return size;
  }
  return maximum_;
}

}  // namespace jetstream::recovery
