// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/config.h"
#include "jetstream/event.h"
#include "jetstream/random.h"
#include "jetstream/result.h"
#include "jetstream/source.h"
#include "jetstream/stats.h"
#include "jetstream/ticket.h"
#include "jetstream/time.h"
#include "jetstream/types.h"
#include "jetstream/usage.h"

namespace jetstream {

/// Bytes of the largest train: larger ones silently lose segmentation offload on Linux loopback.
inline constexpr std::size_t kTrainBytesMax = 65507;

/// How the bytes of a stream are cut.
enum class Framing : std::uint8_t {
  kBytes = 0,     ///< A byte stream, as TCP.
  kMessages = 1,  ///< One send() arrives as one message, in order.
};
std::string_view to_string(Framing framing);

/// What happens to data on its way. All but kReliable carry messages, each on its own: none waits
/// for another that is late.
enum class Delivery : std::uint8_t {
  kReliable = 0,    ///< Everything arrives, in order; as bytes or as messages.
  kUnordered = 1,   ///< Every message arrives, in whatever order.
  kExpiring = 2,    ///< Sent again until its time to live is over, then skipped; no order.
  kBestEffort = 3,  ///< Sent once, outside of all flow control; at most 64 KiB each; no order.
};
std::string_view to_string(Delivery delivery);

/// What open_stream() asks for. `service` is 0 to 63 bytes of printable ASCII; the peer decides
/// what it means.
struct StreamOptions {
  std::string service;
  /// 0 goes before 1 and so on to 7 (RFC 9218); 3 is its default.
  std::uint8_t urgency = 3;
  /// Share of the bandwidth among streams of the same urgency, 1 to 255.
  std::uint8_t weight = 16;
  Framing framing = Framing::kBytes;
  /// All but kReliable need Framing::kMessages.
  Delivery delivery = Delivery::kReliable;
  /// kExpiring: how long a message is worth sending, from the end of the turn in which it was
  /// handed over. This side's alone, the peer has its own: 1 ms to 10 min; one second is longer
  /// than most paths take and shorter than most people wait.
  Duration time_to_live = std::chrono::seconds(1);
  /// Safe to replay: the stream may be opened while the handshake is under way, with a ticket that
  /// allows early data. What is sent on it then may reach the service twice, if somebody records
  /// it, and kEarlyRejected is told if the server does not take it. Without effect on a session
  /// that is established, and not told to the peer.
  bool early = false;
};

/// The documents' names for a stream's life (docs/PROTOCOL.md, "Streams").
enum class StreamState : std::uint8_t { kOpening, kOpen, kClosing, kClosed };
std::string_view to_string(StreamState state);

struct StreamInfo {
  StreamId id;
  StreamState state = StreamState::kOpening;
  StreamOptions options;
  bool opened_by_peer = false;
  /// Servers: opened by early data, and the client has not finished the handshake yet. What it says
  /// may be a recording: act on it only as far as doing so twice does no harm.
  bool early = false;
  std::uint64_t bytes_sent = 0;      ///< Handed over by the application.
  std::uint64_t bytes_received = 0;  ///< Consumed by the application.
  /// Acknowledged by the peer without a gap before, length prefixes included; 0 with kBestEffort.
  std::uint64_t bytes_acked = 0;
  std::uint64_t messages_expired = 0;  ///< kExpiring: not acknowledged in time.
  /// kBestEffort: arrived, but found no room, or no tokens of a rate limit.
  std::uint64_t messages_dropped = 0;
  std::uint64_t send_window = 0;  ///< Bytes the peer still allows on this stream.
  std::uint64_t recv_window = 0;  ///< Bytes this side still allows.
};

/// What is there to read now. `data` stays valid until the next handle(), consume() or close of
/// that session.
struct ReadView {
  Bytes data;
  /// With Framing::kMessages: `data` reaches the end of a message (and may be empty for an empty
  /// one).
  bool message_end = false;
  /// Nothing follows `data`: the peer has finished the stream.
  bool fin = false;
};

enum class SessionState : std::uint8_t {
  kHandshaking,  ///< Not usable yet.
  kEstablished,  ///< Usable.
  kClosing,      ///< This side sent CLOSE and answers stragglers with it.
  kDraining,     ///< The peer sent CLOSE; nothing is sent any more.
};
std::string_view to_string(SessionState state);

/// A snapshot of one session, for people and for the admin socket.
struct SessionInfo {
  SessionHandle handle;
  SessionId id;
  Role role = Role::kClient;
  SessionState state = SessionState::kHandshaking;
  Path path;
  /// The last address that the peer has proven to be at, which may be another one while it moves:
  /// what counts where an address has to answer for a session. All zero if there is none.
  PeerAddress proven;
  CipherSuite suite = CipherSuite::kAes256Gcm;
  bool resumed = false;         ///< By a ticket.
  bool early_accepted = false;  ///< And early data with it was taken.
  /// The peer's identity; on a server only if clients must authenticate.
  std::optional<PublicKey> peer_identity;
  Instant created_at;
  Instant last_activity;
  /// The smaller of what both sides want.
  Duration timeout{};
  /// Nothing authenticated has come for `timeout`: no packet revives the session any more, and
  /// within a second it is closed with Timeout.
  bool is_expired(Instant now) const {
    return state == SessionState::kEstablished && now - last_activity >= timeout;
  }
  /// drain() was called, or the peer has announced by GOAWAY that it leaves.
  bool going_away = false;
  std::uint32_t streams_open = 0;
  std::uint64_t bytes_received = 0;  ///< UDP payload bytes of authenticated datagrams.
  std::uint64_t bytes_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_lost = 0;
  Duration smoothed_rtt{};
  Duration min_rtt{};
  std::uint64_t congestion_window = 0;
  std::uint64_t bytes_in_flight = 0;
  std::uint32_t datagram_bytes = 0;  ///< Size of the datagrams sent now.
  std::uint64_t key_updates = 0;     ///< How often the keys that are sent with have changed.
  /// Heartbeats answered so far, and the sequence and round trip of the one answered last.
  std::uint64_t heartbeats_answered = 0;
  std::uint64_t heartbeat_sequence = 0;
  Duration heartbeat_rtt{};
  /// How often a rate limit held back something of this session, or dropped it.
  std::uint64_t times_limited = 0;
  /// Clients only: for ConnectOptions::address_token of a later session with this server. Empty
  /// until the server has given one.
  std::vector<std::uint8_t> address_token;
};

struct ConnectOptions {
  PeerAddress remote;
  /// Must be configured (see Trust), otherwise connect() refuses.
  Trust trust;
  /// Sent if the server asks for it, encrypted, after the server has proven who it is.
  std::optional<Identity> identity;
  /// Overrides EndpointConfig::session for this session.
  std::optional<SessionConfig> session;
  /// Resumes with this ticket if the server still takes it; otherwise the handshake is a full one.
  /// SessionInfo::resumed tells. Ignored if it has expired or is of a server that `trust` does not
  /// accept.
  std::optional<SessionTicket> ticket{};

