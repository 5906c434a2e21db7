// SPDX-License-Identifier: MIT
#pragma once

#include <ostream>

#include "cli/jscat/alarm.h"
#include "cli/jscat/inlet.h"
#include "cli/jscat/outlet.h"

namespace jetstream::jscat {

/// Both ways between standard input and output and a stream, and when they are over. The end of
/// input finishes the stream; the stream's end closes output; when both are done and everything has
/// arrived, the loop is stopped.
class Pump final : public Actor {
 public:
  Pump(Runner& runner, FileEnd& in, FileEnd& out, SessionHandle session, StreamId stream,
       const ConnectArgs& args, const ServerArgs& server, std::ostream& notes);

  /// Before start(): the beginning of input that was read already, and whether it is all.
  void begin_with(Bytes read, bool over) { inlet_.begin_with(read, over); }
  void start();
  void on_event(Instant now, const Event& event) override;

  /// Why it did not end well.
  const std::optional<Failure>& failure() const { return failure_; }
  std::uint64_t bytes_sent() const { return inlet_.bytes(); }
  std::uint64_t bytes_received() const { return outlet_.bytes(); }

 private:
  void on_stream_event(const Event& event);
  void on_inlet_done();
  void on_outlet_done();
  void on_session_closed();
  void on_goaway(Instant now);
  void give_up();
  void end(std::optional<Failure> failure);

  Runner& runner_;
  FileEnd& out_;
  SessionHandle session_;
  StreamId stream_;
  const ConnectArgs& args_;
  const ServerArgs& server_;
  std::ostream& notes_;
  Alarm quit_;
  Inlet inlet_;
  Outlet outlet_;
  std::optional<Failure> refused_;  // the service wants no more input; its answer may still come
  bool stream_closed_ = false;
  bool gave_up_ = false;              // on what the service says
  bool going_away_ = false;           // the server
  std::optional<Failure> cut_short_;  // input that the server had no time for
  std::optional<CloseInfo> closed_;
  std::optional<Failure> failure_;
};

}  // namespace jetstream::jscat
