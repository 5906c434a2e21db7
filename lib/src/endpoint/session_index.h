// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>

#include "endpoint/id_index.h"
#include "endpoint/slot_index.h"
#include "endpoint/slot_table.h"

namespace jetstream::endpoint {

/// Finds sessions by what people know of them: their number, and where the peer is. Costs (nearly)
/// the same however many there are. Any number of sessions may come from one address, so an address
/// leads to the one that came there last, and the slots of the others hang on it in a chain.
class SessionIndex {
 public:
  /// `slots` outlives it.
  SessionIndex(SlotTable& slots, RandomSource& random);

  /// The slot has a session now.
  void add(std::uint32_t index);
  /// The peer of that session has another address.
  void on_moved(std::uint32_t index);
  /// The session is over and not found by address any more.
  void remove_address(std::uint32_t index);
  /// The record is about to go.
  void remove(std::uint32_t index);

  /// The established session that came to that address last.
  std::optional<std::uint32_t> find(const PeerAddress& remote) const;
  /// Whatever state it is in. On a client, whose servers may give the same number, the newest.
  std::optional<std::uint32_t> find(SessionId id) const { return ids_.find(id); }
  /// See IdIndex::visit().
  template <class Visit>
  std::optional<SessionId> visit(SessionId first, std::size_t limit, Visit visit) const {
    return ids_.visit(first, limit, std::move(visit));
  }

 private:
  std::uint32_t hash_of(const PeerAddress& remote) const;
  std::uint32_t first_at(const PeerAddress& remote, std::uint32_t hash) const;
  void add_address(std::uint32_t index);

  SlotTable& slots_;
  std::array<std::uint8_t, 16> key_{};
  IdIndex ids_;
  SlotIndex addresses_;
};

}  // namespace jetstream::endpoint
