// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/cookie.h"
#include "jetstream/endpoint.h"
#include "recovery/ack_tracker.h"
#include "recovery/path_mtu.h"
#include "recovery/recovery.h"
#include "session/close.h"
#include "session/drain.h"
#include "session/early_flight.h"
#include "session/early_reception.h"
#include "session/handshake_schedule.h"
#include "session/heartbeat.h"
#include "session/key_update.h"
#include "session/packet_opener.h"
#include "session/packet_sealer.h"
#include "session/paths.h"
#include "session/progress_budget.h"
#include "session/ticket_issuer.h"
#include "session/ticket_wallet.h"
#include "stream/stream_table.h"

namespace jetstream::session {

/// A random number that everybody may know.
std::uint64_t draw(RandomSource& random);

/// What a session shares with all others of its endpoint; outlives them.
struct SessionContext {
  crypto::PacketCipher& cipher;
  EndpointStats& stats;
  /// What all of them may buffer.
  stream::MemoryBudget& memory;
  /// Scratch that keeps its memory from one packet to the next.
  recovery::FrameFates& fates;
  std::vector<wire::SentFrame>& sent;
  RandomSource& random;
  /// The longest a finished session is remembered.
  Duration cleanup_interval;
};

/// How a session begins, once its handshake is over.
struct SessionSetup {
  Role role = Role::kClient;
  /// What SessionContext::memory calls the session by.
  std::uint32_t memory_tag = 0;
  SessionConfig config;
  Path path;
  Established established;
  Instant created_at{};
  /// How long the handshake took, if nothing of it had to be sent twice.
  std::optional<Duration> handshake_rtt{};
  /// Client: the sealed packet with ClientFinished, which leads every datagram until the server
  /// confirms, and the keys that a refusal of the server would come under.
  std::vector<std::uint8_t> client_finished{};
  std::optional<crypto::PacketKeys> server_handshake_keys{};
  /// Server: what tickets are made with; null makes none.
  const TicketMint* mint = nullptr;
  /// With `mint`: the limits that the client was told.
  std::shared_ptr<const SessionConfig> promised{};
  /// Client: early data that the server took, or the streams of early data that it did not take.
  /// Either way the numbers of its packets are used up.
  std::unique_ptr<EarlyFlight> early_flight{};
  std::vector<StreamId> early_rejected{};
  std::uint64_t first_number = 0;
  /// Server: early data is taken, so the session begins before the client has finished.
  std::unique_ptr<EarlyReception> early_reception{};
};

/// What a session remembers of its handshake until that is over on both sides, and no longer.
struct Beginning {
  std::vector<std::uint8_t> client_finished;
  std::optional<crypto::PacketKeys> server_handshake_keys;
  std::vector<StreamId> early_rejected;
  std::uint64_t first_number = 0;
  const TicketMint* mint = nullptr;
  std::shared_ptr<const SessionConfig> promised{};
};

/// How a session ended, for the short time until its record is freed.
struct Ending {
  CloseInfo why;
  Instant forget_at;
  CloseRepeater repeater{};
};

/// One established session: a thin coordinator. Packets in and out pass through here; what they
/// mean is decided by the parts (streams, recovery, acknowledgements, heartbeat, close).
class Session {
 public:
  /// `context` outlives the session.
  Session(Instant now, SessionSetup setup, const SessionContext& context);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Inputs (session_receive.cc, session.cc).

  /// One short packet addressed to this session, decrypted in place; the reason if it left no
  /// trace.
  std::optional<DropReason> handle_packet(Instant now, const Path& path, MutableBytes packet);
  /// A Handshake packet that arrived after the handshake: a server's refusal, or a copy of no
  /// interest.
  std::optional<DropReason> handle_late_handshake(Instant now, MutableBytes packet);
  /// A datagram for nobody: if it is the peer's stateless reset of this session, that is over
  /// [RST-5].
  bool take_reset(Instant now, const PeerAddress& from, Bytes datagram);
  /// At deadline(): acknowledgements, losses, heartbeats.
  void handle_timeout(Instant now);
  /// At idle_deadline(), or up to a second later: expiry, and giving back memory. True if the
  /// session ended.
  bool handle_idle(Instant now);
  /// Nothing has come or gone for a while, and memory was given back.
  bool resting() const { return rest_at_ == kNever; }

  // Early data (session_early.cc).

  /// Server: the client has not finished the handshake.
  bool is_early() const { return early_ && !early_->released() && !closing(); }
  /// Server: one 0-RTT packet, decrypted in place.
  std::optional<DropReason> handle_early_packet(Instant now, MutableBytes packet);
  /// Server: the client has finished; from now on this is a session as any other.
  void finish_handshake(Instant now, const Established& established,
                        const std::optional<Duration>& rtt);
  /// Server: the client never finished. Nothing is sent, and nobody is told who was not told of the
  /// session.
  void abandon(Instant now, CloseInfo why);
  /// Client: a stream of early data that the server did not take, as long as the application was
  /// not told.
  bool was_rejected(StreamId stream) const;

