// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jetstream::control {

/// The longest deadline that a drain can be given.
inline constexpr std::uint64_t kDrainDeadlineMaxMs = 24 * 60 * 60 * 1000;
/// The longest time that clients can be told to stay away: drain.retry_after's, too.
inline constexpr std::uint64_t kRetryAfterMaxMs = 60 * 60 * 1000;

/// What becomes of the daemon when a drain is over.
enum class DrainEnd : std::uint8_t {
  kHold,  ///< It stays, and takes no sessions.
  kExit,  ///< It stops; what sessions are left are closed.
};
std::string_view to_string(DrainEnd end);  ///< "hold", "exit"
std::optional<DrainEnd> parse_drain_end(std::string_view text);

/// Where something is left out, the configuration's holds.
struct DrainStartArgs {
  std::optional<std::uint64_t> deadline_ms{};
  std::optional<std::uint64_t> pace_ms{};
  std::optional<std::uint64_t> retry_after_ms{};
  std::optional<std::string> alternate{};
  std::uint64_t sessions_left = 0;
  std::optional<std::string> then{};
  std::optional<std::uint64_t> hold_ms{};
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
  std::optional<std::string> then{};
  std::optional<std::uint64_t> hold_left_ms{};
  friend bool operator==(const DrainReport&, const DrainReport&) = default;
};

}  // namespace jetstream::control
