// SPDX-License-Identifier: MIT
#include "daemon/access/dynamic_bans.h"

#include <algorithm>

namespace jetstream::daemon {

bool is_abuse(const CloseInfo& why) {
  // The configuration has changed, and the client with it is not welcome any more.
  if (why.by_peer || why.code == TransportCode::kClientIdentityRefused ||
      why.code == TransportCode::kClientIdentityRequired) {
    return false;
  }
  // By the code: an operator who closes a session gives the reason that he likes.
  const CloseReason reason = reason_of(why.code);
  return reason == CloseReason::kProtocolError || reason == CloseReason::kRateLimitExceeded;
}

bool is_failed_authentication(TransportCode code) {
  return code == TransportCode::kClientIdentityRefused ||
         code == TransportCode::kClientIdentityRequired || code == TransportCode::kHandshakeFailed;
}

DynamicBans::Source& DynamicBans::source_of(Instant now, const AddressBlock& block) {
  const auto found = sources_.find(block);
  if (found != sources_.end()) return found->second;
  if (sources_.size() >= kSourcesMax) {
    sources_.erase(std::min_element(
        sources_.begin(), sources_.end(),
        [](const auto& a, const auto& b) { return a.second.heard_at < b.second.heard_at; }));
  }
  return sources_.emplace(block, Source{.window_began = now, .heard_at = now}).first->second;
}

std::optional<DynamicBans::Verdict> DynamicBans::note(Instant now, const PeerAddress& peer) {
  const DynamicBanLimits& limits = config_.dynamic_bans;
  // Early data can end a session before anybody has proven anything.
  if (!limits.enabled || peer == PeerAddress()) return std::nullopt;
  const bool exempt = std::any_of(config_.limits_exempt.begin(), config_.limits_exempt.end(),
                                  [&](const AddressBlock& one) { return one.contains(peer); });
  if (exempt) return std::nullopt;
  Verdict verdict{.block = source_block(peer)};
  Source& source = source_of(now, verdict.block);
  source.heard_at = now;
  if (now - source.window_began >= kWindow) {
    source.window_began = now;
    source.count = 0;
  }
  verdict.count = ++source.count;
  if (source.count >= limits.ban_at) {
    // Who was quiet for as long as the longest ban begins anew.
    const bool repeated =
        source.last_ban > Duration::zero() && now - source.ban_ends < limits.max_duration;
    const Duration wanted = repeated ? source.last_ban * 2 : limits.duration;
    verdict.ban = std::min(wanted, limits.max_duration);
    source.last_ban = *verdict.ban;
    source.ban_ends = now + *verdict.ban;
    source.count = 0;
    source.window_began = now;
  } else {
    verdict.warn = source.count == limits.warn_at;
  }
  return verdict;
}

}  // namespace jetstream::daemon
