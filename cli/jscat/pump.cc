// SPDX-License-Identifier: MIT
#include "cli/jscat/pump.h"

#include <algorithm>

#include "cli/jscat/text.h"

namespace jetstream::jscat {
namespace {

// What is still buffered, at most some MiB, takes no longer over any path that is worth it.
constexpr std::chrono::seconds kDeliveryMax(30);

}  // namespace

Pump::Pump(Runner& runner, FileEnd& in, FileEnd& out, SessionHandle session, StreamId stream,
           const ConnectArgs& args, const ServerArgs& server, std::ostream& notes)
    : runner_(runner),
      out_(out),
      session_(session),
      stream_(stream),
      args_(args),
      server_(server),
      notes_(notes),
      quit_(runner.io()),
      inlet_(runner, in, session, stream, args.stream.framing, [this] { on_inlet_done(); }),
      outlet_(runner, out, session, stream, args.stream.framing, args.send_only,
              [this] { on_outlet_done(); }) {}

void Pump::start() {
  if (!args_.recv_only) inlet_.pump();
}

void Pump::on_event(Instant now, const Event& event) {
  if (event.kind == EventKind::kStreamOpened) {
    // The server wants something of us; here is nobody to answer.
    static_cast<void>(
        runner_.endpoint().reset(event.session, event.stream, stream_error::kRefused));
    static_cast<void>(
        runner_.endpoint().stop_sending(event.session, event.stream, stream_error::kRefused));
  } else if (event.session == session_ && event.kind == EventKind::kClosed) {
    on_session_closed();
  } else if (event.session == session_ && event.kind == EventKind::kGoAway) {
    on_goaway(now);
  } else if (event.session == session_ && event.stream == stream_) {
    on_stream_event(event);
  }
}

void Pump::on_stream_event(const Event& event) {
  switch (event.kind) {
    case EventKind::kReadable:
      return outlet_.pump();
    case EventKind::kWritable:
      return inlet_.pump();
    case EventKind::kStreamStopped:
      inlet_.stop();
      // Once this side has stopped listening, the service may well lose interest too.
      if (!gave_up_) refused_ = explain_reset(args_.stream.service, event.code);
      return;
    case EventKind::kStreamReset:
      if (gave_up_) return;
      return end(explain_reset(args_.stream.service, event.code));
    case EventKind::kStreamClosed:
      stream_closed_ = true;
      // Messages may still be on their way to a slow reader of output.
      if (outlet_.ended()) end(refused_);
      return;
    default:
      return;
  }
}

void Pump::on_inlet_done() {
  if (inlet_.failure()) return end(inlet_.failure());
  if (outlet_.ended()) return;
  if (args_.quit_after) quit_.set(*args_.quit_after, [this] { give_up(); });
}

/// Waits no longer for what the service says. What was sent is still delivered: the stream closes
/// when all of it has arrived.
void Pump::give_up() {
  if (outlet_.ended()) return;
  gave_up_ = true;
  outlet_.stop();
  static_cast<void>(runner_.endpoint().stop_sending(session_, stream_, stream_error::kCancelled));
  runner_.driver().wake();
  quit_.set(kDeliveryMax, [this] {
    end(Failure{kExitTransport, "not everything that was sent has arrived",
                "the service takes no more", ""});
  });
}

void Pump::on_outlet_done() {
  if (outlet_.failure()) return end(outlet_.failure());
  if (closed_) {
    const bool in_order = closed_->reason == CloseReason::kNormal ||
                          (going_away_ && closed_->reason == CloseReason::kGoingAway);
    const bool well = in_order && outlet_.complete() && (inlet_.ended() || args_.recv_only);
    if (well) return end(refused_);
    return end(explain_close(server_.name, *closed_, server_.timeout));
  }
  if (stream_closed_) return end(refused_);
  out_.close();
  if (args_.recv_only) static_cast<void>(runner_.endpoint().finish(session_, stream_));
}

/// What was read from input is still sent, and what the service says to it is still taken.
void Pump::on_goaway(Instant now) {
  const GoAwayInfo* info = runner_.endpoint().goaway_info(session_);
  if (going_away_ || info == nullptr) return;
  going_away_ = true;
  const bool cut = !args_.recv_only && !inlet_.input_over();
  const auto left =
      std::chrono::ceil<std::chrono::seconds>(std::max(info->closes_at - now, Duration::zero()));
  notes_ << "jscat: " << server_.name << " is going away within " << format_duration(left) << "; "
         << (cut ? "reading no more input, finishing the stream\n" : "finishing the stream\n")
         << std::flush;
  if (cut) {
    cut_short_ = explain_goaway(server_.name, "standard input was not read to its end", *info);
  }
  inlet_.finish();
}

void Pump::on_session_closed() {
  const CloseInfo* info = runner_.endpoint().close_info(session_);
  closed_ = info != nullptr ? *info : CloseInfo{};
  inlet_.stop();
  if (outlet_.ended()) return on_outlet_done();
  outlet_.salvage();
}

void Pump::end(std::optional<Failure> failure) {
  failure_ = failure ? std::move(failure) : cut_short_;
  runner_.stop();
}

}  // namespace jetstream::jscat
