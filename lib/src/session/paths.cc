// SPDX-License-Identifier: MIT
#include "session/paths.h"

#include <algorithm>
#include <limits>

#include "session/blocked_ports.h"

namespace jetstream::session {
namespace {

/// A new route every 100 ms, four at once: a NAT that forgets does so rarely, and an attacker who
/// forwards packets from many addresses makes no more work than this [MIG-4].
constexpr base::TokenRate kMoveRate{
    .tokens = 1, .period = std::chrono::milliseconds(100), .burst = 4};
/// Between two challenges at least, the round trip time that RFC 9002 6.2.2 assumes of a path that
/// nothing is known of.
constexpr Duration kIntervalMin = std::chrono::milliseconds(333);
/// RFC 9000 8.1 [MIG-3].
constexpr std::uint64_t kAmplificationFactor = 3;
/// A challenge proves that the path carries such datagrams as well (RFC 9000 8.2.1).
constexpr std::size_t kProbeBytes = 1200;

}  // namespace

Paths::Unrest::Unrest() : moves(kMoveRate, Instant{}) {}

Paths::Unrest& Paths::unrest() {
  if (!unrest_) unrest_ = std::make_unique<Unrest>();
  return *unrest_;
}

Paths::Proving::Proving() = default;

Paths::Proving& Paths::begin_proving() { return unrest().proving.emplace(); }

void Paths::rest() {
  if (unrest_ && !unrest_->proving && unrest_->answers.empty() && !unrest_->dropped) {
    unrest_.reset();
  }
}

std::optional<std::uint64_t> Paths::take_dropped() {
  return unrest_ ? std::exchange(unrest_->dropped, std::nullopt) : std::nullopt;
}

bool Paths::acceptable(const PeerAddress& remote) const {
  if (remote == active_.path.remote) return true;
  if (role_ == Role::kClient) return false;  // a server stays where it is [PKT-24]
  return !is_blocked_port(remote.port) &&
         (!remote.is_loopback() || active_.path.remote.is_loopback());
}

Paths::Move Paths::on_packet(Instant now, Duration pto, const Path& path, std::size_t bytes,
                             bool leads, RandomSource& random) {
  if (path.remote == active_.path.remote) {
    if (Proving* open = proving()) open->bytes_received += bytes;
    return Move::kNone;
  }
  if (!leads || role_ == Role::kClient) return Move::kNone;
  if (const Route* known = fallback(); known != nullptr && known->path.remote == path.remote) {
    go_back();
    return Move::kBack;
  }
  if (!unrest().moves.check_and_consume(now, 1)) return Move::kNone;
  const std::optional<Route> proven = proving() != nullptr ? proving()->fallback : active_;
  Proving& fresh = begin_proving();
  fresh.fallback = proven;
  fresh.interval = std::max(pto, kIntervalMin);
  fresh.bytes_received = bytes;
  fresh.challenge.ask(now, fresh.interval, random);
  // Another port is what a forgetful NAT does. Another host may be an attacker who forwards copies
  // and is faster than the original: the old place is asked as well [MIG-6].
  if (proven && !same_host(proven->path.remote, path.remote)) {
    fresh.fallback_challenge.ask(now, fresh.interval, random);
  }
  active_.path = path;
  return Move::kNew;
}

void Paths::move_self(Instant now, Duration pto, RandomSource& random) {
  const std::optional<Route> before = proving() != nullptr ? proving()->fallback : std::nullopt;
  Proving& fresh = begin_proving();
  fresh.self_moved = true;
  fresh.fallback = active_;
  fresh.interval = std::max(pto, kIntervalMin);
  fresh.challenge.ask(now, fresh.interval, random);
  active_.path.local = {};
  if (before) drop_if_unused(before->id_sequence);
}

bool Paths::uses(std::uint64_t id_sequence) {
  return active_.id_sequence == id_sequence ||
         (fallback() != nullptr && fallback()->id_sequence == id_sequence);
}

void Paths::drop_if_unused(std::uint64_t id_sequence) {
  if (!uses(id_sequence)) unrest().dropped = id_sequence;
}

void Paths::go_back() {
  const Route lost = std::exchange(active_, *proving()->fallback);
  unrest_->proving.reset();
  drop_if_unused(lost.id_sequence);
}

void Paths::finish_proving() {
  const std::optional<Route> old = proving()->fallback;
  unrest_->proving.reset();
  if (old) drop_if_unused(old->id_sequence);
}

void Paths::on_challenge(const Path& from, const wire::PathData& data, std::size_t bytes) {
  auto& answers = unrest().answers;
  if (answers.size() == kAnswersMax) answers.erase(answers.begin());
  answers.push_back({from, data, bytes});
}

bool Paths::on_response(const PeerAddress& from, const wire::PathData& data) {
  const Proving* open = proving();
  if (open == nullptr || from != active_.path.remote || !open->challenge.answered_by(data)) {
    return false;
  }
  finish_proving();
  return true;
}

Paths::Move Paths::on_timeout(Instant now, RandomSource& random) {
  Proving* open = proving();
  if (open == nullptr) return Move::kNone;
  open->fallback_challenge.on_timeout(now, open->interval, random);
  if (open->challenge.on_timeout(now, open->interval, random)) return Move::kNone;
  if (open->fallback && !open->self_moved) {
    go_back();
    return Move::kBack;
  }
  finish_proving();
  return Move::kNone;
}

Instant Paths::deadline() const {
  const Proving* open = proving();
  if (open == nullptr) return kNever;
  return std::min(open->challenge.next_at, open->fallback_challenge.next_at);
}

std::uint64_t Paths::allowance() const {
  const Proving* open = proving();
  if (open == nullptr || open->self_moved) return std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t limit = kAmplificationFactor * open->bytes_received;
  return limit - std::min(limit, open->bytes_sent);
}

void Paths::on_sent(std::size_t bytes) {
  if (Proving* open = proving()) open->bytes_sent += bytes;
}

bool Paths::has_probe() const {
  const Proving* open = proving();
  return (unrest_ && !unrest_->answers.empty()) ||
         (open != nullptr && (open->challenge.due || open->fallback_challenge.due));
}

std::optional<Paths::Probe> Paths::take_probe() {
  if (!unrest_) return std::nullopt;
  const std::size_t to_active =
      static_cast<std::size_t>(std::min<std::uint64_t>(allowance(), kProbeBytes));
  if (auto& answers = unrest_->answers; !answers.empty()) {
    const Answer answer = answers.back();
    answers.pop_back();
    const bool active = answer.path.remote == active_.path.remote;
    // A stranger's address gets no more than came from there [MIG-3].
    return Probe{.route = active ? active_ : Route{answer.path, active_.id, active_.id_sequence},
                 .data = answer.data,
                 .is_response = true,
                 .bytes_max = active ? to_active : std::min(answer.bytes, kProbeBytes)};
  }
  Proving* open = proving();
  if (open == nullptr) return std::nullopt;
  if (Challenge& own = open->challenge; own.due) {
    own.due = false;
    return Probe{.route = active_, .data = own.sent[own.tries - 1u], .bytes_max = to_active};
  }
  if (Challenge& other = open->fallback_challenge; other.due) {
    other.due = false;
    return Probe{
        .route = *open->fallback, .data = other.sent[other.tries - 1u], .bytes_max = kProbeBytes};
  }
  return std::nullopt;
}

void Paths::Challenge::ask(Instant now, Duration interval, RandomSource& random) {
  random.fill_public(sent[tries++]);
  due = true;
  next_at = now + interval;
}

bool Paths::Challenge::on_timeout(Instant now, Duration interval, RandomSource& random) {
  if (now < next_at) return true;
  next_at = kNever;
  if (tries == kTries) return false;
  ask(now, interval, random);
  return true;
}

bool Paths::Challenge::answered_by(const wire::PathData& data) const {
  return std::find(sent.begin(), sent.begin() + tries, data) != sent.begin() + tries;
}

}  // namespace jetstream::session
