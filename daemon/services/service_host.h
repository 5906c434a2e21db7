// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/services/limit_notes.h"
#include "daemon/services/service.h"
#include "daemon/sessions/closed_ring.h"
#include "daemon/sessions/session_figures.h"
#include "jetstream/event.h"

namespace jetstream::daemon {

/// Brings the streams of one endpoint to the services that they name, and tells the log what
/// happens to its sessions. Takes every event of the endpoint. One thread, the endpoint's.
class ServiceHost {
 public:
  /// `endpoint` must outlive the host. `closed_history`: ended sessions to remember.
  ServiceHost(Endpoint& endpoint, std::map<std::string, ServiceConfig> services,
              std::size_t closed_history)
      : endpoint_(endpoint), services_(std::move(services)), closed_(closed_history) {}

  /// Another number of ended sessions to remember; the oldest ones are forgotten.
  void keep_closed(std::size_t count) { closed_.resize(count); }
  /// Other services from now on, for streams that are opened. Those that are open keep theirs.
  void set_services(std::map<std::string, ServiceConfig> services) {
    services_ = std::move(services);
  }

  /// What a turn led to.
  struct Turn {
    bool again = false;    ///< Another one is wanted at once.
    bool expired = false;  ///< Sessions expired: note_cleanup() wants to know how long it took.
  };
  /// Takes all events there are. To be called once a turn.
  Turn take_events(Instant now);
  /// From the beginning of a turn in which sessions expired.
  void note_cleanup(Duration duration) { figures_.cleanup_durations.add(duration); }
  /// `report` is told where a client is, each time one does what speaks against it (is_abuse(),
  /// is_failed_authentication()); on the endpoint's thread.
  void on_offence(std::function<void(const PeerAddress& peer)> report) {
    report_ = std::move(report);
  }
  struct Closer {
    uid_t uid = 0;
    bool closes_many = false;  ///< At once, so the log has their sum only.
  };
  /// An operator closes the session now; told when it has ended.
  void note_closer(SessionHandle session, Closer closer) { closers_[key_of(session)] = closer; }
  /// The sessions are asked to leave, or closed. `many`: so many that the log has their sum only.
  void note_farewell(bool many) { many_leave_ = many; }
  /// The sessions that have ended.
  const ClosedRing& closed() const { return closed_; }
  const SessionFigures& figures() const { return figures_; }

 private:
  using Streams = std::map<StreamId, std::unique_ptr<StreamHandler>>;

  void on_event(Instant now, const Event& event);
  void on_accepted(Instant now, SessionHandle session);
  void on_client_refused(const Event& event);
  void on_stream_opened(Instant now, const Event& event);
  void on_stream_closed(const Event& event);
  void on_path_changed(Instant now, SessionHandle session);
  void on_closed(Instant now, SessionHandle session);
  void on_keys_updated(const Event& event);
  void on_rate_limited(Instant now, const Event& event);
  /// Into the session's trail.
  void leave_trail(Instant now, SessionHandle session, TrailEvent event, std::uint64_t detail);
  void pump(SessionHandle session, StreamId stream);
  void pump_again();
  static std::uint64_t key_of(SessionHandle session) {
    return std::uint64_t{session.slot} << 32 | session.generation;
  }

  Endpoint& endpoint_;
  std::map<std::string, ServiceConfig> services_;
  std::unordered_map<std::uint64_t, Streams> sessions_;
  ClosedRing closed_;
  Trails trails_;
  SessionFigures figures_;
  std::vector<std::pair<SessionHandle, StreamId>>
      more_;  // those that stopped to let others have their turn
  LimitNotes limit_notes_;
  std::function<void(const PeerAddress& peer)> report_;
  bool many_leave_ = false;
  std::unordered_map<std::uint64_t, Closer> closers_;  // until the end is told, in the same turn
};

}  // namespace jetstream::daemon
