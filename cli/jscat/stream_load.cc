// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "cli/jscat/load.h"

namespace jetstream::jscat {
namespace {

// How long what was sent may take to arrive when the time of the run is over.
constexpr std::chrono::seconds kGrace(10);

}  // namespace

std::size_t StreamLoad::Hash::operator()(const Key& key) const {
  const std::uint64_t both = std::uint64_t{key.session.slot} << 32 | key.stream.value();
  return std::hash<std::uint64_t>{}(both);
}

StreamLoad::StreamLoad(Runner& runner, const ConnectOptions& options, const SendArgs& args)
    : Load(runner, options, args, args.sessions.value_or(1) - 1), data_(args.size) {}

Report StreamLoad::report() const {
  Report report = Load::report();
  report.streams_unfinished = flows_.size();
  report.streams_unopened = unopened_at_end_;
  return report;
}

void StreamLoad::on_session(Instant, SessionHandle session) {
  if (over_) return;
  unopened_[session.slot] = args_.streams - early_.size();
  adopt_early(session);
  open_streams(session);
}

/// Goes on with what was opened, and said, before the session stood.
void StreamLoad::adopt_early(SessionHandle session) {
  for (const EarlyStreams::Stream& stream : std::exchange(early_, {})) {
    ++counts_.streams;
    counts_.bytes_sent += stream.bytes;
    if (args_.mode == LoadMode::kMessages && stream.bytes > 0) ++counts_.messages_sent;
    const Key key{session, stream.id};
    send(key, flows_[key] = Flow{.left = args_.bytes.value_or(UINT64_MAX) - stream.bytes});
  }
}

void StreamLoad::open_streams(SessionHandle session) {
  std::uint64_t& unopened = unopened_[session.slot];
  const StreamOptions options = load_stream(args_);
  for (; unopened > 0 && !over_; --unopened) {
    const auto stream = runner_.endpoint().open_stream(session, options);
    if (!stream) return;  // kStreamsAvailable or kClosed follows
    ++counts_.streams;
    const Key key{session, *stream};
    send(key, flows_[key] = Flow{.left = args_.bytes.value_or(UINT64_MAX)});
  }
}

void StreamLoad::send(const Key& key, Flow& flow) {
  while (flow.left > 0 && !flow.refused) {
    const Bytes data = Bytes(data_).first(std::min<std::uint64_t>(data_.size(), flow.left));
    const auto taken = runner_.endpoint().send(key.session, key.stream, data);
    if (!taken) {
      // What the server never takes can't be waited for.
      if (taken.error().code == LocalCode::kMessageTooLarge) give_up(key, flow, data.size());
      return;
    }
    flow.left -= *taken;
    counts_.bytes_sent += *taken;
    if (args_.mode == LoadMode::kMessages) ++counts_.messages_sent;
    if (*taken < data.size()) return;
  }
  static_cast<void>(runner_.endpoint().finish(key.session, key.stream));
}

void StreamLoad::receive(const Key& key) {
  while (true) {
    const auto view = runner_.endpoint().read(key.session, key.stream);
    if (!view || (view->data.empty() && !view->message_end && !view->fin)) return;
    counts_.bytes_received += view->data.size();
    if (view->message_end) ++counts_.messages_received;
    static_cast<void>(runner_.endpoint().consume(key.session, key.stream, view->data.size()));
    if (view->fin) return;
  }
}

void StreamLoad::on_stream_event(const Event& event) {
  if (event.kind == EventKind::kStreamsAvailable) return open_streams(event.session);
  const auto found = flows_.find({event.session, event.stream});
  if (found == flows_.end()) return;
  auto& [key, flow] = *found;
  switch (event.kind) {
    case EventKind::kReadable:
      return receive(key);
    case EventKind::kWritable:
      return send(key, flow);
    case EventKind::kStreamReset:
    case EventKind::kStreamStopped:
      return refused(key, flow, event.code);
    case EventKind::kStreamClosed:
      flows_.erase(found);
      return end_if_over();
    default:
      return;
  }
}

void StreamLoad::refused(const Key& key, Flow& flow, std::uint64_t code) {
  if (flow.refused) return;
  flow.refused = true;
  refusal_ = code;
  ++counts_.streams_refused;
  abandon(key);
}

void StreamLoad::give_up(const Key& key, Flow& flow, std::size_t size) {
  flow.refused = true;
  failure_ = Failure{kExitTransport, "a message of " + std::to_string(size) + " bytes is too large",
                     "the server takes no message of that size", "a smaller --size"};
  abandon(key);
}

void StreamLoad::abandon(const Key& key) {
  // Whatever is left of the stream ends now; either may be over already.
  static_cast<void>(runner_.endpoint().reset(key.session, key.stream, stream_error::kCancelled));
  static_cast<void>(
      runner_.endpoint().stop_sending(key.session, key.stream, stream_error::kCancelled));
}

void StreamLoad::on_session_lost(SessionHandle session) {
  unopened_.erase(session.slot);
  std::erase_if(flows_, [session](const auto& entry) { return entry.first.session == session; });
  end_if_over();
}

void StreamLoad::on_goaway(SessionHandle session) {
  if (const auto left = unopened_.find(session.slot); left != unopened_.end()) {
    unopened_at_end_ += left->second;
    unopened_.erase(left);
  }
  for (auto& [key, flow] : flows_) {
    if (key.session != session) continue;
    flow.left = 0;
    static_cast<void>(runner_.endpoint().finish(key.session, key.stream));
  }
}

void StreamLoad::on_deadline() {
  if (over_) return runner_.stop();
  over_ = true;
  for (const auto& [slot, count] : unopened_) unopened_at_end_ += count;
  unopened_.clear();
  for (auto& [key, flow] : flows_) {
    flow.left = 0;
    static_cast<void>(runner_.endpoint().finish(key.session, key.stream));
  }
  set_deadline(kGrace);
}

void StreamLoad::end_if_over() {
  if (!settled() || !flows_.empty()) return;
  const bool all_opened = std::all_of(unopened_.begin(), unopened_.end(),
                                      [](const auto& entry) { return entry.second == 0; });
  if (all_opened) runner_.stop();
}

}  // namespace jetstream::jscat
