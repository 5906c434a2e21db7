// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <vector>

#include "support/seeded_random.h"
#include "unit/stream/frames_out.h"

namespace jetstream::stream::testing {

using jetstream::testing::SeededRandom;

/// How badly a link treats its packets; each a probability.
struct Weather {
  double loss = 0;
  double duplication = 0;
  /// An acknowledgement goes missing, so that what arrived is believed lost.
  double false_loss = 0;
};

/// Carries the packets of one table to another: in any order, some of them twice, some never. Tells
/// the sender what became of each, as recovery would.
class Link {
 public:
  Link(StreamTable& from, StreamTable& to, const StreamLimits& limits, const Weather& weather,
       std::size_t packet_bytes, SeededRandom& random)
      : from_(from),
        to_(to),
        weather_(weather),
        packet_bytes_(packet_bytes),
        random_(random),
        session_limit_(limits.max_data),
        stream_limit_(limits.max_stream_data),
        streams_limit_(limits.max_streams) {}

  /// One packet leaves, if there is something to say.
  void send();
  /// Some packet arrives, or is found missing.
  void arrive();
  /// The sender hears of the fate of some packet.
  void report();
  /// Limits that reached the sender of this link, from the frames of the one in the other
  /// direction.
  void learn(const wire::Frame& frame);
  void set_reverse(Link& reverse) { reverse_ = &reverse; }

  bool is_quiet() const {
    return under_way_.empty() && reports_.empty() && copies_.empty() && !from_.has_frames();
  }

 private:
  using Packet = std::vector<FrameOut>;
  enum class Fate { kAcked, kLost, kLostThenAcked };
  struct Report {
    Packet packet;
    Fate fate;
  };

  void audit(const FrameOut& frame);
  bool has_room(const Packet& packet);
  void hand_over(const Packet& packet);
  template <class T>
  T take_any(std::vector<T>& from);

  StreamTable& from_;
  StreamTable& to_;
  Link* reverse_ = nullptr;
  Weather weather_;
  std::size_t packet_bytes_;
  SeededRandom& random_;
  std::vector<Packet> under_way_;
  std::vector<Packet> copies_;
  std::vector<Report> reports_;

  // An independent account of what the sender may do.
  std::uint64_t session_limit_;
  std::uint64_t stream_limit_;
  std::uint64_t streams_limit_;
  std::map<StreamId, std::uint64_t> stream_limits_;
  std::map<StreamId, std::uint64_t> highest_;
  std::set<std::pair<StreamId, std::uint64_t>> begun_;  ///< Messages that were charged.
  std::set<StreamId> best_effort_;

  bool is_best_effort(StreamId stream) const {
    return best_effort_.count(stream) > 0 || reverse_->best_effort_.count(stream) > 0;
  }
};

}  // namespace jetstream::stream::testing
