// SPDX-License-Identifier: MIT
//
// Whom the address filter keeps out, and what an operator is told of an address.
#include <algorithm>

#include "endpoint/endpoint_impl.h"

namespace jetstream::endpoint {
namespace {

/// Slots that are held against a new filter in one turn: tenths of a millisecond.
constexpr std::uint32_t kSlotsPerTurn = 1024;

constexpr std::string_view kDenied = "an access list denies this address";
constexpr std::string_view kBanned = "this address is banned";

}  // namespace

void EndpointImpl::set_address_filter(Instant now, std::shared_ptr<const AddressFilter> filter) {
  now_ = now;
  if (filter != nullptr && filter->empty()) filter.reset();
  filter_ = std::move(filter);
  filter_next_ = filter_ == nullptr ? UINT32_MAX : 0;
}

bool EndpointImpl::filter_refuses(Instant now, const PeerAddress& remote) {
  switch (filter_->find(now, remote).verdict) {
    case AddressVerdict::kWelcome:
      return false;
    case AddressVerdict::kDenied:
      drop(DropReason::kDenied);
      return true;
    case AddressVerdict::kBanned:
      drop(DropReason::kBanned);
      return true;
  }
  return false;
}

/// Whoever is elsewhere may be the client that has moved, or anybody with a copy of a packet of
/// its: so the session stays where it was [ACCESS-3]. The proven address itself was looked at when
/// the session began, and again whenever there was another filter.
bool EndpointImpl::keeps_session_out(Instant now, const session::Session& session,
                                     const PeerAddress& remote) {
  if (session.role() != Role::kServer) return false;
  const PeerAddress* proven = session.proven_remote();
  if (proven != nullptr && *proven == remote) return false;
  return filter_refuses(now, remote);
}

/// [ACCESS-2]
void EndpointImpl::close_kept_out(Instant now) {
  if (filter_ == nullptr) return;
  const std::uint32_t end = std::min(slots_.size(), filter_next_ + kSlotsPerTurn);
  for (; filter_next_ < end; ++filter_next_) {
    const Slot& slot = slots_[filter_next_];
    if (slot.kind != Slot::Kind::kLive || awaits_finished(slot)) continue;
    if (slot.session->role() != Role::kServer ||
        slot.session->state() != SessionState::kEstablished)
      continue;
    const PeerAddress* proven = slot.session->proven_remote();
    if (proven == nullptr) continue;
    const AddressFinding finding = filter_->find(now, *proven);
    if (finding.verdict == AddressVerdict::kWelcome) continue;
    const bool banned = finding.verdict == AddressVerdict::kBanned;
    ++(banned ? stats_.sessions_banned : stats_.sessions_denied);
    CloseInfo why;
    why.reason = CloseReason::kGoingAway;
    why.code = TransportCode::kAdminClose;
    why.message = banned ? kBanned : kDenied;
    if (finding.until != kNever) why.retry_after = finding.until - now;
    (void)close(now, slots_.handle_of(filter_next_), why);
  }
  if (filter_next_ >= slots_.size()) filter_next_ = UINT32_MAX;
}

HelloFate EndpointImpl::fate(Instant now, const AddressFinding& finding, const PeerAddress& client,
                             bool proven) {
  if (finding.verdict == AddressVerdict::kDenied) return HelloFate::kDenied;
  if (finding.verdict == AddressVerdict::kBanned) return HelloFate::kBanned;
  if (client.port != 0 && is_blocked_port(client.port)) return HelloFate::kBlockedPort;
  const HelloFate fate = gate_->foresee(now, client, proven, *half_open_, no_room());
  if (fate != HelloFate::kAccepted) return fate;
  const Half half = proven ? Half::kProven : Half::kUnproven;
  const bool room = half_open_->allocate(half) || half_open_->due(now, half);
  return room ? fate : HelloFate::kHalfOpenFull;
}

Outlook EndpointImpl::outlook(Instant now, const PeerAddress& client) {
  Outlook outlook;
  if (!config_.server) return outlook;
  if (filter_ != nullptr) outlook.finding = filter_->find(now, client);
  outlook.unproven = fate(now, outlook.finding, client, false);
  outlook.proven = fate(now, outlook.finding, client, true);
  outlook.source = gate_->sources().info(now, client);
  return outlook;
}

void EndpointImpl::visit_sources(Instant now, const std::function<void(const SourceInfo&)>& visit) {
  if (config_.server) gate_->sources().visit(now, visit);
}

bool EndpointImpl::forget_source(const PeerAddress& client) {
  return config_.server && gate_->sources().forget(client);
}

Usage EndpointImpl::take_usage(Instant now) {
  if (!config_.server) return {};
  gate_->sources().close_seconds(now);
  return std::exchange(*usage_, {});
}

}  // namespace jetstream::endpoint
