// SPDX-License-Identifier: MIT
#include "property/stream_link.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "stream/stream_ids.h"

namespace jetstream::stream::testing {

template <class T>
T Link::take_any(std::vector<T>& from) {
  const auto at = static_cast<std::ptrdiff_t>(random_.below(from.size()));
  T taken = std::move(from[static_cast<std::size_t>(at)]);
  from.erase(from.begin() + at);
  return taken;
}

void Link::send() {
  Packet packet;
  std::size_t room = packet_bytes_;
  while (auto frame = next_frame(from_, room)) {
    room -= frame->bytes.size();
    audit(*frame);
    packet.push_back(std::move(*frame));
    REQUIRE(packet.size() <= packet_bytes_);
  }
  // An empty packet has room for everything a table may want to say.
  REQUIRE((!packet.empty() || !from_.has_frames()));
  if (!packet.empty()) under_way_.push_back(std::move(packet));
}

void Link::audit(const FrameOut& out) {
  const wire::Frame frame = out.frame();
  if (const auto* open = std::get_if<wire::OpenFrame>(&frame)) {
    REQUIRE(sequence_of(open->stream) <= streams_limit_);
    if (open->delivery == Delivery::kBestEffort) best_effort_.insert(open->stream);
  }
  StreamId stream;
  if (const auto* data = std::get_if<wire::StreamFrame>(&frame)) {
    stream = data->stream;
    highest_[stream] = std::max(highest_[stream], data->offset + data->data.size());
  } else if (const auto* message = std::get_if<wire::MsgFrame>(&frame)) {
    stream = message->stream;
    if (is_best_effort(stream)) return;
    if (begun_.emplace(stream, message->seq).second) {
      highest_[stream] += std::max<std::uint64_t>(message->total, 1);
    }
  } else {
    return;
  }
  const std::uint64_t highest = highest_[stream];
  const auto raised = stream_limits_.find(stream);
  REQUIRE(highest <= std::max(stream_limit_, raised == stream_limits_.end() ? 0 : raised->second));
  const std::uint64_t total =
      std::accumulate(highest_.begin(), highest_.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
  REQUIRE(total <= session_limit_);
}

void Link::learn(const wire::Frame& frame) {
  if (const auto* data = std::get_if<wire::MaxDataFrame>(&frame)) {
    session_limit_ = std::max(session_limit_, data->maximum);
  } else if (const auto* stream = std::get_if<wire::MaxStreamDataFrame>(&frame)) {
    std::uint64_t& limit = stream_limits_[stream->stream];
    limit = std::max(limit, stream->maximum);
  } else if (const auto* streams = std::get_if<wire::MaxStreamsFrame>(&frame)) {
    streams_limit_ = std::max(streams_limit_, streams->maximum);
  }
}

bool Link::has_room(const Packet& packet) {
  StreamTable::Needs needs;
  return std::all_of(packet.begin(), packet.end(),
                     [&](const FrameOut& out) { return to_.has_room(out.frame(), needs); });
}

void Link::hand_over(const Packet& packet) {
  for (const FrameOut& frame : packet) {
    const auto taken = deliver(to_, frame);
    INFO((taken ? "" : std::string(taken.error().reason)));
    REQUIRE(taken.has_value());
    reverse_->learn(frame.frame());
  }
}

void Link::arrive() {
  if (!copies_.empty() && random_.chance(0.2)) hand_over(take_any(copies_));
  if (under_way_.empty()) return;
  Packet packet = take_any(under_way_);
  if (random_.chance(weather_.loss) || !has_room(packet)) {
    reports_.push_back({std::move(packet), Fate::kLost});
    return;
  }
  hand_over(packet);
  if (random_.chance(weather_.duplication)) {
    // No packet is opened twice, so only what is sent twice arrives twice: not best effort.
    copies_.push_back(packet);
    std::erase_if(copies_.back(), [&](const FrameOut& out) {
      return out.sent.kind == wire::SentKind::kMsg && is_best_effort(StreamId(out.sent.stream));
    });
  }
  const Fate fate = random_.chance(weather_.false_loss) ? Fate::kLostThenAcked : Fate::kAcked;
  reports_.push_back({std::move(packet), fate});
}

void Link::report() {
  if (reports_.empty()) return;
  Report report = take_any(reports_);
  for (const FrameOut& frame : report.packet) {
    report.fate == Fate::kAcked ? from_.on_acked(frame.sent) : from_.on_lost(frame.sent);
  }
  if (report.fate == Fate::kLostThenAcked && random_.chance(0.5)) {
    reports_.push_back({std::move(report.packet), Fate::kAcked});
  }
}

}  // namespace jetstream::stream::testing
