// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>

#include "jetstream/control/command.h"

namespace jetstream::daemon {

/// How often commands of the admin socket were answered, and how often with an error. A value.
class AdminTally {
 public:
  void add_answer(control::CommandId command) { ++counts_[command].answers; }
  /// One of the answers is an error.
  void add_error(control::CommandId command) { ++counts_[command].errors; }

  std::uint64_t errors(control::CommandId command) const { return of(command).errors; }
  std::uint64_t successes(control::CommandId command) const {
    return of(command).answers - of(command).errors;
  }

 private:
  struct Counts {
    std::uint64_t answers = 0;
    std::uint64_t errors = 0;
  };
  Counts of(control::CommandId command) const {
    const auto found = counts_.find(command);
    return found == counts_.end() ? Counts() : found->second;
  }

  std::map<control::CommandId, Counts> counts_;
};

}  // namespace jetstream::daemon
