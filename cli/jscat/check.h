// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>

#include "cli/jscat/runner.h"

namespace jetstream::jscat {

/// Opens some streams to the echo service, sends a message on each and compares what comes back:
/// does everything between here and the service work?
class EchoCheck final : public Actor {
 public:
  EchoCheck(Runner& runner, SessionHandle session, const CheckArgs& args, std::ostream& out);

  /// Opens the streams. Ends the loop when every echo has come back or the session has ended.
  void start();
  void on_event(Instant now, const Event& event) override;

  bool passed() const { return passed_ == args_.streams; }
  /// How the session ended, if it did so before the end of the check.
  const std::optional<CloseInfo>& closed() const { return closed_; }

 private:
  struct Probe {
    std::string message;
    std::string answer;
    Instant sent_at;
  };

  void receive(StreamId stream, Probe& probe, Instant now);

  Runner& runner_;
  SessionHandle session_;
  const CheckArgs& args_;
  std::ostream& out_;
  std::map<StreamId, Probe> probes_;
  std::uint64_t passed_ = 0;
  std::uint64_t finished_ = 0;
  std::optional<CloseInfo> closed_;
};

}  // namespace jetstream::jscat