  // Outputs (session_send.cc, session.cc).

  /// Fills `buffer` with one train; false if there is nothing to send now.
  bool build_train(Instant now, MutableBytes buffer, Train& train);
  Instant deadline() const;
  /// Never moves closer but by sending or receiving after a rest; what is received only ever moves
  /// it away, so whoever keeps it need not be told.
  Instant idle_deadline() const;
  std::optional<Event> poll_event();
  bool has_event() const;
  /// The record is of no use any more and may be freed.
  bool finished(Instant now) const;

  // Commands.

  void close(Instant now, CloseInfo why);
  void drain(Instant now, const DrainOptions& options);
  void ping() { heartbeat_.request(); }
  /// This client will be seen at another address from now on.
  Result<> migrate(Instant now);
  /// Client: asks for a ticket. Server: gives one more.
  void request_ticket();
  /// Client: the newest ticket that nobody has taken.
  std::optional<SessionTicket> take_ticket();
  /// Streams may be used: established and not closing.
  Result<> usable() const;
  /// New streams may be opened as well: neither side is going away [CLOSE-7].
  Result<> may_open() const;
  stream::StreamTable& streams() { return streams_; }
  const stream::StreamTable& streams() const { return streams_; }
  SessionInfo info() const;
  SessionState state() const { return is_early() ? SessionState::kHandshaking : state_; }
  const CloseInfo* close_info() const { return ending_ ? &ending_->why : nullptr; }
  const GoAwayInfo* goaway_info() const { return peer_goaway_.get(); }
  SessionId id() const { return id_; }
  std::optional<PublicKey> peer_identity() const {
    return peer_identity_ ? std::optional(*peer_identity_) : std::nullopt;
  }
  /// Server: what the client is to come back with, from the same address.
  void give_address_token(const crypto::AddressToken& token);
  /// Other heartbeats from now on, as `config` says. Not on clients, whose sessions may each have
  /// been given settings of their own.
  void set_heartbeat(Instant now, const SessionConfig& config);
  const PeerAddress& remote() const { return paths_.active().path.remote; }
  /// The last address that the peer has proven to be at; null if there is none.
  const PeerAddress* proven_remote() const { return paths_.proven_remote(); }
  Role role() const { return role_; }
  /// Whether remote() has become another one since the last call.
  bool take_moved() { return std::exchange(moved_, false); }

  // Connection ids of this side, which whoever made the first one makes (session_paths.cc).

  bool wants_id() const { return may_follow() && ids_.wants_local(); }
  void add_id(const ConnectionId& id, const ResetToken& token) { ids_.add_local(id, token); }
  /// One that is not in use any more, until there is none.
  std::optional<ConnectionId> take_retired_id() { return ids_.take_retired(); }

 private:
  /// What the frames of one packet ask for besides their own effect.
  struct PacketNeeds {
    bool ack_eliciting = false;
    bool immediate_ack = false;
    bool probing = true;  // nothing that a mere look at a path would not have [MIG-2]
  };
  /// What one datagram is made of so far.
  struct Draft;

  // session_receive.cc
  Result<PacketNeeds, Violation> walk(Bytes payload, bool& has_room);
  Result<void, Violation> apply(Instant now, const Path& path, const PacketOpener::Opened& opened);
  Result<void, Violation> on_frame(Instant now, const Path& path,
                                   const PacketOpener::Opened& opened, const wire::Frame& frame);
  Result<void, Violation> on_ack(Instant now, std::uint64_t key_phase, const wire::AckFrame& ack);
  Result<void, Violation> on_new_ticket(Instant now, const wire::NewTicketFrame& frame);
  Result<void, Violation> on_ticket_request(const wire::TicketRequestFrame& frame);
  void settle(Instant now, const recovery::FrameFates& fates);
  void confirm_handshake();
  void forget_beginning();
  Bytes client_finished() const { return begin_ ? Bytes(begin_->client_finished) : Bytes(); }
  void handle_while_closing(Instant now, const PacketOpener::Opened& opened);
  void on_peer_close(Instant now, const CloseInfo& why);
  void on_goaway(Instant now, const wire::GoAwayFrame& frame);

  void take(Instant now, const Path& path, const PacketOpener::Opened& opened, std::size_t bytes,
            const PacketNeeds& needs);

  // session_early.cc
  void adopt_early_flight(const EarlyFlight& flight, const wire::HelloParams& peer_params);
  std::optional<Event> poll_early_event();
  std::optional<stream::StreamEvent> poll_stream_event();

