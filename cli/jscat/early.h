// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "cli/jscat/args.h"
#include "cli/jscat/file_end.h"
#include "cli/jscat/runner.h"

namespace jetstream::jscat {

/// Who has something to say along with the hello (`--early`), if there is a ticket that allows it.
class EarlySpeaker {
 public:
  virtual ~EarlySpeaker() = default;
  /// Gets hold of what is to be said, by running the loop if need be; a signal, or 0.
  virtual int prepare() = 0;
  /// A handshake has begun: says it. Once more with another session if nobody answered.
  virtual void say(SessionHandle session) = 0;
};

/// The beginning of standard input. If the server takes it early, the stream goes on from there;
/// otherwise all of it is given to a stream that is opened later.
class EarlyInput final : public EarlySpeaker {
 public:
  EarlyInput(Runner& runner, FileEnd& in, const StreamOptions& options)
      : runner_(runner), in_(in), options_(options) {
    options_.early = true;
  }

  int prepare() override;
  void say(SessionHandle session) override;

  /// The stream that was opened early.
  const std::optional<StreamId>& stream() const { return stream_; }
  /// All that was read, and what of it was not said.
  Bytes all() const { return data_; }
  Bytes unsaid() const { return Bytes(data_).subspan(said_); }
  /// Nothing follows it.
  bool over() const { return over_; }

 private:
  bool say_some(SessionHandle session);
  void read();

  Runner& runner_;
  FileEnd& in_;
  StreamOptions options_;
  std::vector<std::uint8_t> data_;
  bool over_ = false;
  bool waits_ = false;  // for the file
  std::size_t said_ = 0;
  std::optional<StreamId> stream_;
};

/// The first streams of a load.
class EarlyStreams final : public EarlySpeaker {
 public:
  struct Stream {
    StreamId id;
    std::uint64_t bytes = 0;  ///< Handed over.
  };

  EarlyStreams(Runner& runner, const SendArgs& args) : runner_(runner), args_(args) {}

  int prepare() override { return 0; }
  void say(SessionHandle session) override;
  const std::vector<Stream>& streams() const { return streams_; }

 private:
  Runner& runner_;
  const SendArgs& args_;
  std::vector<Stream> streams_;
};

/// How the streams of a load are opened.
StreamOptions load_stream(const SendArgs& args);

}  // namespace jetstream::jscat
