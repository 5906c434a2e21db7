// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace jetstream::control {

/// The longest deadline that a drain can be given.
inline constexpr std::uint64_t kDrainDeadlineMaxMs = 24 * 60 * 60 * 1000;

struct DrainStartArgs {
  std::optional<std::uint64_t> deadline_ms;
  friend bool operator==(const DrainStartArgs&, const DrainStartArgs&) = default;
};

/// How far a drain has come.
struct DrainReport {
  std::string state;
  std::uint64_t sessions_at_start = 0;
  std::uint64_t sessions_left = 0;
  std::uint64_t elapsed_ms = 0;
  std::uint64_t deadline_ms = 0;
  std::optional<std::uint64_t> eta_ms;
  friend bool operator==(const DrainReport&, const DrainReport&) = default;
};

}  // namespace jetstream::control
