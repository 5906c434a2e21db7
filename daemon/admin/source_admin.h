// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/admin/admin_done.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// Sources whose handshakes are counted.
struct SourcePage {
  std::vector<control::SourceRow> rows;
  std::uint64_t limited = 0;  ///< Whatever was asked for.
  std::uint64_t sources = 0;  ///< The same.
};

/// What the admin socket wants of sources, the addresses that clients come from.
class SourceAdmin {
 public:
  virtual ~SourceAdmin() = default;

  /// Only those that a limit concerns, or all.
  virtual void list_sources(bool all, std::size_t limit, Done<SourcePage> done) = 0;
  virtual void reset_source(const PeerAddress& address, Done<control::SourceResetReport> done) = 0;
  /// Port 0 is any port.
  virtual void explain(const PeerAddress& address, Done<control::ExplainReport> done) = 0;
};

}  // namespace jetstream::daemon