  // session_paths.cc
  bool may_follow() const { return confirmed_ && !closing(); }
  void follow(Instant now, const Path& path, std::size_t bytes, bool leads);
  void on_path_timeout(Instant now);
  void on_moved(Instant now, const PeerAddress& before);
  void restart_path(Instant now);
  void renew_id(Route& route);
  void retire_dropped();
  Result<void, Violation> on_new_id(const wire::NewConnectionIdFrame& frame);
  void on_path_response(const PeerAddress& from, const wire::PathData& data);
  bool build_path_probe(Instant now, MutableBytes buffer, Train& train);
  /// The unproven address has had its share: nothing can be sent until more comes from there.
  bool held_back() const { return paths_.allowance() < kLeastSent; }
  /// Room for a short packet with any one frame but data.
  static constexpr std::size_t kLeastSent = 100;

  // session_send.cc
  std::size_t build_datagram(Instant now, MutableBytes room);
  std::size_t build_close(MutableBytes room);
  bool build_probe(Instant now, MutableBytes buffer, Train& train);
  void write_control_frames(Instant now, Draft& draft);
  void write_stream_frames(Draft& draft);
  std::size_t finish_datagram(Instant now, MutableBytes room, Draft& draft);
  void write_ticket_frames(Instant now, Draft& draft);
  bool tickets_due() const;
  void make_issuer(const TicketMint* mint, std::shared_ptr<const SessionConfig> promised,
                   const crypto::Secret& resumption);
  bool may_send_eliciting() const;
  bool path_is_news() const { return path_event_ && paths_.proven(); }
  void update_keys_if_due(Instant now);
  void leave_out_number_if_due();
  bool drained(Instant now) const;
  /// And the peer has been told that the last of their data came.
  bool streams_over() const { return streams_.open_count() == 0 && !acks_.ack_pending(); }
  bool goaway_due() const { return drain_ && !is_early() && drain_->goaway_due(); }

  // session.cc
  void end(Instant now, SessionState state, CloseInfo why);
  /// The same for a peer that is gone: says what may have arrived there.
  void end_lost(Instant now, SessionState state, CloseInfo why);
  bool closing() const { return state_ != SessionState::kEstablished; }
  /// It ended before its client had finished, and the application has been told what it is told: of
  /// a session that it never heard of, nothing.
  bool is_untold() const { return closing() && early_ && !early_->released() && !close_event_; }
  bool is_expired(Instant now) const { return now - last_activity_ >= timeout_; }  // [LIVE-1]
  void update_activity(Instant now);
  void wake_up(Instant now);

  // What happens rarely, or never to most sessions, lives in records of its own: it is the sessions
  // at rest that fill the memory.
  const SessionContext& context_;
  SessionId id_;
  Instant created_at_;
  std::unique_ptr<const PublicKey> peer_identity_;
  Duration timeout_;
  Instant last_activity_;
  Instant rest_at_;  // when to see whether the session has fallen silent; kNever: it has
  Instant pong_after_ = Instant::min();

  PacketOpener opener_;
  PacketSealer sealer_;
  KeyUpdate key_update_;
  ConnectionIds ids_;
  Paths paths_;
  recovery::AckTracker acks_;
  recovery::Recovery recovery_;
  recovery::PathMtu path_mtu_;
  stream::StreamTable streams_;
  ProgressBudget progress_;
  Heartbeat heartbeat_;
  std::unique_ptr<TicketIssuer> issuer_;   // servers
  std::unique_ptr<TicketWallet> wallet_;   // clients
  std::unique_ptr<Beginning> begin_;       // clients, and servers that take early data
  std::unique_ptr<EarlyReception> early_;  // servers, until the client has finished
  std::unique_ptr<Drain> drain_;
  std::unique_ptr<GoAwayInfo> peer_goaway_;
  std::unique_ptr<Ending> ending_;
  /// Servers: to give away, until the client has it. Clients: the last one that was given.
  std::unique_ptr<crypto::AddressToken> address_token_;

  std::uint64_t leave_out_at_;  // which packet number is not used
  std::uint64_t pong_sequence_ = 0;
  Role role_;
  SessionState state_ = SessionState::kEstablished;
  bool resumed_;
  bool early_accepted_;
  bool close_due_ = false;
  bool confirmed_;                // both sides know that the handshake is over
  bool done_due_ = false;         // server: HANDSHAKE_DONE is to be sent (again)
  bool token_due_ = false;        // server: ADDRESS_TOKEN is to be sent (again)
  bool ping_due_ = false;         // a PING would help: nothing else asks for an acknowledgement
  bool data_sent_ = false;        // a frame of a stream has left
  bool start_event_ = true;       // kConnected or kAccepted
  bool goaway_event_ = false;     // kGoAway
  bool close_event_ = false;      // kClosed
  std::uint64_t keys_told_ = 0;   // the phase that kKeysUpdated has told of
  bool path_event_ = false;       // kPathChanged, once the route in use is proven
  bool heartbeat_event_ = false;  // kHeartbeatSent
  bool pong_due_ = false;
  bool moved_ = false;  // whoever finds the session by its address does not know

  std::uint64_t bytes_received_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::uint64_t packets_received_ = 0;
  std::uint64_t packets_lost_seen_ = 0;
};

}  // namespace jetstream::session
