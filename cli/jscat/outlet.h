// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "cli/jscat/failure.h"
#include "cli/jscat/file_end.h"
#include "cli/jscat/runner.h"

namespace jetstream::jscat {

/// A stream's way to standard output. What the output has not taken is not consumed, so the server
/// is held back by flow control and nothing piles up here.
class Outlet {
 public:
  /// Called once: the stream or the session has ended and everything is written, or a failure is
  /// known.
  using Done = std::function<void()>;

  /// With `discard`, what arrives is dropped.
  Outlet(Runner& runner, FileEnd& file, SessionHandle session, StreamId stream, Framing framing,
         bool discard, Done done);

  /// Goes on as far as it can: to be called whenever the stream has something to read.
  void pump();
  /// The session is over: takes what has arrived before it is forgotten, to write it later.
  void salvage();
  /// Writes no more.
  void stop() { ended_ = true; }

  bool ended() const { return ended_; }
  /// The stream's end was reached.
  bool complete() const { return fin_; }
  std::uint64_t bytes() const { return bytes_; }
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  enum class Step { kAgain, kWait };
  Step step();
  Step write_view();
  Step write_pending();
  /// Moves what can be read into pending_, up to `bytes_max`; false if there was nothing.
  bool gather(std::size_t bytes_max);
  std::optional<ReadView> read();
  void consume(const ReadView& view, std::size_t bytes);
  std::size_t write(Bytes data, Step& step);
  void end();

  Runner& runner_;
  FileEnd& file_;
  SessionHandle session_;
  StreamId stream_;
  Framing framing_;
  bool discard_;
  Done done_;
  std::vector<std::uint8_t> pending_;  // consumed, but not written from written_ on
  std::size_t written_ = 0;
  bool fin_ = false;
  bool ended_ = false;
  bool waiting_ = false;  // for the file
  bool salvaged_ = false;
  std::uint64_t bytes_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace jetstream::jscat
