// SPDX-License-Identifier: MIT
#include "session/connection_ids.h"

#include <algorithm>
#include <span>

#include "base/assert.h"
#include "crypto/digest.h"

namespace jetstream::session {
namespace {

constexpr std::uint64_t kRemembered = 64;

Violation violation(TransportCode code, std::string_view reason, wire::FrameType type) {
  return {code, reason, static_cast<std::uint64_t>(type)};
}

template <class List>
auto find(List& list, std::uint64_t sequence) {
  return std::ranges::find_if(list, [&](const auto& entry) { return entry.sequence == sequence; });
}

template <class List>
auto find_owed(List& list, std::uint64_t sequence) {
  return std::ranges::find_if(list,
                              [&](const auto& owed) { return owed.frame.sequence == sequence; });
}

/// Writes the first frame that is due, if it fits; its sequence.
template <class List>
std::optional<std::uint64_t> write_first(List& list, base::ByteWriter& writer) {
  const auto owed = std::ranges::find_if(list, [](const auto& entry) { return entry.due; });
  if (owed == list.end() || wire::encoded_size(owed->frame) > writer.remaining()) {
    return std::nullopt;
  }
  wire::write(writer, owed->frame);
  owed->due = false;
  return owed->frame.sequence;
}

}  // namespace

ConnectionIds::ConnectionIds(const ConnectionId& local, const ConnectionId& peer,
                             const std::optional<ResetToken>& token)
    : local_{LocalId{.sequence = 0, .id = local}} {
  peer_.push_back({.sequence = 0, .id = peer, .reset_token = token, .used = true});
}

ConnectionIds::Changes& ConnectionIds::changes() {
  if (!changes_) changes_ = std::make_unique<Changes>();
  return *changes_;
}

void ConnectionIds::forget_changes_if_over() {
  if (changes_ && changes_->over()) changes_.reset();
}

void ConnectionIds::add_local(const ConnectionId& id, const ResetToken& token) {
  JS_ASSERT(wants_local());
  local_[local_count_++] = {next_local_, id};
  changes().announcing.push_back({wire::NewConnectionIdFrame{next_local_++, 0, id, token}});
}

std::optional<ConnectionId> ConnectionIds::take_retired() {
  if (!changes_ || changes_->retired.empty()) return std::nullopt;
  const ConnectionId id = changes_->retired.back();
  changes_->retired.pop_back();
  forget_changes_if_over();
  return id;
}

std::optional<ConnectionIds::PeerId> ConnectionIds::take_spare() {
  const auto spare = std::ranges::find(peer_, false, &PeerId::used);
  if (spare == peer_.end()) return std::nullopt;
  spare->used = true;
  return *spare;
}

bool ConnectionIds::is_reset(Bytes token) const {
  bool found = false;
  for (const PeerId& known : peer_) {
    if (known.reset_token) found |= crypto::constant_time_equal(*known.reset_token, token);
  }
  return found;
}

void ConnectionIds::retire(std::uint64_t sequence) {
  const auto known = find(peer_, sequence);
  if (known == peer_.end()) return;
  peer_.erase(known);
  changes().retiring.push_back({wire::RetireConnectionIdFrame{sequence}});
}

bool ConnectionIds::came(std::uint64_t sequence) const {
  if (sequence > newest_) return false;
  const std::uint64_t age = newest_ - sequence;
  return age >= kRemembered || (came_ >> age & 1) != 0;
}

void ConnectionIds::note(std::uint64_t sequence) {
  if (sequence > newest_) {
    const std::uint64_t step = sequence - newest_;
    came_ = step < kRemembered ? came_ << step : 0;
    newest_ = sequence;
  }
  came_ |= std::uint64_t{1} << (newest_ - sequence);
}

Result<void, Violation> ConnectionIds::on_frame(const wire::NewConnectionIdFrame& frame) {
  constexpr auto kType = wire::FrameType::kNewConnectionId;
  for (const PeerId& known : peer_) {
    const bool same_number = known.sequence == frame.sequence;
    if (same_number != (known.id == frame.id) ||
        (same_number && known.reset_token && known.reset_token != frame.reset_token)) {
      return unexpected(violation(TransportCode::kProtocolViolation,
                                  "a connection id means two things", kType));  // [CID-3]
    }
  }
  if (!came(frame.sequence)) {
    note(frame.sequence);
    peer_.push_back({frame.sequence, frame.id, frame.reset_token});
  }
  retire_prior_to_ = std::max(retire_prior_to_, frame.retire_prior_to);
  for (std::size_t i = peer_.size(); i-- > 0;) {
    if (!peer_[i].used && outdated(peer_[i].sequence)) retire(peer_[i].sequence);
  }
  if (peer_.size() > kPeerIdsMax) {
    return unexpected(violation(TransportCode::kConnectionIdLimitError, "too many connection ids",
                                kType));  // [CID-4]
  }
  if (changes_ && changes_->retiring.size() > kRetiringMax) {
    return unexpected(violation(TransportCode::kConnectionIdLimitError,
                                "too many connection ids to retire", kType));  // [CID-5]
  }
  return {};
}

Result<void, Violation> ConnectionIds::on_frame(const wire::RetireConnectionIdFrame& frame) {
  if (frame.sequence >= next_local_) {
    return unexpected(violation(TransportCode::kProtocolViolation,
                                "retires a connection id that was never given",
                                wire::FrameType::kRetireConnectionId));  // [CID-6]
  }
  const auto good = std::span(local_).first(local_count_);
  if (const auto known = find(good, frame.sequence); known != good.end()) {
    auto& [retired, announcing, retiring] = changes();
    retired.push_back(known->id);
    std::erase_if(announcing,
                  [&](const auto& owed) { return owed.frame.sequence == frame.sequence; });
    std::copy(known + 1, good.end(), known);
    --local_count_;
  }
  return {};
}

bool ConnectionIds::has_frames() const {
  const auto due = [](const auto& owed) { return owed.due; };
  return changes_ && (std::ranges::any_of(changes_->retiring, due) ||
                      std::ranges::any_of(changes_->announcing, due));
}

bool ConnectionIds::write_frame(base::ByteWriter& writer, wire::SentFrame& sent) {
  if (!changes_) return false;
  if (const auto sequence = write_first(changes_->retiring, writer)) {
    sent = {.offset = *sequence, .kind = wire::SentKind::kRetireConnectionId};
    return true;
  }
  if (const auto sequence = write_first(changes_->announcing, writer)) {
    sent = {.offset = *sequence, .kind = wire::SentKind::kNewConnectionId};
    return true;
  }
  return false;
}

void ConnectionIds::on_acked(const wire::SentFrame& sent) {
  if (!changes_) return;
  const auto is_it = [&](const auto& owed) { return owed.frame.sequence == sent.offset; };
  if (sent.kind == wire::SentKind::kRetireConnectionId) {
    std::erase_if(changes_->retiring, is_it);
  } else {
    std::erase_if(changes_->announcing, is_it);
  }
  forget_changes_if_over();
}

void ConnectionIds::on_lost(const wire::SentFrame& sent) {
  if (!changes_) return;
  if (sent.kind == wire::SentKind::kRetireConnectionId) {
    auto& list = changes_->retiring;
    if (const auto owed = find_owed(list, sent.offset); owed != list.end()) owed->due = true;
  } else {
    auto& list = changes_->announcing;
    if (const auto owed = find_owed(list, sent.offset); owed != list.end()) owed->due = true;
  }
}

}  // namespace jetstream::session
