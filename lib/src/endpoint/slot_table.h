// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "crypto/connection_id.h"
#include "endpoint/session_limits.h"
#include "jetstream/event.h"
#include "jetstream/random.h"
#include "session/handshake_client.h"
#include "session/session.h"

namespace jetstream::endpoint {

/// A client's session before it is one.
struct Connecting {
  session::ClientHandshake handshake;
  ConnectOptions options;
  SessionConfig config;
  Instant started;
  ConnectionId local_id;
  /// Streams that need not wait for the handshake, if there is a ticket that allows any.
  std::unique_ptr<session::EarlyFlight> early{};
  bool failed = false;
  bool failure_packet_due = false;
  bool close_event = false;
  Instant forget_at = kNever;
  CloseInfo closed;
};

/// One place for a session, whatever it is at the moment.
struct Slot {
  enum class Kind : std::uint8_t { kFree, kHalfOpen, kConnecting, kLive };
  Kind kind = Kind::kFree;
  bool in_send_queue = false;
  bool in_event_queue = false;
  /// Is one of session_count(): accepted or connected, and kClosed not told yet.
  bool counted = false;
  /// Of a server's session that is counted: whose share it is part of (see Sources).
  std::optional<std::uint64_t> source;
  /// Distinct for the last 256 users of the slot; part of the first connection id and of the
  /// handle.
  std::uint32_t generation = 0;
  /// Of the connection ids that are good now, and the newest one made.
  std::array<std::uint32_t, session::ConnectionIds::kLocalIdsMax> id_generations{};
  std::uint8_t ids = 0;
  std::uint32_t newest_generation = 0;
  /// kHalfOpen, and kLive with early data while the client has not finished: which record. kFree:
  /// the next free slot.
  std::uint32_t link = UINT32_MAX;
  /// kLive: where it stands among the sessions of the same address (session_index.h).
  struct AtAddress {
    std::uint32_t hash = 0;
    std::uint32_t next = UINT32_MAX;
    std::uint32_t previous = UINT32_MAX;
    bool listed = false;
  };
  AtAddress at_address;
  /// kHalfOpen: kClientRefused is to be told, with this code.
  std::optional<TransportCode> refusal_event;
  std::unique_ptr<Connecting> connecting;
  std::unique_ptr<session::Session> session;
  /// Once data passed while there were rate limits.
  std::unique_ptr<SessionLimits> limits;
};

/// All sessions of one endpoint. A connection id names its slot, so finding a session costs no hash
/// table; the generation tells whether the slot still holds the session that the id was made for.
class SlotTable {
 public:
  SlotTable(std::uint8_t worker, std::uint32_t slots_max, RandomSource& random);

  /// Slots there are beyond it stay, and are used again.
  void set_slots_max(std::uint32_t slots_max);
  /// A free slot with a new generation; nullopt when slots_max are in use.
  std::optional<std::uint32_t> allocate(Slot::Kind kind);
  void release(std::uint32_t index);

  /// The first id of a slot's user.
  ConnectionId id_of(std::uint32_t index) const;
  /// Another id for the same user, who has fewer than kLocalIdsMax [CID-1].
  ConnectionId add_id(std::uint32_t index);
  /// That id means nothing any more.
  void retire_id(std::uint32_t index, const ConnectionId& id);
  SessionHandle handle_of(std::uint32_t index) const { return {index, slots_[index].generation}; }
  /// The slot that a packet is for; nullopt if it is free or has another user now.
  std::optional<std::uint32_t> find(const ConnectionId& id) const;
  std::optional<std::uint32_t> find(SessionHandle handle) const;

  Slot& operator[](std::uint32_t index) { return slots_[index]; }
  const Slot& operator[](std::uint32_t index) const { return slots_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(slots_.size()); }
  std::uint32_t in_use() const { return in_use_; }

 private:
  std::uint32_t fresh_generation(Slot& slot);
  bool in_use_by(std::uint32_t index, std::uint32_t generation) const;

  crypto::ConnectionIdCodec codec_;
  RandomSource& random_;
  std::vector<Slot> slots_;
  std::uint32_t slots_max_ = 0;
  std::uint32_t first_free_ = UINT32_MAX;
  std::uint32_t in_use_ = 0;
  std::uint8_t worker_;
};

}  // namespace jetstream::endpoint
