// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/world.h"

namespace jetstream::testing {

/// Stands in every payload, so that a look at the wire tells whether any of it leaks.
inline constexpr std::string_view kPlaintextMarker = "do-not-show-this";

/// Sends back what it receives, stream by stream, as the daemon's echo service does. Never holds
/// more than one message: what can't be sent yet is not read either.
class EchoServer {
 public:
  explicit EchoServer(Node& node);

 private:
  using Key = std::pair<SessionHandle, StreamId>;
  void pump(SessionHandle session, StreamId stream);

  Node& node_;
  std::map<Key, std::string> unsent_;  // the message being put together
};

/// What one client does: some streams with some data, each expected back as it was.
struct ClientPlan {
  struct Stream {
    StreamOptions options;
    std::vector<std::string> messages;  // with Framing::kBytes simply joined
  };
  std::vector<Stream> streams;
  static ClientPlan random(SeededRandom& random);
};

/// Carries a plan out and compares every byte that comes back. In order everything has to be as it
/// was; without order every message once; what expires or is best effort at most once, and whole.
class EchoClient {
 public:
  /// What it does when everything has come back.
  enum class AtEnd : std::uint8_t { kCloses, kStays };
  EchoClient(World& world, Node& node, const Node& server, ClientPlan plan,
             AtEnd at_end = AtEnd::kCloses);

  bool connected() const { return connected_; }
  std::size_t streams_planned() const { return plan_.streams.size(); }
  bool closed() const { return closed_.has_value(); }
  const std::optional<CloseInfo>& close_info() const { return closed_; }
  /// Everything came back and was right.
  bool done() const;
  /// The server was going away before the streams could be opened.
  bool turned_away() const { return turned_away_; }
  /// What is wrong; empty so far.
  const std::string& failure() const { return failure_; }
  /// Makes the comparison wrong, to see whether anybody notices.
  void break_expectation();

 private:
  struct Progress {
    ClientPlan::Stream plan;
    std::string expected;
    std::size_t compared = 0;
    std::size_t next_message = 0;
    std::size_t message_offset = 0;
    std::size_t messages_back = 0;
    std::vector<std::string> outstanding;  // what travels one by one and is not back
    std::string arriving;                  // the message that is being read
    bool sent_all = false;
    bool fin = false;
  };

  void on_event(const Event& event);
  void start();
  void send(StreamId id, Progress& progress);
  void receive(StreamId id, Progress& progress);
  void compare(Progress& progress, const ReadView& view);
  void compare_separate(Progress& progress, const ReadView& view);
  void check_end(const Progress& progress);
  void maybe_close();

  World& world_;
  Node& node_;
  ClientPlan plan_;
  AtEnd at_end_;
  SessionHandle session_;
  std::map<StreamId, Progress> streams_;
  std::size_t finished_ = 0;
  bool connected_ = false;
  bool broken_ = false;
  bool turned_away_ = false;
  std::optional<CloseInfo> closed_;
  std::string failure_;
};

}  // namespace jetstream::testing