  /// Uses a ticket that was made by generate_session_ticket() in an earlier session, for one
  /// session.
  void import_session_ticket(SessionTicket earlier) { ticket = std::move(earlier); }
  /// SessionInfo::address_token of an earlier session with this server, or empty. Spares a round
  /// trip where the server asks clients to prove their address. A server that does not take it any
  /// more (after 24 h, after its restart, from another address) goes on as without. Use it once: an
  /// observer who sees it twice knows the same client again. Any other size than 70 is refused.
  std::vector<std::uint8_t> address_token{};
};

/// How a session is left in order. The defaults are those of a server that stops.
struct DrainOptions {
  /// After which the session closes even if streams are open still. 0 to 24 h.
  Duration deadline = std::chrono::seconds(30);
  CloseReason reason = CloseReason::kGoingAway;
  /// Of the CLOSE at the end; as with close().
  std::string message;
  /// Told to the peer: when connecting again makes sense (0 says nothing), and where.
  Duration retry_after{};
  std::optional<PeerAddress> alternate;
};

/// One batch of datagrams of the same size to the same peer: `bytes` cut every `segment_bytes`;
/// only the last may be shorter. Goes out in one send with UDP_SEGMENT, or one by one.
struct Train {
  Path path;
  Bytes bytes;
  std::size_t segment_bytes = 0;
  /// The segment is a path MTU probe: send it alone, and if the system says EMSGSIZE just forget
  /// it.
  bool probe = false;
};

/// The protocol without I/O: any number of sessions that share one UDP socket, as a client, a
/// server or both.
///
/// Call it in turns, as a driver does (docs/ARCHITECTURE.md, "One packet's journey"):
///  1. handle() for every received datagram, then flush() once;
///  2. handle_timeout() when poll_timeout() has passed;
///  3. poll_event() until it is empty, reacting with the commands below;
///  4. poll_transmit() until it says false, sending each train before asking for the next;
///  5. arm one timer for poll_timeout().
/// Commands may be called at any time between turns; what they cause is sent in the next step 4.
///
/// Time comes in through `now`, which must never decrease. There is no callback, no lock, no
/// socket, no logger. Not thread-safe: one thread owns an Endpoint and everything it hands out.
class Endpoint {
 public:
  /// `random` must outlive the endpoint. kInvalidArgument if the configuration is out of range.
  static Result<std::unique_ptr<Endpoint>> create(EndpointConfig config, RandomSource& random);
  virtual ~Endpoint() = default;

