// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "jetstream/result.h"
#include "wire/frame.h"
#include "wire/sent_frame.h"

namespace jetstream::session {

/// The connection ids of one session, of both sides: one in use and one spare each way, so that a
/// new path does not show the id of the old one (RFC 9000 5.1). Ids are numbered from 0, the one of
/// the handshake.
class ConnectionIds {
 public:
  /// Ids of the peer that this side is ready to know at the same time [CID-4].
  static constexpr std::size_t kPeerIdsMax = 4;
  /// Retirements whose arrival is not known yet; a peer that makes more is closed [CID-5].
  static constexpr std::size_t kRetiringMax = 8;
  /// Ids of this side that are good at the same time: one in use, one spare [CID-1].
  static constexpr std::size_t kLocalIdsMax = 2;

  struct PeerId {
    std::uint64_t sequence = 0;
    ConnectionId id;
    /// A client has none for its first id.
    std::optional<ResetToken> reset_token;
    bool used = false;
  };

  ConnectionIds(const ConnectionId& local, const ConnectionId& peer,
                const std::optional<ResetToken>& token);

  // This side's ids. Whoever makes them asks and provides.

  bool wants_local() const { return local_count_ < kLocalIdsMax; }
  void add_local(const ConnectionId& id, const ResetToken& token);
  /// An id that the peer has retired and that means nothing any more.
  std::optional<ConnectionId> take_retired();

  // The peer's ids.

  const std::vector<PeerId>& peer_ids() const { return peer_; }
  /// Whether that is the token of an id of the peer that is not retired. Takes the same time
  /// wherever the tokens differ.
  bool is_reset(Bytes token) const;
  /// One that was not used before, for a new path; nullopt if there is none.
  std::optional<PeerId> take_spare();
  /// That one will not be used any more.
  void retire(std::uint64_t sequence);
  /// The peer wants that one retired; whoever uses it takes another one and retires it.
  bool outdated(std::uint64_t sequence) const { return sequence < retire_prior_to_; }

  // Frames.

  Result<void, Violation> on_frame(const wire::NewConnectionIdFrame& frame);
  Result<void, Violation> on_frame(const wire::RetireConnectionIdFrame& frame);
  bool has_frames() const;
  /// Writes one frame if there is one and it fits.
  bool write_frame(base::ByteWriter& writer, wire::SentFrame& sent);
  void on_acked(const wire::SentFrame& sent);
  void on_lost(const wire::SentFrame& sent);

 private:
  struct LocalId {
    std::uint64_t sequence = 0;
    ConnectionId id;
  };
  /// A frame that the peer has to get; due: it is to be sent (again).
  template <class F>
  struct Owed {
    F frame;
    bool due = true;
  };
  /// What is under way: nothing, most of the time.
  struct Changes {
    std::vector<ConnectionId> retired;  // of this side, and nobody was told
    std::vector<Owed<wire::NewConnectionIdFrame>> announcing;
    std::vector<Owed<wire::RetireConnectionIdFrame>> retiring;
    bool over() const { return retired.empty() && announcing.empty() && retiring.empty(); }
  };

  bool came(std::uint64_t sequence) const;
  void note(std::uint64_t sequence);
  Changes& changes();
  void forget_changes_if_over();

  std::array<LocalId, kLocalIdsMax> local_;
  std::uint8_t local_count_ = 1;
  std::vector<PeerId> peer_;
  std::unique_ptr<Changes> changes_;
  std::uint64_t next_local_ = 1;
  std::uint64_t retire_prior_to_ = 0;
  /// The largest sequence that came, and which of the 64 up to it did: a copy of a frame must not
  /// bring back an id that was retired.
  std::uint64_t newest_ = 0;
  std::uint64_t came_ = 1;
};

}  // namespace jetstream::session
