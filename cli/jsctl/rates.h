// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "control/row_fields.h"
#include "jetstream/control.h"

namespace jetstream::jsctl {

/// Makes rates from one list of sessions after another.
class Rates {
 public:
  /// What has changed since the list before, measured on the daemon's own clock. A session that
  /// was not in that list has rates only if it is younger than `between`.
  std::vector<control::TopRow> next(const std::vector<control::SessionRow>& rows,
                                    std::chrono::milliseconds between);

 private:
  std::map<SessionId, control::SessionRow> before_;
};

/// The first `limit` in that order.
std::vector<control::TopRow> first_of(std::vector<control::TopRow> rows,
                                      const control::RowOrder& order, std::size_t limit);

}  // namespace jetstream::jsctl
