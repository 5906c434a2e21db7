// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "jetstream/control.h"
#include "jetstream/endpoint.h"

namespace jetstream::daemon {

/// The sessions of one endpoint that ended last, for those who ask afterwards what has become of
/// them. Of bounded size; grows as it fills. One thread.
class ClosedRing {
 public:
  void add(const SessionInfo& info, const CloseInfo& why, const std::string& cause, Instant now,
           control::UnixTime wall);
  /// Up to `limit` of them, the newest first.
  std::vector<control::ClosedRow> newest(std::size_t limit) const;
  std::size_t size() const { return rows_.size(); }

 private:
  std::vector<control::ClosedRow> rows_;
  std::size_t next_ = 0;  // the oldest one, once there are all
};

/// What `limit` rows of all rings together are, the newest first.
std::vector<control::ClosedRow> merge_closed(std::vector<std::vector<control::ClosedRow>> parts,
                                             std::size_t limit);

}  // namespace jetstream::daemon
