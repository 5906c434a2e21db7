// SPDX-License-Identifier: MIT
//
// How far from its limit a global rate limit is after a minute, on virtual time: one line for each
// number of workers and each load. The exit code is 1 if more was admitted than the limit allows,
// or less than it allows by more than the leases that may be outstanding.
#include <cstdio>
#include <vector>

#include "endpoint/shared_lease.h"
#include "net/atomic_limiter.h"

using namespace jetstream;

namespace {

constexpr std::uint64_t kLimit = 10'000;  // global_rate_limit_messages
constexpr std::uint64_t kSeconds = 60;
constexpr std::uint64_t kTicksPerSecond = 1000;
constexpr Instant kStart{std::chrono::hours(1)};

/// Messages that `workers` let through when together they are offered `load` times the limit.
std::uint64_t admitted(std::uint32_t workers, std::uint64_t load) {
  net::AtomicLimiter limiter({.messages_per_second = kLimit, .leaseholders = workers}, kStart);
  std::vector<endpoint::SharedLease> leases(
      workers, endpoint::SharedLease(limiter, RateLimit::kGlobalMessagesReceived));
  std::uint64_t passed = 0;
  std::uint64_t turn = 0;
  for (std::uint64_t tick = 0; tick < kSeconds * kTicksPerSecond; ++tick) {
    const Instant now = kStart + tick * std::chrono::milliseconds(1);
    for (endpoint::SharedLease& lease : leases) {
      if (now >= lease.return_at()) lease.put_away();
    }
    for (std::uint64_t i = 0; i < load * kLimit / kTicksPerSecond; ++i) {
      endpoint::SharedLease& lease = leases[turn++ % workers];
      if (!lease.covers(now, 1)) continue;
      lease.charge(1);
      ++passed;
    }
  }
  return passed;
}

}  // namespace

int main() {
  bool good = true;
  for (const std::uint32_t workers : {1u, 2u}) {
    for (const std::uint64_t load : {1u, 2u, 4u}) {
      // The last tick is a millisecond before the end of the minute.
      const std::uint64_t come = kLimit + kLimit * kSeconds - kLimit / kTicksPerSecond;
      const std::uint64_t expected = std::min(load * kLimit * kSeconds, come);
      const std::uint64_t passed = admitted(workers, load);
      const double error = (static_cast<double>(passed) - static_cast<double>(expected)) /
                           static_cast<double>(expected);
      std::printf("workers %u load %llu expected %llu admitted %llu error %+.4f%%\n", workers,
                  static_cast<unsigned long long>(load), static_cast<unsigned long long>(expected),
                  static_cast<unsigned long long>(passed), error * 100);
      good = good && passed <= expected && expected - passed <= kLimit / 8;
    }
  }
  return good ? 0 : 1;
}
