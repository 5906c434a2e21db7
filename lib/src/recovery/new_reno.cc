// SPDX-License-Identifier: MIT
#include "recovery/new_reno.h"

#include <algorithm>

namespace jetstream::recovery {

NewReno::NewReno(std::uint32_t datagram_bytes)
    : datagram_bytes_(datagram_bytes), window_(initial_window(datagram_bytes)) {}

std::uint64_t NewReno::initial_window(std::uint32_t datagram_bytes) {
  std::uint64_t bytes = datagram_bytes;
  return std::min(10 * bytes, std::max<std::uint64_t>(2 * bytes, 14'720));
}

void NewReno::on_sent(Instant, std::uint32_t) {}

void NewReno::on_acked(Instant sent_at, std::uint32_t bytes, bool underused) {
  if (underused || sent_at <= recovery_start_) return;
  if (window_ < slow_start_threshold_) {
    window_ += bytes;
    return;
  }
  acked_bytes_ += bytes;
  if (acked_bytes_ >= window_) {
    acked_bytes_ -= window_;
    window_ += datagram_bytes_;
  }
}

void NewReno::on_lost(Instant now, Instant newest_sent_at) {
  if (newest_sent_at <= recovery_start_) return;
  recovery_start_ = now;
  acked_bytes_ = 0;
  window_ = std::max(window_ / 2, minimum_window());
  slow_start_threshold_ = window_;
}

void NewReno::on_persistent_congestion() {
  window_ = minimum_window();
  acked_bytes_ = 0;
  recovery_start_ = Instant::min();
}

void NewReno::restart(Instant now) {
  window_ = initial_window(datagram_bytes_);
  slow_start_threshold_ = std::numeric_limits<std::uint64_t>::max();
  acked_bytes_ = 0;
  recovery_start_ = now;
}

void NewReno::set_datagram_bytes(std::uint32_t bytes) {
  if (bytes > datagram_bytes_) window_ = std::max(window_, initial_window(bytes));
  datagram_bytes_ = bytes;
}

}  // namespace jetstream::recovery
