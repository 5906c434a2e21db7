// SPDX-License-Identifier: MIT
#include "daemon/health/health_board.h"

#include <algorithm>

namespace jetstream::daemon {

void HealthBoard::set(HealthCode code, Instant now, std::string detail) {
  Entry& entry = entries_[static_cast<std::size_t>(code)];
  const HealthSpec& spec = spec_of(code);
  if (!detail.empty()) {
    const bool goes_on =
        entry.holds || (entry.shown_once && now - entry.held_last < spec.stays_for);
    if (!goes_on) {
      entry.since = now;
      entry.shown_once = false;
    }
    entry.holds = true;
    entry.held_last = now;
    entry.detail = std::move(detail);
    if (now - entry.since >= spec.visible_after) entry.shown_once = true;
    return;
  }
  if (!entry.holds) return;
  entry.holds = false;
  entry.held_last = now;
  if (now - entry.since >= spec.visible_after) entry.shown_once = true;
}

bool HealthBoard::is_visible(HealthCode code, Instant now) const {
  const Entry& entry = entries_[static_cast<std::size_t>(code)];
  const HealthSpec& spec = spec_of(code);
  const bool held_long = entry.holds && now - entry.since >= spec.visible_after;
  const bool stays = !entry.holds && entry.shown_once && now - entry.held_last < spec.stays_for;
  if (!held_long && !stays) return false;
  return !spec.depends_on || !is_visible(*spec.depends_on, now);
}

std::vector<HealthFinding> HealthBoard::visible(Instant now) const {
  std::vector<HealthFinding> findings;
  for (const HealthSpec& spec : health_table()) {
    if (!is_visible(spec.code, now)) continue;
    const Entry& entry = entries_[static_cast<std::size_t>(spec.code)];
    findings.push_back({spec.code, entry.detail, entry.since});
  }
  return findings;
}

HealthBoard::Changes HealthBoard::take_changes(Instant now) {
  Changes changes;
  for (const HealthSpec& spec : health_table()) {
    const auto index = static_cast<std::size_t>(spec.code);
    const bool visible = is_visible(spec.code, now);
    if (visible == told_[index]) continue;
    told_[index] = visible;
    if (visible) {
      changes.raised.push_back({spec.code, entries_[index].detail, entries_[index].since});
    } else {
      changes.cleared.push_back(spec.code);
    }
  }
  return changes;
}

bool is_ready(const std::vector<HealthFinding>& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const HealthFinding& finding) { return spec_of(finding.code).not_ready; });
}

bool is_alive(const std::vector<HealthFinding>& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const HealthFinding& finding) { return spec_of(finding.code).not_alive; });
}

}  // namespace jetstream::daemon
