// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <vector>

#include "base/timer_wheel.h"
#include "crypto/packet_cipher.h"
#include "endpoint/admission.h"
#include "endpoint/drop_sources.h"
#include "endpoint/gate.h"
#include "endpoint/half_open_table.h"
#include "endpoint/rate_limiter.h"
#include "endpoint/reply_budget.h"
#include "endpoint/reply_queue.h"
#include "endpoint/session_index.h"
#include "endpoint/slot_table.h"
#include "endpoint/stateless_reset.h"
#include "jetstream/endpoint.h"

namespace jetstream::endpoint {

/// The Endpoint behind the public interface: finds the session of a datagram, keeps the timers, and
/// hands out events and trains in turn. What a session does is the session's affair.
class EndpointImpl final : public Endpoint {
 public:
  EndpointImpl(EndpointConfig config, RandomSource& random);

  // endpoint_input.cc
  void handle(Instant now, const Path& path, MutableBytes datagram) override;
  void flush(Instant now) override;
  void handle_timeout(Instant now) override;

  // endpoint_output.cc
  bool poll_transmit(Instant now, MutableBytes buffer, Train& train) override;
  Instant poll_timeout() const override;
  std::optional<Event> poll_event() override;

  // endpoint_commands.cc
  Result<SessionHandle> connect(Instant now, const ConnectOptions& options) override;
  Result<> close(Instant now, SessionHandle session, CloseReason reason,
                 std::string_view message) override;
  Result<> close(Instant now, SessionHandle session, TransportCode code,
                 std::string_view message) override;
  Result<> close(Instant now, SessionHandle session, const CloseInfo& why) override;
  Result<> drain(Instant now, SessionHandle session, const DrainOptions& options) override;
  const GoAwayInfo* goaway_info(SessionHandle session) const override;
  void refuse_sessions(std::optional<CloseInfo> why) override;
  Result<SessionInfo> info(SessionHandle session) const override;
  const CloseInfo* close_info(SessionHandle session) const override;
  Result<> ping(Instant now, SessionHandle session) override;
  Result<> migrate(Instant now, SessionHandle session) override;
  void migrate_all(Instant now) override;
  std::size_t session_count() const override { return session_count_; }
  std::size_t record_count() const override { return slots_.in_use(); }
  void visit_sessions(const std::function<void(const SessionInfo&)>& visit) const override;
  std::optional<SessionId> visit_sessions(
      SessionId first, std::size_t limit,
      const std::function<void(const SessionInfo&)>& visit) const override;
  std::optional<SessionHandle> find(const PeerAddress& remote) const override;
  std::optional<SessionHandle> find(SessionId id) const override;
  Result<StreamId> open_stream(SessionHandle session, const StreamOptions& options) override;
  Result<std::size_t> send(SessionHandle session, StreamId stream, Bytes data) override;
  Result<> finish(SessionHandle session, StreamId stream) override;
  Result<> reset(SessionHandle session, StreamId stream, std::uint64_t code) override;
  Result<> stop_sending(SessionHandle session, StreamId stream, std::uint64_t code) override;
  Result<ReadView> read(SessionHandle session, StreamId stream) override;
  Result<> consume(SessionHandle session, StreamId stream, std::size_t bytes) override;
  Result<> set_time_to_live(SessionHandle session, StreamId stream, Duration time) override;
  Result<StreamInfo> stream_info(SessionHandle session, StreamId stream) const override;
  void visit_streams(SessionHandle session,
                     const std::function<void(const StreamInfo&)>& visit) const override;
  Result<> generate_session_ticket(SessionHandle session) override;
  Result<SessionTicket> take_ticket(SessionHandle session) override;
  EndpointStats stats() const override;
  std::vector<DropSource> take_drop_sources() override { return drop_sources_.take(); }

  // endpoint_filter.cc
  void set_address_filter(Instant now, std::shared_ptr<const AddressFilter> filter) override;
  Outlook outlook(Instant now, const PeerAddress& client) override;
  void visit_sources(Instant now, const std::function<void(const SourceInfo&)>& visit) override;
  bool forget_source(const PeerAddress& client) override;
  Usage take_usage(Instant now) override;

  // endpoint_limits.cc
  Result<> set_limits(Instant now, const RateLimits& limits,
                      std::shared_ptr<SharedLimiter> shared) override;
  Result<LimitStates> limits(Instant now, SessionHandle session) const override;

  // endpoint_reconfigure.cc
  Result<> reconfigure(Instant now, const EndpointConfig& config) override;

