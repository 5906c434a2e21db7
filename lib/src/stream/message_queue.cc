// SPDX-License-Identifier: MIT
#include "stream/message_queue.h"

#include "base/assert.h"

namespace jetstream::stream {
namespace {

bool ends_before(const MessageQueue::Message& message, std::uint64_t offset) {
  return message.end() <= offset;
}

}  // namespace

const MessageQueue::Message& MessageQueue::at(std::uint64_t offset) const {
  const auto first = messages_.begin() + static_cast<std::ptrdiff_t>(head_);
  return *std::lower_bound(first, messages_.end(), offset, ends_before);
}

std::uint64_t MessageQueue::next_seq(std::uint64_t sent) const {
  const auto first = messages_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto unsent = std::partition_point(
      first, messages_.end(), [sent](const Message& message) { return message.begin < sent; });
  return first_seq_ + static_cast<std::uint64_t>(unsent - first);
}

void MessageQueue::push(std::uint64_t begin, std::size_t size) {
  if (const std::size_t more = growth(); more > 0) {
    pool_->uncount(memory_of(messages_.capacity()));
    messages_.reserve(capacity_after_growth());
    pool_->count(memory_of(messages_.capacity()));
  }
  messages_.push_back({.begin = begin, .size = static_cast<std::uint32_t>(size)});
}

void MessageQueue::stamp(Instant now, Duration time_to_live) {
  std::size_t first = messages_.size();
  while (first > head_ && !messages_[first - 1].stamped) --first;
  Instant deadline = now + time_to_live;
  if (first > head_) deadline = std::max(deadline, messages_[first - 1].deadline);
  for (; first < messages_.size(); ++first) {
    messages_[first].deadline = deadline;
    messages_[first].stamped = true;
  }
}

void MessageQueue::settle(std::uint64_t begin) {
  while (!empty() && front().end() <= begin) pop(true);
}

std::uint64_t MessageQueue::expire(Instant now, std::uint64_t sent) {
  std::uint64_t rest = 0;
  const std::uint64_t held = span_begin();
  while (!empty() && front().deadline <= now) {
    rest = front().end();
    const bool was_sent = front().begin < sent;
    if (was_sent) {
      span_held_ = held;
      skip_missing_ = true;
    }
    ++expired_;
    pop(was_sent);
    if (was_sent) skip_needed_ = first_seq_;
  }
  return rest;
}

void MessageQueue::pop(bool was_sent) {
  if (was_sent) {
    ++first_seq_;
    credit_below_ += extent_of(front().size);
  }
  ++head_;
  // Keeps the memory, and moves each message less than once.
  if (empty()) {
    messages_.clear();
    head_ = 0;
  } else if (head_ * 2 >= messages_.size()) {
    messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void MessageQueue::clear() {
  pool_->uncount(memory_of(messages_.capacity()));
  std::vector<Message>().swap(messages_);
  head_ = 0;
  skip_missing_ = false;
}

}  // namespace jetstream::stream
