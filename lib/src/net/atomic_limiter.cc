// SPDX-License-Identifier: MIT
#include "net/atomic_limiter.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "net/clock.h"

namespace jetstream::net {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

/// Leases of all holders together are an eighth of a second's worth: workers rarely touch the
/// shared number, and the error stays below what anybody would call a burst.
constexpr std::uint64_t kLeasesPerSecond = 8;

SharedLimiter::Shape make_shape(std::uint64_t per_second, std::uint64_t largest,
                                std::uint32_t leaseholders) {
  if (per_second == 0) return {};
  return {.per_second = per_second,
          .burst = std::max(per_second, largest),
          .lease = std::max<std::uint64_t>(per_second / (kLeasesPerSecond * leaseholders), 1)};
}

}  // namespace

AtomicLimiter::AtomicLimiter(const Options& options, Instant now) : start_(now) {
  const Shape messages = make_shape(options.messages_per_second, 1, options.leaseholders);
  const Shape bytes =
      make_shape(options.bytes_per_second, options.message_bytes_max, options.leaseholders);
  of(RateLimit::kGlobalMessagesReceived).shape = of(RateLimit::kGlobalMessagesSent).shape =
      messages;
  of(RateLimit::kGlobalBytesReceived).shape = of(RateLimit::kGlobalBytesSent).shape = bytes;
}

AtomicLimiter::Bucket& AtomicLimiter::of(RateLimit limit) {
  return const_cast<Bucket&>(std::as_const(*this).of(limit));
}

const AtomicLimiter::Bucket& AtomicLimiter::of(RateLimit limit) const {
  JS_ASSERT(limit >= RateLimit::kGlobalMessagesReceived);
  return buckets_[static_cast<std::size_t>(limit) -
                  static_cast<std::size_t>(RateLimit::kGlobalMessagesReceived)];
}

/// The burst is there from the start. Rounded down, and never less than before.
std::uint64_t AtomicLimiter::come(const Bucket& bucket, Instant now) const {
  const auto elapsed =
      static_cast<std::uint64_t>(std::max((now - start_).count(), std::int64_t{0}));
  return bucket.shape.burst + elapsed / kSecond * bucket.shape.per_second +
         elapsed % kSecond * bucket.shape.per_second / kSecond;
}

// Relaxed throughout: the number itself is all there is to agree upon.
std::uint64_t AtomicLimiter::lease(Instant now, RateLimit limit, std::uint64_t at_most) {
  Bucket& bucket = of(limit);
  const std::uint64_t come_by_now = come(bucket, now);
  std::uint64_t gone = bucket.gone.load(std::memory_order_relaxed);
  while (true) {
    const std::uint64_t start = std::max(gone, come_by_now - bucket.shape.burst);
    const std::uint64_t there = come_by_now - std::min(start, come_by_now);
    const std::uint64_t taken = std::min(there, at_most);
    if (taken == 0) return 0;
    if (bucket.gone.compare_exchange_weak(gone, start + taken, std::memory_order_relaxed)) {
      return taken;
    }
  }
}

void AtomicLimiter::give_back(RateLimit limit, std::uint64_t amount) {
  of(limit).gone.fetch_sub(amount, std::memory_order_relaxed);
}

std::uint64_t AtomicLimiter::available(Instant now, RateLimit limit) const {
  const Bucket& bucket = of(limit);
  const std::uint64_t come_by_now = come(bucket, now);
  const std::uint64_t gone = bucket.gone.load(std::memory_order_relaxed);
  return std::min(come_by_now - std::min(gone, come_by_now), bucket.shape.burst);
}

Instant AtomicLimiter::ready_at(RateLimit limit, std::uint64_t amount) const {
  const Bucket& bucket = of(limit);
  const std::uint64_t wanted = bucket.gone.load(std::memory_order_relaxed) + amount;
  if (wanted <= bucket.shape.burst) return start_;
  const std::uint64_t more = wanted - bucket.shape.burst;
  const std::uint64_t rest = more % bucket.shape.per_second * kSecond;
  const std::uint64_t wait = more / bucket.shape.per_second * kSecond +
                             (rest + bucket.shape.per_second - 1) / bucket.shape.per_second;
  return start_ + Duration(static_cast<std::int64_t>(wait));
}

}  // namespace jetstream::net

namespace jetstream {

std::shared_ptr<SharedLimiter> make_shared_limiter(const SharedLimiterOptions& options) {
  return std::make_shared<net::AtomicLimiter>(options, net::clock_now());
}

}  // namespace jetstream