  // Inputs.

  /// One received datagram, which is decrypted in place. Never fails: what can't be used is counted
  /// and dropped.
  virtual void handle(Instant now, const Path& path, MutableBytes datagram) = 0;
  /// Ends a batch of handle() calls: decides about acknowledgements.
  virtual void flush(Instant now) = 0;
  /// Lets every deadline that has passed act.
  virtual void handle_timeout(Instant now) = 0;

  // Outputs.

  /// Fills `buffer` (at least kTrainBytesMax bytes) with datagrams to send. False when there is
  /// nothing.
  virtual bool poll_transmit(Instant now, MutableBytes buffer, Train& train) = 0;
  /// When handle_timeout() wants to be called, kNever if it does not.
  virtual Instant poll_timeout() const = 0;
  virtual std::optional<Event> poll_event() = 0;

  // Commands on sessions.

  /// Starts a handshake; kConnected or kClosed follows. kNoTrust, kInvalidArgument, kTableFull.
  virtual Result<SessionHandle> connect(Instant now, const ConnectOptions& options) = 0;
  /// Sends CLOSE at once and drops what was not sent (docs/PROTOCOL.md, "Closing"). kClosed
  /// follows. `message` is cut at 255 bytes. Without effect on a session that is closing already.
  virtual Result<> close(Instant now, SessionHandle session, CloseReason reason,
                         std::string_view message) = 0;
  /// As close(), with the precise cause for machines.
  virtual Result<> close(Instant now, SessionHandle session, TransportCode code,
                         std::string_view message) = 0;
  /// As close(), with all of reason, code, message, retry_after and alternate.
  virtual Result<> close(Instant now, SessionHandle session, const CloseInfo& why) = 0;
  /// Leaves the session in order: tells the peer (GOAWAY), opens no stream any more, lets those
  /// that are open come to their ends, and closes when all are over and everything handed over was
  /// acknowledged, or at the deadline. A second call can only bring the deadline forward.
  /// kInvalidArgument if the deadline is out of its range. Without effect on a session that is
  /// closing; one that is still connecting is closed.
  virtual Result<> drain(Instant now, SessionHandle session, const DrainOptions& options) = 0;
  /// What the peer announced by GOAWAY (kGoAway); null if it did not.
  virtual const GoAwayInfo* goaway_info(SessionHandle session) const = 0;
  /// Servers: from now on every new session is refused with this CLOSE (reason, code, message of at
  /// most 80 bytes, retry_after, alternate). nullopt takes new sessions again.
  virtual void refuse_sessions(std::optional<CloseInfo> why) = 0;
  /// Servers: from now on only clients that `filter` welcomes are served, null serves everyone.
  /// Datagrams of others that belong to no session are dropped unread, a session is not followed to
  /// where they are, and sessions whose proven address is there are closed (kAdminClose, and
  /// retry_after says when a ban ends): in pieces during the next turns, so that many sessions hold
  /// nobody up.
  virtual void set_address_filter(Instant now, std::shared_ptr<const AddressFilter> filter) = 0;
  /// Servers: what would become of a new client there. Changes nothing. Port 0 is any port.
  virtual Outlook outlook(Instant now, const PeerAddress& client) = 0;
  /// Servers: every source whose handshakes are counted now, at most 4096, in no order.
  virtual void visit_sources(Instant now, const std::function<void(const SourceInfo&)>& visit) = 0;
  /// Servers: forgets the handshakes that the source of this address had; false if there was
  /// nothing to forget.
  virtual bool forget_source(const PeerAddress& client) = 0;
  /// Servers: how much was used of the limits since the last call, and starts over. What a second
  /// that is not over yet has seen may be in the next answer.
  virtual Usage take_usage(Instant now) = 0;
  virtual Result<SessionInfo> info(SessionHandle session) const = 0;
  /// Null unless the session has ended and its handle is not stale yet.
  virtual const CloseInfo* close_info(SessionHandle session) const = 0;
  /// A heartbeat now, besides the regular ones; SessionInfo::heartbeats_answered tells of the
  /// answer.
  virtual Result<> ping(Instant now, SessionHandle session) = 0;
  /// The driver has another socket, so the peer will see this client at another address: congestion
  /// control starts over, and the peer is told at once. kPathChanged follows when it has answered
  /// there. kNotConnected on servers and before the handshake is confirmed.
  virtual Result<> migrate(Instant now, SessionHandle session) = 0;
  /// The same for every session that can.
  virtual void migrate_all(Instant now) = 0;
  /// Sessions that are established, and sessions in any state.
  virtual std::size_t session_count() const = 0;
  virtual std::size_t record_count() const = 0;
  /// Every session, in no particular order, closing ones included. `visit` must not call commands.
  virtual void visit_sessions(const std::function<void(const SessionInfo&)>& visit) const = 0;
  /// Up to `limit` sessions whose ids are `first` or above, in the order of their ids, closing ones
  /// included. The id to go on with, or nullopt if no session is left. Costs what `limit` says, so
  /// that very many sessions can be looked at between packets: who goes on so until nullopt sees
  /// every session once that was there all the time. Of a client's sessions that servers gave the
  /// same id, only the newest. `visit` must not call commands.
  virtual std::optional<SessionId> visit_sessions(
      SessionId first, std::size_t limit,
      const std::function<void(const SessionInfo&)>& visit) const = 0;
  /// The established session whose peer has this address; of several, the last to come there.
  virtual std::optional<SessionHandle> find(const PeerAddress& remote) const = 0;
  virtual std::optional<SessionHandle> find(SessionId id) const = 0;

