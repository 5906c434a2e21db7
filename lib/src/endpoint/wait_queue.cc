// SPDX-License-Identifier: MIT
#include "endpoint/wait_queue.h"

namespace jetstream::endpoint {
namespace {

/// A queue that never empties is cut when so many entries, and half of all, are behind it.
constexpr std::size_t kCalledKept = 64;

}  // namespace

bool WaitQueue::waits(StreamId stream) const {
  const auto found = called_.find(stream);
  return found != called_.end() && !found->second;
}

bool WaitQueue::may_pass(StreamId stream) const {
  if (empty()) return true;
  const auto found = called_.find(stream);
  return found != called_.end() && found->second;
}

bool WaitQueue::wait(StreamId stream, Cost cost) {
  if (waits(stream)) return false;
  called_[stream] = false;
  waiters_.push_back({stream, cost});
  ++waiting_count_;
  return true;
}

StreamId WaitQueue::call_first() {
  const StreamId stream = waiters_[next_].stream;
  called_[stream] = true;
  ++next_;
  --waiting_count_;
  skip_forgotten();
  return stream;
}

void WaitQueue::on_paid(StreamId stream) {
  const auto found = called_.find(stream);
  if (found != called_.end() && found->second) called_.erase(found);
}

void WaitQueue::forget(StreamId stream) {
  const auto found = called_.find(stream);
  if (found == called_.end()) return;
  if (!found->second) --waiting_count_;
  called_.erase(found);
  skip_forgotten();
}

void WaitQueue::clear() {
  waiters_.clear();
  called_.clear();
  next_ = waiting_count_ = 0;
}

void WaitQueue::skip_forgotten() {
  while (next_ < waiters_.size() && !waits(waiters_[next_].stream)) ++next_;
  if (next_ == waiters_.size()) {
    waiters_.clear();
    next_ = 0;
  } else if (next_ >= kCalledKept && next_ * 2 >= waiters_.size()) {
    waiters_.erase(waiters_.begin(), waiters_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
}

}  // namespace jetstream::endpoint
