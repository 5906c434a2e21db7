// SPDX-License-Identifier: MIT
#pragma once

#include <unordered_map>
#include <vector>

#include "cli/jscat/alarm.h"
#include "cli/jscat/early.h"
#include "cli/jscat/report.h"
#include "cli/jscat/session_opener.h"

namespace jetstream::jscat {

/// Sets up the sessions of a load run, keeps its time and counts. What happens with the sessions is
/// said by the derived classes; all of them end the loop by themselves.
class Load : public Actor {
 public:
  /// `options` must outlive the load. `count` sessions are set up besides the first.
  Load(Runner& runner, const ConnectOptions& options, const SendArgs& args, std::uint64_t count);

  /// Before start(): streams of the first session that were opened by early data.
  virtual void begin_with(const std::vector<EarlyStreams::Stream>&) {}
  /// `first` is established already.
  void start(SessionHandle first);
  void on_event(Instant now, const Event& event) final;
  void on_turn(Instant now) final;

  /// The figures up to now.
  virtual Report report() const;
  /// Why the last session ended that ended too early or never began.
  const std::optional<CloseInfo>& loss() const { return loss_ ? loss_ : opener_.loss(); }
  /// What the server announced if it went away before the load was done.
  const std::optional<GoAwayInfo>& goaway() const { return goaway_; }
  /// What the service said when it refused a stream.
  virtual std::optional<std::uint64_t> refusal() const { return std::nullopt; }
  /// What this side could not do.
  virtual std::optional<Failure> own_failure() const { return std::nullopt; }

 protected:
  virtual void on_session(Instant now, SessionHandle session) = 0;
  virtual void on_stream_event(const Event&) {}
  virtual void on_session_lost(SessionHandle) {}
  /// The server is going away: no more streams, and those there are should come to their end.
  virtual void on_goaway(SessionHandle) {}
  /// All sessions are set up or failed.
  virtual void on_settled() {}
  /// The time of the run is over.
  virtual void on_deadline() { runner_.stop(); }
  virtual bool starts_clock_when_settled() const { return false; }

  void set_deadline(Duration after);
  bool settled() const { return settled_; }

  Runner& runner_;
  const SendArgs& args_;
  Report counts_;

 private:
  SessionOpener opener_;
  Alarm deadline_;
  Instant started_{};
  Instant settled_at_{};
  bool settled_ = false;
  std::optional<CloseInfo> loss_;
  std::optional<GoAwayInfo> goaway_;
};

/// Closes every session as soon as it is set up.
class HandshakeLoad final : public Load {
 public:
  HandshakeLoad(Runner& runner, const ConnectOptions& options, const SendArgs& args);

 private:
  void on_session(Instant now, SessionHandle session) override;
  void on_settled() override { runner_.stop(); }
};

/// Holds all sessions for the time of the run, which begins when they are set up.
class IdleLoad final : public Load {
 public:
  IdleLoad(Runner& runner, const ConnectOptions& options, const SendArgs& args);

 private:
  void on_session(Instant, SessionHandle) override {}
  void on_settled() override { set_deadline(args_.duration); }
  bool starts_clock_when_settled() const override { return true; }
};

/// Sends on streams of every session as fast as flow control lets it, and drops what comes back.
class StreamLoad final : public Load {
 public:
  StreamLoad(Runner& runner, const ConnectOptions& options, const SendArgs& args);

  Report report() const override;
  std::optional<std::uint64_t> refusal() const override { return refusal_; }
  std::optional<Failure> own_failure() const override { return failure_; }
  void begin_with(const std::vector<EarlyStreams::Stream>& streams) override { early_ = streams; }

 private:
  /// One stream, by what is left to send.
  struct Flow {
    std::uint64_t left = 0;
    bool refused = false;
  };
  struct Key {
    SessionHandle session;
    StreamId stream;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };

  void on_session(Instant now, SessionHandle session) override;
  void on_stream_event(const Event& event) override;
  void on_session_lost(SessionHandle session) override;
  void on_goaway(SessionHandle session) override;
  void on_settled() override { end_if_over(); }
  void on_deadline() override;
  void adopt_early(SessionHandle session);
  void open_streams(SessionHandle session);
  void send(const Key& key, Flow& flow);
  void receive(const Key& key);
  void refused(const Key& key, Flow& flow, std::uint64_t code);
  void give_up(const Key& key, Flow& flow, std::size_t size);
  void abandon(const Key& key);
  void end_if_over();

  std::unordered_map<Key, Flow, Hash> flows_;
  std::unordered_map<std::uint32_t, std::uint64_t> unopened_;  // streams, by slot of the session
  std::vector<std::uint8_t> data_;
  std::uint64_t unopened_at_end_ = 0;
  bool over_ = false;
  std::optional<std::uint64_t> refusal_;
  std::optional<Failure> failure_;
  std::vector<EarlyStreams::Stream> early_;
};

}  // namespace jetstream::jscat