  // Commands on streams. All refuse with kUnknownSession, kUnknownStream, kNotConnected or kClosing
  // as fits.

  /// kStreamLimit when the peer's max_streams are open; kStreamsAvailable follows. kGoingAway after
  /// drain() and after kGoAway.
  virtual Result<StreamId> open_stream(SessionHandle session, const StreamOptions& options) = 0;
  /// Takes bytes for sending and says how many: with kBytes as many as fit (0 is kWouldBlock), with
  /// kMessages all as one message or none (kWouldBlock, kMessageTooLarge). kWritable follows a
  /// shortage, of room or of tokens of a rate limit.
  virtual Result<std::size_t> send(SessionHandle session, StreamId stream, Bytes data) = 0;
  /// Ends this side's sending; what was taken is still delivered. Without effect the second time.
  virtual Result<> finish(SessionHandle session, StreamId stream) = 0;
  /// Abandons this side's sending; the peer sees kStreamReset.
  virtual Result<> reset(SessionHandle session, StreamId stream, std::uint64_t code) = 0;
  /// Asks the peer to stop; what still arrives is discarded.
  virtual Result<> stop_sending(SessionHandle session, StreamId stream, std::uint64_t code) = 0;
  /// What can be read now; empty data without message_end and fin means "wait for kReadable", which
  /// also comes when a rate limit has tokens again.
  virtual Result<ReadView> read(SessionHandle session, StreamId stream) = 0;
  /// Gives back `bytes` of the last ReadView and with them credit to the peer. Consuming all of a
  /// view that has message_end or fin goes past that end.
  virtual Result<> consume(SessionHandle session, StreamId stream, std::size_t bytes) = 0;
  /// kExpiring: for messages sent from now on; see StreamOptions::time_to_live. The side that did
  /// not open the stream begins with its default.
  virtual Result<> set_time_to_live(SessionHandle session, StreamId stream, Duration time) = 0;
  virtual Result<StreamInfo> stream_info(SessionHandle session, StreamId stream) const = 0;
  virtual void visit_streams(SessionHandle session,
                             const std::function<void(const StreamInfo&)>& visit) const = 0;

