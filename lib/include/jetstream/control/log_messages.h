// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace jetstream::control {

struct LogLevelArgs {
  std::optional<std::string> level;
  friend bool operator==(const LogLevelArgs&, const LogLevelArgs&) = default;
};

struct LogLevelReport {
  std::string level;
  std::string previous;
  friend bool operator==(const LogLevelReport&, const LogLevelReport&) = default;
};

}  // namespace jetstream::control
