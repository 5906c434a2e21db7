// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <vector>

#include "daemon/health/health_table.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// One problem that is to be shown.
struct HealthFinding {
  HealthCode code;
  std::string detail;  ///< What was found, with figures.
  Instant since;       ///< When it began to hold.
};

/// Remembers what holds and decides what of it people see: see HealthSpec for the rules. Time comes
/// in, so that it can be tested to the nanosecond.
class HealthBoard {
 public:
  /// What was found out now. `detail` is kept while the problem holds; an empty string is "all
  /// well".
  void set(HealthCode code, Instant now, std::string detail);

  /// What is to be shown, causes first.
  std::vector<HealthFinding> visible(Instant now) const;

  struct Changes {
    std::vector<HealthFinding> raised;
    std::vector<HealthCode> cleared;
  };
  /// What became visible, and what no longer is, since the last call.
  Changes take_changes(Instant now);

 private:
  struct Entry {
    bool holds = false;
    bool shown_once = false;  ///< In this stretch, so it stays for a while.
    Instant since;
    Instant held_last;
    std::string detail;
  };
  bool is_visible(HealthCode code, Instant now) const;

  std::array<Entry, kHealthCodeCount> entries_;
  std::array<bool, kHealthCodeCount> told_{};
};

/// Whether new clients are welcome, and whether anything short of a restart helps.
bool is_ready(const std::vector<HealthFinding>& findings);
bool is_alive(const std::vector<HealthFinding>& findings);

}  // namespace jetstream::daemon