  /// Other rate limits from now on, for sessions there are and those that come. kInvalidArgument.
  virtual Result<> set_limits(Instant now, const RateLimits& limits,
                              std::shared_ptr<SharedLimiter> shared) = 0;
  /// Another configuration from now on, which create() would take; kInvalidArgument changes
  /// nothing.
  ///
  /// What both sides have told each other stays for each session as it began: its timeout, the
  /// limits of `session`, and whether it was a handshake with a client identity. The heartbeats
  /// that a server sends, memory, rate limits, cleanup, the limits per source and everything about
  /// new sessions follow at once. Sessions beyond a smaller sessions_max stay. With
  /// ClientAuth::kRequired the sessions of clients that are not, or no longer, in
  /// `authorized_clients` are closed.
  ///
  /// What an endpoint is made of stays whatever `config` says: `worker`, `session_ids`,
  /// `ticket_keys`, `replay_store`, `prefer_aes`, and of the server `identity`, `reset_key` and
  /// `hello_secret`; and so does the address filter, for which there is set_address_filter().
  /// Memory of a smaller half_open_max is kept.
  virtual Result<> reconfigure(Instant now, const EndpointConfig& config) = 0;
  /// What the rate limits are for a session now, and what they have done to it.
  virtual Result<LimitStates> limits(Instant now, SessionHandle session) const = 0;
  /// Client: asks the server for a ticket, kTicket follows when it has come; two come anyhow, soon
  /// after the handshake, and a server gives no more than four. Server: gives the client one more.
  virtual Result<> generate_session_ticket(SessionHandle session) = 0;
  /// Client: the newest ticket, which is handed out once. kWouldBlock if there is none (yet).
  virtual Result<SessionTicket> take_ticket(SessionHandle session) = 0;

  virtual EndpointStats stats() const = 0;
  /// The networks behind most of what was dropped since the last call, the busiest first, at most
  /// 16. Whoever forges sources can put any network there, but not hide one that sends more than a
  /// 17th of it.
  virtual std::vector<DropSource> take_drop_sources() = 0;
};

}  // namespace jetstream