 private:
  // endpoint_reconfigure.cc
  void follow_server(Instant now, const ServerConfig& server);
  /// Closes the sessions whose clients may not be here any more.
  void close_unwelcome(Instant now);
  void set_heartbeats(Instant now);
  std::size_t memory_needed() const;

  // endpoint_input.cc
  void handle_short(Instant now, const Path& path, const wire::PacketView& packet, Bytes datagram);
  bool handle_long(Instant now, const Path& path, const wire::PacketView& packet,
                   MutableBytes datagram);
  void handle_initial(Instant now, const Path& path, const wire::PacketView& packet,
                      std::size_t datagram_bytes);
  // endpoint_early.cc
  void handle_early(Instant now, const Path& path, const wire::PacketView& packet, Bytes datagram);
  /// The packet counts for so many bytes of what came from there.
  void take_early(Instant now, const EarlyAddress& address, MutableBytes packet,
                  std::size_t counts);
  bool is_another_client(const Slot& slot, const session::Established& established);
  void finish_early_session(Instant now, std::uint32_t index,
                            const session::Established& established);
  void forget_early(std::uint32_t index);
  void end_early_session(Instant now, std::uint32_t index, std::uint32_t record);
  void decide_early(Instant now, const session::ReceivedHello& received,
                    const SessionConfig& limits, session::Resumption& resumption);
  void start_early_session(Instant now, std::uint32_t index, const session::ReceivedHello& received,
                           const session::Resumption& resumption);
  bool awaits_finished(const Slot& slot) const {
    return slot.kind == Slot::Kind::kLive && slot.link != UINT32_MAX;
  }
  bool poll_early_session(Instant now, const Slot& slot, MutableBytes buffer, Train& train);
  void start_early_flight(Instant now, Connecting& connecting);

  void handle_handshake(Instant now, const Path& path, const wire::PacketView& packet,
                        Bytes datagram);
  void handle_unknown_version(Instant now, const Path& path, const wire::PacketView& packet,
                              Bytes datagram);
  void handle_unknown(Instant now, const Path& path, const wire::PacketView& packet,
                      Bytes datagram);
  void exchange_ids(std::uint32_t index);
  void handle_client(Instant now, std::uint32_t index, const wire::PacketView& packet,
                     MutableBytes datagram);
  void finish_half_open(Instant now, const Path& path, std::uint32_t index, MutableBytes packet);
  std::optional<session::Resumption> resume(Instant now, const session::ReceivedHello& received);
  void drop(DropReason reason) {
    ++stats_.drops[static_cast<std::size_t>(reason)];
    if (from_ != nullptr) drop_sources_.add(*from_);
  }
  void take_datagram(Instant now, const Path& path, MutableBytes datagram);
  void on_timer(Instant now, std::uint32_t index);
  void on_idle(Instant now, std::uint32_t index);
  void on_client_outcome(Instant now, std::uint32_t index,
                         session::ClientHandshake::Outcome outcome);
  void start_client_session(Instant now, std::uint32_t index);
  void start_server_session(Instant now, std::uint32_t index, session::Established established);
  /// Why there can be no further session at all.
  std::optional<Admission> no_room() const;
  /// A client has finished its handshake and is told that it gets no session.
  void note_refusal(Instant now, std::uint32_t index, const CloseInfo& why);
  /// The client has finished its handshake, which proves the address that it did so from.
  void know_address(Instant now, std::uint32_t index);
  void give_up_half_open(Instant now, std::uint32_t record);

  // endpoint_admission.cc
  void admit(Instant now, HelloQueue::Hello& queued);
  static SessionConfig server_session(SessionConfig session, bool small_windows);
  void answer(Instant now, const session::ReceivedHello& received, const Gate::Decision& decision);
  void send_retry(Instant now, const session::ReceivedHello& received);
  void turn_away(Instant now, const session::ReceivedHello& received, const Violation& refusal);
  /// Room for an answer to a stranger; empty if there have been enough.
  MutableBytes reserve_reply(Instant now, const Path& path, base::TokenBucket& budget);
  /// A hello finds no room.
  void drop_hello(Instant now);
  void count(Admission what) { ++stats_.admission[static_cast<std::size_t>(what)]; }

  // endpoint_filter.cc
  /// Whether nothing from there is to be looked at; counts it then.
  bool keeps_out(Instant now, const PeerAddress& remote) {
    return filter_ != nullptr && filter_refuses(now, remote);
  }
  bool filter_refuses(Instant now, const PeerAddress& remote);
  /// The same for what is said to be of a session: at its proven address it is served.
  bool keeps_session_out(Instant now, const session::Session& session, const PeerAddress& remote);
  HelloFate fate(Instant now, const AddressFinding& finding, const PeerAddress& client,
                 bool proven);
  void close_kept_out(Instant now);

