// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "cli/jscat/failure.h"
#include "cli/jscat/file_end.h"
#include "cli/jscat/runner.h"

namespace jetstream::jscat {

/// Standard input's way into a stream: reads only what the stream has room for.
class Inlet {
 public:
  /// Called once: input has ended and the stream was finished, or a failure is known.
  using Done = std::function<void()>;

  Inlet(Runner& runner, FileEnd& file, SessionHandle session, StreamId stream, Framing framing,
        Done done);

  /// Before anything else: the beginning of input that was read already, and whether it is all.
  void begin_with(Bytes read, bool over);
  /// Goes on as far as it can: to be called at the start, and when the stream has room again.
  void pump();
  /// Reads no more, but gives what was read to the stream and ends it.
  void finish();
  /// Reads no more.
  void stop();

  bool ended() const { return ended_; }
  /// Nothing is left to be read.
  bool input_over() const { return input_over_; }
  std::uint64_t bytes() const { return bytes_; }
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  enum class Step { kAgain, kWait };
  Step step();
  Step read();
  Step give(Bytes& data);
  Step give_lines();
  Step end_of_input();
  void fail(Failure failure);

  Runner& runner_;
  FileEnd& file_;
  SessionHandle session_;
  StreamId stream_;
  Framing framing_;
  Done done_;
  std::vector<std::uint8_t> buffer_;
  Bytes rest_;                      // of what was read: not given to the stream yet
  std::vector<std::uint8_t> line_;  // one that began in an earlier read
  bool line_complete_ = false;
  bool input_over_ = false;
  bool ended_ = false;
  bool waiting_ = false;  // for the file
  std::uint64_t bytes_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace jetstream::jscat
