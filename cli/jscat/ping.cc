// SPDX-License-Identifier: MIT
#include "cli/jscat/ping.h"

#include <algorithm>
#include <cmath>

#include "cli/jscat/commands.h"
#include "cli/jscat/dial.h"
#include "cli/jscat/text.h"

namespace jetstream::jscat {
namespace {

/// The only heartbeats are those asked for, so that every answer belongs to one of them.
SessionConfig session_config() {
  SessionConfig config;
  config.heartbeat_enabled = false;
  return config;
}

}  // namespace

void PingTally::on_answer(Duration rtt) {
  ++answered_;
  min_ = std::min(min_, rtt);
  max_ = std::max(max_, rtt);
  sum_ += rtt;
  sum_of_squares_ += to_seconds(rtt) * to_seconds(rtt);
}

std::string PingTally::summary(const std::string& server, Duration elapsed) const {
  const double lost =
      sent_ == 0 ? 0 : 100.0 * static_cast<double>(sent_ - answered_) / static_cast<double>(sent_);
  std::string text = "--- " + server + " ping statistics ---\n" + std::to_string(sent_) +
                     " sent, " + std::to_string(answered_) + " answered, " +
                     format_number(lost, lost == std::floor(lost) ? 0 : 1) + "% lost, time " +
                     format_number(to_seconds(elapsed) * 1000, 0) + " ms\n";
  if (answered_ == 0) return text;
  const auto count = static_cast<double>(answered_);
  const double mean = to_seconds(sum_) / count;
  const double deviation = std::sqrt(std::max(0.0, sum_of_squares_ / count - mean * mean));
  return text + "rtt min/avg/max/mdev = " + format_ms(min_) + "/" + format_number(mean * 1000, 3) +
         "/" + format_ms(max_) + "/" + format_number(deviation * 1000, 3) + " ms\n";
}

Pinger::Pinger(Runner& runner, SessionHandle session, const std::string& remote,
               const PingArgs& args, std::ostream& out)
    : runner_(runner),
      session_(session),
      remote_(remote),
      args_(args),
      out_(out),
      alarm_(runner.io()) {}

void Pinger::tick() {
  note_loss();
  if (args_.count && tally_.sent() >= *args_.count) return runner_.stop();
  if (!runner_.endpoint().ping(runner_.now(), session_)) return;  // kClosed tells why
  runner_.driver().wake();
  tally_.on_sent();
  waiting_ = true;
  const bool last = args_.count && tally_.sent() == *args_.count;
  // Servers need not answer more often than once a round trip.
  const auto info = runner_.endpoint().info(session_);
  const Duration pause = std::max(args_.interval, 2 * (info ? info->smoothed_rtt : Duration()));
  alarm_.set(last ? std::max(pause, args_.last_answer) : pause, [this] { tick(); });
}

void Pinger::note_loss() {
  if (waiting_) out_ << "no answer from " << remote_ << ": seq=" << tally_.sent() << "\n";
  waiting_ = false;
}

void Pinger::on_event(Instant, const Event& event) {
  if (event.session != session_ || event.kind != EventKind::kClosed) return;
  const CloseInfo* info = runner_.endpoint().close_info(session_);
  closed_ = info != nullptr ? *info : CloseInfo{};
  runner_.stop();
}

void Pinger::on_turn(Instant) {
  const auto info = runner_.endpoint().info(session_);
  if (!info || info->heartbeats_answered == answers_seen_) return;
  // Of several answers in one turn the last one is shown; all count.
  for (; answers_seen_ < info->heartbeats_answered; ++answers_seen_) {
    tally_.on_answer(info->heartbeat_rtt);
  }
  const bool late = info->heartbeat_sequence != tally_.sent();
  if (!late) waiting_ = false;
  out_ << "from " << remote_ << ": seq=" << info->heartbeat_sequence
       << " time=" << format_ms(info->heartbeat_rtt) << " ms" << (late ? " (late)\n" : "\n")
       << std::flush;
  if (!out_) return runner_.stop();  // nobody reads it any more
  if (args_.count && !waiting_ && tally_.sent() >= *args_.count) runner_.stop();
}

int run_ping(const ServerArgs& server, const PingArgs& args, const Console& console) {
  const auto fail = [&console](const Failure& failure) {
    console.notes << to_text(failure) << std::flush;
    return failure.code;
  };
  auto runner = Runner::open(server, session_config());
  if (!runner) return fail(runner.error());
  const Instant started = (*runner)->now();
  const auto dialed = dial(**runner, server, console);
  if (!dialed) return fail(dialed.error());
  const auto info = (*runner)->endpoint().info(dialed->session);
  const Instant connected = (*runner)->now();
  const std::string remote = dialed->options.remote.to_string();
  console.results << "PING " << server.name << " (" << remote << "): session " << info->id.value()
                  << " set up in " << format_ms(connected - started) << " ms\n"
                  << std::flush;

  Pinger pinger(**runner, dialed->session, remote, args, console.results);
  pinger.start();
  const int signal = (*runner)->run(pinger);
  keep_tickets_of(**runner, dialed->session, server);
  console.results << pinger.tally().summary(server.name, (*runner)->now() - connected)
                  << std::flush;
  if (signal != 0) return kExitSignalBase + signal;
  const bool lost_all = pinger.tally().answered() == 0;
  if (pinger.closed()) {
    const int code = fail(explain_close(server.name, *pinger.closed(), server.timeout));
    return lost_all && !pinger.closed()->by_peer ? kExitRemote : code;
  }
  return lost_all ? kExitRemote : kExitOk;
}

}  // namespace jetstream::jscat