  // endpoint_output.cc
  /// The session of a slot may have something to send, to tell, or another deadline.
  void touch(std::uint32_t index);
  void rearm(std::uint32_t index);
  bool poll_flight(MutableBytes buffer, Train& train);
  bool poll_slot(Instant now, std::uint32_t index, MutableBytes buffer, Train& train);
  bool poll_connecting(Instant now, Connecting& connecting, MutableBytes buffer, Train& train);
  std::optional<Event> poll_slot_event(std::uint32_t index);
  /// Sessions that wait for memory, as far as there is some. False if there are none.
  bool wake_for_memory();
  void count_sent(const Train& train);

  // endpoint_commands.cc
  template <class F>
  auto on_stream(SessionHandle handle, StreamId stream, F command)
      -> decltype(command(std::declval<stream::StreamTable&>()));
  Result<session::Session*> usable(SessionHandle handle);
  session::EarlyFlight* early_flight(SessionHandle handle) const;
  const session::Session* live(SessionHandle handle) const;

  // endpoint_limits.cc
  Result<ReadView> limited_read(std::uint32_t index, StreamId stream);
  Result<ReadView> best_effort_read(std::uint32_t index, StreamId stream, ReadView first);
  Result<std::size_t> limited_send(std::uint32_t index, StreamId stream, Bytes data);
  Result<> limited_consume(std::uint32_t index, StreamId stream, std::size_t bytes);
  void handle_limits_timeout(Instant now);
  std::optional<Event> poll_limits_event(std::uint32_t index);

  void prepare_resumption();
  /// Null if no tickets are to be given.
  const session::TicketMint* mint() const {
    return mint_ && config_.server->resumption.enabled ? &*mint_ : nullptr;
  }
  SessionInfo info_of(std::uint32_t index) const;
  void release(std::uint32_t index);
  void count_session(std::uint32_t index);
  void uncount_session(std::uint32_t index);

  EndpointConfig config_;
  /// config_.session, as sessions and handshakes share it that were promised what it says.
  std::shared_ptr<const SessionConfig> promised_;
  /// The largest message that any session may have been promised.
  std::uint64_t message_bytes_promised_;
  RandomSource& random_;
  EndpointStats stats_;
  DropSources drop_sources_;
  const PeerAddress* from_ = nullptr;  ///< Of what is being looked at.
  stream::MemoryBudget memory_;        ///< Sessions give theirs back to it, so it outlives them.
  crypto::PacketCipher cipher_;
  recovery::FrameFates fates_;
  std::vector<wire::SentFrame> sent_scratch_;
  session::SessionContext context_;
  /// Servers only. Sessions tell it what they used when they end, so it outlives them.
  std::unique_ptr<Usage> usage_;
  SlotTable slots_;
  SessionIndex sessions_;
  base::TimerWheel timers_;
  /// Sessions that wait for nothing but their expiry cost one look now and then, all on the same
  /// coarse ticks, and none for each packet.
  base::TimerWheel idle_timers_;
  std::vector<std::uint32_t> expired_;
  RateLimiter limiter_;
  /// Of the turn that runs; commands that come without a time act at this one.
  Instant now_;
  std::size_t session_count_ = 0;

  // Slots in turn; each stands in a queue once. A queue keeps its memory when it empties.
  std::vector<std::uint32_t> send_queue_;
  std::size_t send_next_ = 0;
  std::vector<std::uint32_t> event_queue_;
  std::size_t event_next_ = 0;

  // Servers only.
  std::optional<HalfOpenTable> half_open_;
  std::optional<Gate> gate_;
  std::optional<CloseInfo> refusal_;  // what new sessions are answered with, if none is wanted
  std::shared_ptr<const AddressFilter> filter_;  // null if it welcomes everyone
  /// The next slot whose session has not been held against the filter yet.
  std::uint32_t filter_next_ = UINT32_MAX;
  HelloQueue hellos_;
  EarlyQueue early_packets_;
  /// The sessions whose early data is taken and whose clients have not finished.
  std::map<EarlyAddress, std::uint32_t> early_slots_;
  ReplyQueue replies_;
  ReplyBudget budget_;
  StatelessReset reset_;
  /// Clients: sessions looked at for what may be a reset.
  base::TokenBucket reset_checks_;
  std::unique_ptr<TicketKeys> own_ticket_keys_;
  std::unique_ptr<ReplayStore> own_replay_store_;
  std::optional<session::TicketMint> mint_;
};

}  // namespace jetstream::endpoint
