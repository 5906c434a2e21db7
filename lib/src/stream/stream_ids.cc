// SPDX-License-Identifier: MIT
#include "stream/stream_ids.h"

#include <algorithm>

namespace jetstream::stream {
namespace {

std::uint32_t bounded(std::uint64_t limit) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, kStreamsMax));
}

}  // namespace

bool OwnIds::raise(std::uint64_t limit) {
  const auto before = limit_;
  limit_ = std::max(limit_, bounded(limit));
  return limit_ > before;
}

PeerIds::PeerIds(std::uint64_t open_max) : limit_(bounded(open_max)), announced_(limit_) {}

void PeerIds::on_named(std::uint32_t n) { highest_named_ = std::max(highest_named_, n); }

void PeerIds::on_closed(std::uint32_t n) {
  closed_.insert(n, std::uint64_t{n} + 1);
  limit_ = bounded(std::uint64_t{limit_} + 1);
}

bool PeerIds::update_due() const {
  const std::uint32_t gain = limit_ - announced_;
  return gain > 0 && gain >= announced_ - highest_named_;
}

}  // namespace jetstream::stream
