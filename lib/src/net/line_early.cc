// SPDX-License-Identifier: MIT
//
// A line before its handshake is over: what was sent as early data is remembered, so that it can be
// said again if the server does not take it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "net/line.h"

namespace jetstream::net {

Line::EarlyStream* Line::Early::find(StreamId id) {
  const auto found = std::find_if(streams.begin(), streams.end(),
                                  [id](const EarlyStream& stream) { return stream.id == id; });
  return found == streams.end() ? nullptr : &*found;
}

void Line::begin_early(EarlyRefused then) { early_ = {.then = then, .streams = {}, .waiting = {}}; }

void Line::connected(Completion<> completion) {
  if (driver_ == nullptr) return completion(unexpected(why_over()));
  if (!early_) return completion({});
  early_->waiting.push_back(std::move(completion));
}

void Line::keep_early(StreamId stream, Bytes sent) {
  if (early_->then == EarlyRefused::kTell) return;
  if (EarlyStream* early = early_->find(stream)) early->sent.emplace_back(sent.begin(), sent.end());
}

void Line::finish_early(StreamId stream) {
  if (EarlyStream* early = early_->find(stream)) early->finished = true;
}

void Line::on_connected() {
  if (!early_) return;
  Early early = *std::exchange(early_, std::nullopt);
  const auto info = driver_->endpoint().info(handle_);
  const bool taken = info && info->early_accepted;
  bool again = early.then == EarlyRefused::kResend;
  for (const EarlyStream& stream : early.streams) {
    if (taken) break;
    again = again && send_again(stream);
    const auto waits = streams_.find(stream.id);
    if (again || waits == streams_.end()) continue;
    fail(waits->second, {LocalCode::kEarlyRejected, "the server did not take early data"});
    streams_.erase(waits);
  }
  for (auto& waiting : early.waiting) waiting({});
  for (const EarlyStream& stream : early.streams) {
    const auto waits = streams_.find(stream.id);
    if (waits == streams_.end()) continue;
    pump_sends(stream.id, waits->second);
    pump_recv(stream.id, waits->second);
    forget_if_idle(stream.id);
  }
  driver_->wake();
}

/// The ids of refused streams are free again, so opening them in the same order gives the same
/// ones. False if the server allows fewer streams than it did.
bool Line::send_again(const EarlyStream& early) {
  const auto id = driver_->endpoint().open_stream(handle_, early.options);
  if (!id || *id != early.id) return false;
  if (early.reset) {
    static_cast<void>(reset(early.id, *early.reset));
    return true;
  }
  StreamWaits& waits = streams_[early.id];
  for (auto chunk = early.sent.rbegin(); chunk != early.sent.rend(); ++chunk) {
    PendingSend& send = waits.sends.emplace_front();
    send.kept = *chunk;
    send.rest = send.kept;
  }
  waits.finish_after_sends = waits.finish_after_sends || early.finished;
  return true;
}

}  // namespace jetstream::net
