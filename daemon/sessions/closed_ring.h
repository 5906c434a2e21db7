// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/admin/session_admin.h"
#include "daemon/sessions/session_trail.h"
#include "jetstream/endpoint.h"

namespace jetstream::daemon {

/// What is remembered of a session that has ended: about 250 bytes, and its message.
struct ClosedSession {
  ClosedSession() = default;
  ClosedSession(const SessionInfo& info, const CloseInfo& why, std::string what, Instant now,
                control::UnixTime wall, const Trail& events);

  control::ClosedRow row() const;

  SessionId id;
  PeerAddress peer;
  CloseReason reason = CloseReason::kNormal;
  TransportCode code = TransportCode::kNoError;
  bool by_peer = false;
  std::string cause;
  std::string message;
  Instant ended{};
  control::UnixTime ended_at;
  std::uint64_t duration_ms = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  Trail trail;
};

/// The sessions of one endpoint that ended last, for those who ask afterwards what has become of
/// them. Of bounded size; grows as it fills. One thread.
class ClosedRing {
 public:
  explicit ClosedRing(std::size_t capacity = control::kClosedKeptDefault) : capacity_(capacity) {}

  void add(ClosedSession session);
  /// Another bound from now on: what exceeds it is forgotten, the oldest first.
  void resize(std::size_t capacity);
  std::size_t size() const { return rows_.size(); }

  /// Sessions are numbered in the order of their ends; these are the numbers of the oldest one that
  /// is remembered, and of the next one to come.
  std::uint64_t begin() const { return end_ - rows_.size(); }
  std::uint64_t end() const { return end_; }
  const ClosedSession& at(std::uint64_t number) const;

 private:
  std::vector<ClosedSession> rows_;
  std::size_t next_ = 0;  // the oldest one, once there are all
  std::size_t capacity_;
  std::uint64_t end_ = 0;
};

/// What one endpoint has for a list of ended sessions.
struct EndedPart {
  struct Found {
    ClosedKey key;
    control::ClosedRow row;
  };
  std::vector<Found> found;  ///< The newest first; one more than the limit, if there is one.
  std::uint64_t remembered = 0;
};

/// One endpoint's part of a list of ended sessions, made a few sessions at a time.
class ClosedMaker {
 public:
  explicit ClosedMaker(std::shared_ptr<const ClosedQuery> query) : query_(std::move(query)) {}

  /// Looks at the next few, the newest first. The part, once it is whole.
  std::optional<EndedPart> step(const ClosedRing& ring);

 private:
  std::shared_ptr<const ClosedQuery> query_;
  std::optional<std::uint64_t> next_;  // those below it are to be looked at
  EndedPart part_;
};

/// What `limit` rows of all parts together are, the newest first.
ClosedPage merge_closed(const ClosedQuery& query, std::vector<EndedPart> parts);

}  // namespace jetstream::daemon
