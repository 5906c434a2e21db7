// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "support/seeded_random.h"
#include "unit/stream/frames_out.h"

namespace jetstream::stream::testing {

using jetstream::testing::SeededRandom;

/// One direction of a stream as it should be: what went in and how much of it came out. The bytes
/// follow from their place, so that nothing needs to be kept.
struct Flow {
  /// Contents of messages that travel one by one and did not arrive yet.
  std::multiset<std::vector<std::uint8_t>> separate;
  std::vector<std::uint8_t> arriving;  ///< What came of one of those so far.
  std::uint64_t taken = 0;             ///< Payload bytes that send() took.
  std::deque<std::uint64_t> messages;  ///< Sizes of those that did not arrive yet.
  std::uint64_t got = 0;               ///< Payload bytes that came out.
  std::uint64_t got_of_message = 0;
  bool finished = false;
  bool abandoned = false;  ///< Reset or stopped: nothing is owed any more.
  bool end_seen = false;
};

/// Both flows of every stream, shared by the applications at both ends.
struct World {
  std::map<std::pair<StreamId, Role>, Flow> flows;  ///< By stream and sender.
  std::map<StreamId, StreamOptions> options;
  Instant now{};

  bool is_separate(StreamId stream) const {
    return options.at(stream).delivery != Delivery::kReliable;
  }
};

/// An application that does anything its table allows, in random order, and trusts events: it never
/// reads or writes without having been told that it is worth it.
class Application {
 public:
  Application(Role role, StreamTable& table, World& world, std::uint64_t message_bytes_max,
              SeededRandom& random)
      : role_(role),
        table_(table),
        world_(world),
        message_bytes_max_(message_bytes_max),
        random_(random) {}

  /// Anything.
  void act();
  /// Takes all events.
  void listen();
  /// Goes on reading and ends all streams.
  void wind_up();
  std::size_t streams_left() const { return streams_.size(); }

 private:
  struct Known {
    bool readable = false;
    bool writable = true;
    bool over = false;  ///< Its sending side.
  };

  void expect_done(const Result<>& result);
  void open();
  void finish(StreamId stream);
  void send(StreamId stream);
  void read(StreamId stream);
  void take(StreamId stream, const ReadView& view, std::size_t bytes);
  void take_separate(StreamId stream, const ReadView& view, std::size_t bytes);
  void send_separate(StreamId stream);
  Flow& outgoing(StreamId stream) { return world_.flows[{stream, role_}]; }
  Flow& incoming(StreamId stream) { return world_.flows[{stream, peer_of(role_)}]; }

  Role role_;
  StreamTable& table_;
  World& world_;
  std::uint64_t message_bytes_max_;
  SeededRandom& random_;
  bool may_open_ = true;
  std::map<StreamId, Known> streams_;
  std::set<StreamId> closed_;
};

}  // namespace jetstream::stream::testing
