// SPDX-License-Identifier: MIT
//
// Finding and closing very many sessions of one endpoint, a few at a time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "daemon/admin/session_admin.h"
#include "daemon/process/clock_reading.h"
#include "daemon/services/service_host.h"
#include "jetstream/endpoint.h"

namespace jetstream::daemon {

/// One endpoint's sessions that match.
class Matcher {
 public:
  Matcher(std::shared_ptr<const MatchQuery> query, std::uint32_t worker)
      : query_(std::move(query)), worker_(worker) {}

  /// Looks at the next kSessionsPerPiece sessions. What has matched, once all were looked at.
  std::optional<MatchedSessions> step(const Endpoint& endpoint, const ClockReading& clocks);

 private:
  std::shared_ptr<const MatchQuery> query_;
  std::uint32_t worker_;
  SessionId next_{1};
  MatchedSessions found_;
};

/// What the endpoints have found for the same query.
MatchedSessions merge_matched(const MatchQuery& query, std::vector<MatchedSessions> parts);

/// What became of those of an order's sessions that one endpoint has.
struct ClosedPart {
  /// Of the first kCloseRowsMax of the order, by their places in it.
  std::vector<std::pair<std::size_t, control::CloseRow>> rows;
  std::uint64_t closed = 0;
  std::uint64_t already_closing = 0;
  std::vector<PeerAddress> peers;
};

class Closer {
 public:
  explicit Closer(std::shared_ptr<const CloseOrder> order) : order_(std::move(order)) {}

  /// Closes the next few. What became of all, once all are closed.
  std::optional<ClosedPart> step(Instant now, Endpoint& endpoint, ServiceHost& host);

 private:
  void close_one(Instant now, Endpoint& endpoint, ServiceHost& host, SessionHandle session);

  std::shared_ptr<const CloseOrder> order_;
  std::size_t at_ = 0;
  ClosedPart part_;
};

/// Sessions that no endpoint has are not found.
CloseTally merge_closed_parts(const CloseOrder& order, const std::vector<ClosedPart>& parts);

}  // namespace jetstream::daemon
