// SPDX-License-Identifier: MIT
#include "session/connection_ids.h"

#include <algorithm>

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

}  // namespace

ConnectionIds::ConnectionIds(const ConnectionId& local, const ConnectionId& peer,
                             const std::optional<ResetToken>& token) {
  local_.push_back({.sequence = 0, .id = local});
  peer_.push_back({.sequence = 0, .id = peer, .reset_token = token, .used = true});
}

void ConnectionIds::add_local(const ConnectionId& id, const ResetToken& token) {
  local_.push_back({next_local_++, id, token, true});
}

std::optional<ConnectionId> ConnectionIds::take_retired() {
  if (retired_.empty()) return std::nullopt;
  const ConnectionId id = retired_.back();
  retired_.pop_back();
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
  retiring_.push_back({sequence});
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
  if (retiring_.size() > kRetiringMax) {
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
  if (const auto known = find(local_, frame.sequence); known != local_.end()) {
    retired_.push_back(known->id);
    local_.erase(known);
  }
  return {};
}

bool ConnectionIds::has_frames() const {
  return std::ranges::any_of(retiring_, &Retiring::due) ||
         std::ranges::any_of(local_, &LocalId::announce);
}

bool ConnectionIds::write_frame(base::ByteWriter& writer, wire::SentFrame& sent) {
  if (const auto entry = std::ranges::find(retiring_, true, &Retiring::due);
      entry != retiring_.end()) {
    const wire::RetireConnectionIdFrame frame{entry->sequence};
    if (wire::encoded_size(frame) > writer.remaining()) return false;
    wire::write(writer, frame);
    entry->due = false;
    sent = {.offset = entry->sequence, .kind = wire::SentKind::kRetireConnectionId};
    return true;
  }
  const auto entry = std::ranges::find(local_, true, &LocalId::announce);
  if (entry == local_.end()) return false;
  const wire::NewConnectionIdFrame frame{entry->sequence, 0, entry->id, entry->reset_token};
  if (wire::encoded_size(frame) > writer.remaining()) return false;
  wire::write(writer, frame);
  entry->announce = false;
  sent = {.offset = entry->sequence, .kind = wire::SentKind::kNewConnectionId};
  return true;
}

void ConnectionIds::on_acked(const wire::SentFrame& sent) {
  if (sent.kind != wire::SentKind::kRetireConnectionId) return;
  if (const auto entry = find(retiring_, sent.offset); entry != retiring_.end()) {
    retiring_.erase(entry);
  }
}

void ConnectionIds::on_lost(const wire::SentFrame& sent) {
  if (sent.kind == wire::SentKind::kRetireConnectionId) {
    if (const auto entry = find(retiring_, sent.offset); entry != retiring_.end()) {
      entry->due = true;
    }
  } else if (const auto entry = find(local_, sent.offset); entry != local_.end()) {
    entry->announce = true;
  }
}

}  // namespace jetstream::session
