// SPDX-License-Identifier: MIT
#include "daemon/admin/close_plans.h"

#include <algorithm>
#include <array>

namespace jetstream::daemon {

std::optional<std::string> ClosePlans::add(Instant now, ClosePlan plan) {
  forget_old(now);
  auto oldest = plans_.end();
  std::size_t own = 0;
  for (auto at = plans_.begin(); at != plans_.end(); ++at) {
    if (at->second.plan.uid != plan.uid) continue;
    ++own;
    if (oldest == plans_.end() || at->second.made_at < oldest->second.made_at) oldest = at;
  }
  if (own == kPlansOfOneMax) plans_.erase(oldest);
  if (plans_.size() == kPlansMax) return std::nullopt;
  const std::string token = fresh_token();
  plans_.emplace(token, Entry{std::move(plan), now});
  return token;
}

std::optional<ClosePlan> ClosePlans::take(Instant now, const std::string& token, uid_t uid) {
  forget_old(now);
  const auto found = plans_.find(token);
  if (found == plans_.end() || found->second.plan.uid != uid) return std::nullopt;
  ClosePlan plan = std::move(found->second.plan);
  plans_.erase(found);
  return plan;
}

void ClosePlans::forget_old(Instant now) {
  std::erase_if(plans_,
                [now](const auto& entry) { return now - entry.second.made_at >= kLifetime; });
}

/// Nobody guesses it; that it belongs to a uid as well is what keeps others from using it.
std::string ClosePlans::fresh_token() {
  std::array<std::uint8_t, 8> bytes{};
  do {
    random_.fill_public(bytes);
  } while (plans_.contains(to_hex(bytes)));
  return to_hex(bytes);
}

std::optional<SessionId> first_new(const std::vector<SessionId>& before,
                                   const std::vector<SessionId>& now) {
  auto known = before.begin();
  for (const SessionId id : now) {
    known = std::lower_bound(known, before.end(), id);
    if (known == before.end() || *known != id) return id;
  }
  return std::nullopt;
}

}  // namespace jetstream::daemon
