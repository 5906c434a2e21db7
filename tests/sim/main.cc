// SPDX-License-Identifier: MIT
//
// jetstream_sim [--first SEED] [--count N] [--twice] [--canary]: runs the core on virtual time and
// a hostile network, one world per seed. A failing seed is printed; `--first SEED --count 1`
// replays it exactly.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/swarm.h"

int main(int argc, char** argv) {
  using namespace jetstream::testing;
  std::uint64_t first = 1;
  std::uint64_t count = 100;
  bool twice = false;
  bool canary = false;
  for (int i = 1; i < argc; ++i) {
    const bool has_value = i + 1 < argc;
    if (std::strcmp(argv[i], "--first") == 0 && has_value) {
      first = std::strtoull(argv[++i], nullptr, 10);
    } else if (std::strcmp(argv[i], "--count") == 0 && has_value) {
      count = std::strtoull(argv[++i], nullptr, 10);
    } else if (std::strcmp(argv[i], "--twice") == 0) {
      twice = true;
    } else if (std::strcmp(argv[i], "--canary") == 0) {
      canary = true;
    } else {
      std::fprintf(stderr, "usage: %s [--first SEED] [--count N] [--twice] [--canary]\n", argv[0]);
      return 2;
    }
  }

  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t failed = 0;
  std::uint64_t sessions = 0;
  std::uint64_t datagrams = 0;
  double virtual_seconds = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SwarmOutcome outcome = run_swarm(seed, canary);
    if (twice && run_swarm(seed, canary).digest != outcome.digest) {
      outcome.failure = "two runs of the same seed differ";
    }
    if (!outcome.failure.empty()) {
      ++failed;
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
                  outcome.failure.c_str());
    }
    sessions += outcome.sessions;
    datagrams += outcome.datagrams;
    virtual_seconds += outcome.virtual_seconds;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf(
      "%llu seeds, %llu sessions, %llu datagrams, %.0f virtual seconds in %.1f s: %.0f seeds/s\n",
      static_cast<unsigned long long>(count), static_cast<unsigned long long>(sessions),
      static_cast<unsigned long long>(datagrams), virtual_seconds, seconds,
      static_cast<double>(count) / seconds);
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(count - failed),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}
