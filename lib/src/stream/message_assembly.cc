// SPDX-License-Identifier: MIT
#include "stream/message_assembly.h"

#include <algorithm>

#include "stream/message_framing.h"

namespace jetstream::stream {

PartialMessage::PartialMessage(std::uint64_t its_seq, std::uint64_t its_total, BlockPool& its_pool,
                               std::uint32_t& gap_total)
    : seq(its_seq), total(its_total), pool(its_pool), bytes(its_pool, gap_total) {
  pool.count(sizeof(PartialMessage));
  bytes.reserve(total);
}

PartialMessage::~PartialMessage() { pool.uncount(sizeof(PartialMessage)); }

MessageAssembly::MessageAssembly(BlockPool& pool, std::uint32_t& gap_total)
    : pool_(&pool), gaps_(&gap_total) {
  pool.count(sizeof(MessageAssembly));
}

MessageAssembly::~MessageAssembly() {
  pool_->uncount(sizeof(MessageAssembly) + memory_of(seen_.size()));
}

bool MessageAssembly::settled(std::uint64_t seq) const {
  if (seq < base_) return true;
  return seq < highest_ && seen_[place_of(seq)] != 0 && (seen_[place_of(seq)] & kOpen) == 0;
}

std::uint64_t MessageAssembly::extent_of_seen(std::uint64_t seq) const {
  return seq < base_ || seq >= highest_ ? 0 : seen_[place_of(seq)] & ~kOpen;
}

bool MessageAssembly::opens_partial(const wire::MsgFrame& frame) const {
  return !frame.whole() && !settled(frame.seq) && find(frame.seq) == partials_.end();
}

bool MessageAssembly::opens_gap(const wire::MsgFrame& frame) const {
  if (settled(frame.seq)) return false;
  const auto at = find(frame.seq);
  return at == partials_.end() ? frame.frag_offset > 0
                               : (*at)->bytes.opens_gap(frame.frag_offset, frame.data.size());
}

MessageAssembly::Partials::const_iterator MessageAssembly::find(std::uint64_t seq) const {
  return std::find_if(partials_.begin(), partials_.end(),
                      [seq](const auto& partial) { return partial->seq == seq; });
}

void MessageAssembly::reserve(std::uint64_t seq) {
  if (seq - base_ >= seen_.size()) {
    const std::size_t size = slots_for(seq - base_);
    std::vector<std::uint32_t> larger(size);
    for (std::uint64_t s = base_; s < highest_; ++s) larger[s & (size - 1)] = slot(s);
    pool_->count(memory_of(larger.size()));
    pool_->uncount(memory_of(seen_.size()));
    seen_ = std::move(larger);
  }
  for (; highest_ <= seq; ++highest_) slot(highest_) = 0;
}

void MessageAssembly::see(const wire::MsgFrame& frame) {
  reserve(frame.seq);
  const std::uint64_t extent = extent_of(frame.total);
  slot(frame.seq) = static_cast<std::uint32_t>(extent) | kOpen;
  seen_credit_ += extent;
}

void MessageAssembly::take(const wire::MsgFrame& frame, RecvBuffer& ready) {
  auto at = find(frame.seq);
  if (at == partials_.end() && frame.whole()) {
    append_message(ready, frame.data);
    return settle(frame.seq);
  }
  if (at == partials_.end()) {
    partials_.push_back(std::make_unique<PartialMessage>(frame.seq, frame.total, *pool_, *gaps_));
    at = partials_.end() - 1;
  }
  PartialMessage& partial = **at;
  partial.bytes.insert(frame.frag_offset, frame.data);
  if (!partial.complete()) return;
  append_message(ready, partial.whole());
  partials_.erase(at);
  settle(frame.seq);
}

void MessageAssembly::settle(std::uint64_t seq) {
  slot(seq) &= ~kOpen;
  settled_credit_ += slot(seq);
  advance();
}

void MessageAssembly::advance() {
  while (base_ < highest_ && slot(base_) != 0 && (slot(base_) & kOpen) == 0) {
    base_credit_ += slot(base_++);
  }
}

std::optional<MessageAssembly::Skipped> MessageAssembly::check_skip(
    const wire::MsgSkipFrame& frame) const {
  Skipped skipped;
  if (frame.seq_below <= base_) return skipped;
  std::uint64_t known = base_credit_;
  bool all_seen = frame.seq_below <= highest_;
  for (std::uint64_t seq = base_; seq < std::min(frame.seq_below, highest_); ++seq) {
    const std::uint32_t slot = seen_[place_of(seq)];
    known += slot & ~kOpen;
    all_seen = all_seen && slot != 0;
    if ((slot & kOpen) != 0) skipped.given_up += slot & ~kOpen;
  }
  if (frame.credit_total_below < known || (all_seen && frame.credit_total_below != known)) {
    return std::nullopt;
  }
  skipped.unseen = frame.credit_total_below - known;
  return skipped;
}

void MessageAssembly::skip(const wire::MsgSkipFrame& frame, const Skipped& skipped) {
  if (frame.seq_below <= base_) return;
  std::erase_if(partials_, [&](const auto& p) { return p->seq < frame.seq_below; });
  seen_credit_ += skipped.unseen;
  settled_credit_ += skipped.unseen + skipped.given_up;
  base_ = frame.seq_below;
  highest_ = std::max(highest_, base_);
  base_credit_ = frame.credit_total_below;
  advance();
}

void MessageAssembly::abandon() {
  partials_.clear();
  for (std::uint64_t seq = base_; seq < highest_; ++seq) slot(seq) &= ~kOpen;
  settled_credit_ = seen_credit_;
  advance();
}

}  // namespace jetstream::stream
