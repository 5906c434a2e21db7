// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace jetstream::daemon {

/// Decides when memory that sessions have freed goes back to the system: the allocator keeps it by
/// itself, scattered in small pieces, and looking for whole pages among them takes milliseconds. So
/// only after many sessions have ended, and again only when half of those left have.
class MemoryReturn {
 public:
  /// About 2.5 MiB of sessions; less is not worth looking for.
  static constexpr std::size_t kWorthwhile = 1024;

  /// There are so many records of sessions now. True if memory should go back.
  bool due(std::size_t records);

 private:
  std::size_t most_ = 0;  ///< Since the last time.
};

/// Gives back what is free, of all threads. Without effect where the allocator does not offer it.
void return_memory();

}  // namespace jetstream::daemon
