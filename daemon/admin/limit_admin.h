// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "daemon/admin/admin_done.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// What the rate limits are and do. Of one session that has all of them, or of the daemon.
struct LimitsPage {
  std::vector<control::LimitRow> rows;
  std::string mode;
};

/// What they could be.
struct LimitSuggestionsPage {
  std::vector<control::LimitSuggestionRow> rows;
  control::LimitSuggestSummary summary;
};

/// What the admin socket wants of rate limits.
class LimitAdmin {
 public:
  virtual ~LimitAdmin() = default;

  /// Of the daemon without ids, otherwise of those sessions that there are.
  virtual void limits(std::vector<SessionId> ids, Done<LimitsPage> done) = 0;
  virtual void suggest(Done<LimitSuggestionsPage> done) = 0;
};

}  // namespace jetstream::daemon
