// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace jetstream::testing {

struct SwarmOutcome {
  /// Empty if all invariants held.
  std::string failure;
  /// Equal for equal runs.
  std::uint64_t digest = 0;
  std::uint64_t sessions = 0;
  std::uint64_t datagrams = 0;
  double virtual_seconds = 0;
};

/// One random world from one seed: a server, some clients with random plans, and a network whose
/// faults are drawn at random and heal at a random moment, after which everything honest must
/// finish.
SwarmOutcome run_swarm(std::uint64_t seed, bool canary);

}  // namespace jetstream::testing
