// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/token_bucket.h"
#include "jetstream/random.h"
#include "jetstream/time.h"
#include "jetstream/types.h"
#include "session/connection_ids.h"
#include "wire/frames/path.h"

namespace jetstream::session {

/// Only the port differs, if anything.
inline bool same_host(const PeerAddress& a, const PeerAddress& b) {
  return a.ip == b.ip && a.scope == b.scope;
}

/// A way to the peer, and the peer's id that goes with it.
struct Route {
  Path path;
  ConnectionId id;
  std::uint64_t id_sequence = 0;
};

/// Where a session's packets go while the peer moves about (RFC 9000 9): one route in use, perhaps
/// the last one that was proven before it, and the questions and answers that prove routes. What is
/// not needed at rest lives in a side record that only exists while something is unproven.
class Paths {
 public:
  /// Challenges of one route, one a PTO, before it counts as dead [MIG-5].
  static constexpr std::uint8_t kTries = 3;
  /// Answers that wait to be sent; the newest ones win [MIG-7].
  static constexpr std::size_t kAnswersMax = 3;

  Paths(Role role, const Route& first) : role_(role), active_(first) {}

  const Route& active() const { return active_; }
  Route& active() { return active_; }
  /// The last proven route, while the active one is not proven.
  Route* fallback() { return proving() && proving()->fallback ? &*proving()->fallback : nullptr; }
  /// The active route is proven, or it is this side's own new place: what it sends there harms
  /// nobody.
  bool proven() const { return proving() == nullptr; }

  /// The last address that the peer has proven to be at; null if there is none.
  const PeerAddress* proven_remote() const {
    if (proven()) return &active_.path.remote;
    return proving()->fallback ? &proving()->fallback->path.remote : nullptr;
  }

  /// Whether a route has that id of the peer.
  bool uses(std::uint64_t id_sequence);

  /// Whether packets from there are read at all [MIG-1, PKT-28].
  bool acceptable(const PeerAddress& remote) const;

  enum class Move : std::uint8_t {
    kNone,
    kNew,   ///< The active route is a new one; the caller gives it an id of its own.
    kBack,  ///< It is the fallback again; the other one is forgotten.
  };
  /// An authenticated packet of a confirmed session. `leads`: it has the largest number so far and
  /// is more than a probe [MIG-2].
  Move on_packet(Instant now, Duration pto, const Path& path, std::size_t bytes, bool leads,
                 RandomSource& random);
  /// This side has moved to where nothing is known; the peer has not. As after kNew.
  void move_self(Instant now, Duration pto, RandomSource& random);

  /// A challenge in a packet of so many bytes.
  void on_challenge(const Path& from, const wire::PathData& data, std::size_t bytes);
  /// True if that has proven the active route.
  bool on_response(const PeerAddress& from, const wire::PathData& data);
  /// kBack if the active route has turned out dead and the fallback is in its place.
  Move on_timeout(Instant now, RandomSource& random);
  /// The number of an id that no route uses any more, once.
  std::optional<std::uint64_t> take_dropped();

  Instant deadline() const;
  /// Bytes that may go to the active route now [MIG-3].
  std::uint64_t allowance() const;
  void on_sent(std::size_t bytes);

  /// A datagram of its own that is due: a challenge or an answer.
  struct Probe {
    Route route;
    wire::PathData data{};
    bool is_response = false;
    /// At most so many bytes.
    std::size_t bytes_max = 0;
  };
  std::optional<Probe> take_probe();
  bool has_probe() const;
  /// Frees what only matters while somebody moves. To be called when nothing has come for so long
  /// that the limit on moves has no memory of it any more.
  void rest();

 private:
  /// The questions about one route.
  struct Challenge {
    std::array<wire::PathData, kTries> sent{};
    std::uint8_t tries = 0;
    bool due = false;
    Instant next_at = kNever;
    /// Sends a fresh one when its time has come; false if all of them went unanswered.
    bool on_timeout(Instant now, Duration interval, RandomSource& random);
    void ask(Instant now, Duration interval, RandomSource& random);
    bool answered_by(const wire::PathData& data) const;
  };
  struct Proving {
    Proving();
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    Duration interval{};
    bool self_moved = false;  // nothing to go back to, and no limit
    Challenge challenge;
    std::optional<Route> fallback;
    Challenge fallback_challenge;
  };
  struct Answer {
    Path path;
    wire::PathData data{};
    std::size_t bytes = 0;
  };

  /// What a session that stays where it is does not need.
  struct Unrest {
    Unrest();
    base::TokenBucket moves;
    std::optional<Proving> proving;
    std::vector<Answer> answers;
    std::optional<std::uint64_t> dropped;
  };

  void drop_if_unused(std::uint64_t id_sequence);
  void go_back();
  void finish_proving();
  Unrest& unrest();
  Proving& begin_proving();
  Proving* proving() { return unrest_ && unrest_->proving ? &*unrest_->proving : nullptr; }
  const Proving* proving() const {
    return unrest_ && unrest_->proving ? &*unrest_->proving : nullptr;
  }

  Role role_;
  Route active_;
  std::unique_ptr<Unrest> unrest_;
};

}  // namespace jetstream::session
