// SPDX-License-Identifier: MIT
#include "daemon/process/memory_return.h"

#include <malloc.h>

#include <algorithm>

namespace jetstream::daemon {

bool MemoryReturn::due(std::size_t records) {
  most_ = std::max(most_, records);
  if (records > most_ / 2 || most_ - records < kWorthwhile) return false;
  most_ = records;
  return true;
}

void return_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace jetstream::daemon
