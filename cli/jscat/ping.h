// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/jscat/alarm.h"
#include "cli/jscat/runner.h"

namespace jetstream::jscat {

/// What became of the pings so far.
class PingTally {
 public:
  void on_sent() { ++sent_; }
  void on_answer(Duration rtt);

  std::uint64_t sent() const { return sent_; }
  std::uint64_t answered() const { return answered_; }
  Duration longest() const { return max_; }
  /// The last lines, as ping(8) prints them.
  std::string summary(const std::string& server, Duration elapsed) const;

 private:
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  Duration min_ = Duration::max();
  Duration max_{};
  Duration sum_{};
  double sum_of_squares_ = 0;  // in seconds
};

/// Sends a heartbeat every interval and prints its round trip.
class Pinger final : public Actor {
 public:
  Pinger(Runner& runner, SessionHandle session, const std::string& remote, const PingArgs& args,
         std::ostream& out);

  void start() { tick(); }
  void on_event(Instant now, const Event& event) override;
  void on_turn(Instant now) override;

  const PingTally& tally() const { return tally_; }
  /// How the session ended, if it did so by itself.
  const std::optional<CloseInfo>& closed() const { return closed_; }

 private:
  void tick();
  void note_loss();

  Runner& runner_;
  SessionHandle session_;
  const std::string& remote_;
  const PingArgs& args_;
  std::ostream& out_;
  Alarm alarm_;
  PingTally tally_;
  std::uint64_t answers_seen_ = 0;
  bool waiting_ = false;  // for the answer to the last ping
  std::optional<CloseInfo> closed_;
};

}  // namespace jetstream::jscat
