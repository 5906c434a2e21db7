// SPDX-License-Identifier: MIT
#include "daemon/admin/explain_report.h"

#include <algorithm>
#include <array>
#include <map>

#include "daemon/admin/admin_ban_handlers.h"

namespace jetstream::daemon {
namespace {

using Fates = std::map<HelloFate, std::uint64_t>;

std::string host_of(const PeerAddress& address) {
  return AddressBlock{.ip = address.ip}.to_string();
}

/// "of 192.0.2.0/24, until 2026-...Z, by uid 0: scans"
std::string ban_words(const control::BanRow& ban) {
  return ban.block + (ban.until ? " until " + control::to_rfc3339(*ban.until) : std::string()) +
         (ban.uid ? ", by uid " + std::to_string(*ban.uid) : ", by jetstreamd") +
         (ban.reason.empty() ? "" : ": " + ban.reason);
}

std::string denial_words(const control::ExplainReport& report) {
  const std::string where = report.access_origin ? " (" + *report.access_origin + ")" : "";
  if (report.access_block) return "access.deny has " + *report.access_block + where;
  return "access.allow" + where + " does not have it";
}

/// What a client there would meet, after "would be".
std::string words(HelloFate fate, const control::ExplainReport& report) {
  switch (fate) {
    case HelloFate::kAccepted:
      return "accepted";
    case HelloFate::kRetry:
      return "asked to prove its address";
    case HelloFate::kDenied:
      return "dropped unread: " + denial_words(report);
    case HelloFate::kBanned:
      return "dropped unread: banned" +
             (report.bans.empty() ? std::string() : ", " + ban_words(report.bans.front()));
    case HelloFate::kBlockedPort:
      return "dropped: no client has this port";
    case HelloFate::kHalfOpenFull:
      return "dropped for now: too many handshakes are under way";
    case HelloFate::kSourceRate:
      return "dropped for now: " + report.source.source + " had too many handshakes lately";
    case HelloFate::kSourceFull:
      return "refused: " + report.source.source + " has too many sessions";
    case HelloFate::kServerFull:
      return "refused: the server is full";
    case HelloFate::kNoNewSessions:
      return "refused: no new sessions are taken";
  }
  return "";
}

std::string words(const Fates& fates, const control::ExplainReport& report) {
  if (fates.size() == 1) return words(fates.begin()->first, report);
  std::string text;
  for (const auto& [fate, count] : fates) {
    text += (text.empty() ? "" : "; ") + words(fate, report) + " (on " + std::to_string(count) +
            (count == 1 ? " endpoint)" : " endpoints)");
  }
  return text;
}

std::string verdict_of(const Fates& unproven, const Fates& proven) {
  if (unproven.size() != 1 || proven.size() != 1) return "varies";
  const HelloFate fate = unproven.begin()->first;
  if (fate == HelloFate::kAccepted) return "accepted";
  if (fate != HelloFate::kRetry) return "refused";
  return proven.begin()->first == HelloFate::kAccepted ? "proof_first" : "refused";
}

std::string answer_of(const Fates& unproven, const Fates& proven,
                      const control::ExplainReport& report) {
  std::string text = "a new client from there would be " + words(unproven, report);
  if (unproven.contains(HelloFate::kRetry)) text += ", and then be " + words(proven, report);
  return text;
}

control::NamedCounts named(const Fates& fates) {
  control::NamedCounts counts;
  for (const auto& [fate, count] : fates) counts.emplace_back(to_string(fate), count);
  return counts;
}

/// By the same filter that endpoints have, without its bans.
void fill_access(control::ExplainReport& report, const PeerAddress& address, const Config& config,
                 const ClockReading& clocks) {
  const AddressFilter lists({.allow = config.access_allow, .deny = config.access_deny, .bans = {}});
  const AddressFinding finding = lists.find(clocks.now, address);
  const bool denied = finding.verdict == AddressVerdict::kDenied;
  if (finding.block) report.access_block = finding.block->to_string();
  report.access =
      denied ? (finding.block ? "denied" : "not_allowed") : (finding.block ? "allowed" : "none");
  if (report.access == "none") return;
  report.access_origin = config.origin(report.access == "denied" ? "access.deny" : "access.allow");
}

void fill_bans(control::ExplainReport& report, const PeerAddress& address, const BanBook& bans,
               const ClockReading& clocks) {
  for (const auto& [block, ban] : bans.bans()) {
    const bool over = ban.until && *ban.until <= clocks.wall;
    if (!over && block.contains(address)) report.bans.push_back(ban_row(ban, clocks.wall));
  }
  // In the order of addresses the larger of two blocks around one address comes first.
  std::reverse(report.bans.begin(), report.bans.end());
}

std::string_view retry_word(RetryMode mode) {
  constexpr std::array<std::string_view, 3> kWords = {"auto", "always", "never"};
  return kWords[static_cast<std::size_t>(mode)];
}

}  // namespace

control::SourceRow source_row(const std::vector<SourceInfo>& parts, std::size_t endpoints,
                              const ClockReading& clocks) {
  control::SourceRow row;
  if (parts.empty()) return row;
  const SourceInfo& one = parts.front();
  row.source = one.block.to_string();
  row.exempt = one.exempt;
  if (one.handshakes_per_second > 0) {
    row.handshakes_per_second = one.handshakes_per_second * endpoints;
  }
  row.handshake_burst = one.handshake_burst * endpoints;
  row.handshake_tokens = one.handshake_burst * (endpoints - parts.size());
  row.sessions_max = std::uint64_t{one.sessions_max} * endpoints;
  std::optional<Instant> since;
  for (const SourceInfo& part : parts) {
    row.handshake_tokens += std::min(part.handshake_tokens, part.handshake_burst);
    row.handshakes_limited += part.handshakes_limited;
    row.sessions += part.sessions;
    if (part.since && (!since || *part.since < *since)) since = part.since;
  }
  if (since) {
    const auto ago = std::chrono::duration_cast<std::chrono::milliseconds>(clocks.now - *since);
    row.since = control::UnixTime(clocks.wall.value() - ago.count());
  }
  return row;
}

bool is_limited(const control::SourceRow& row) {
  if (row.exempt) return false;
  const bool rate = row.handshakes_per_second && row.handshake_tokens == 0;
  return rate || row.handshakes_limited > 0 || row.sessions >= row.sessions_max;
}

control::ExplainReport explain_report(const PeerAddress& address,
                                      const std::vector<ExplainPart>& parts, const Config& config,
                                      const BanBook& bans, const ClockReading& clocks) {
  control::ExplainReport report;
  report.address = address.port == 0 ? host_of(address) : address.to_string();
  report.retry = retry_word(config.retry);
  fill_access(report, address, config, clocks);
  fill_bans(report, address, bans, clocks);
  Fates unproven;
  Fates proven;
  std::vector<SourceInfo> sources;
  for (const ExplainPart& part : parts) {
    ++unproven[part.outlook.unproven];
    ++proven[part.outlook.proven];
    sources.push_back(part.outlook.source);
    report.sessions_here += part.sessions_here;
    std::copy(part.sessions.begin(), part.sessions.end(), std::back_inserter(report.sessions));
    std::copy(part.closed.begin(), part.closed.end(), std::back_inserter(report.closed));
  }
  report.source = source_row(sources, parts.size(), clocks);
  if (report.source.exempt) report.exempt_origin = config.origin("limits.exempt");
  report.unproven = named(unproven);
  report.proven = named(proven);
  report.verdict = verdict_of(unproven, proven);
  report.answer = answer_of(unproven, proven, report);
  std::sort(report.sessions.begin(), report.sessions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  std::sort(report.closed.begin(), report.closed.end(), [](const auto& a, const auto& b) {
    return a.ended_at != b.ended_at ? a.ended_at > b.ended_at : a.id > b.id;
  });
  report.sessions.resize(std::min(report.sessions.size(), control::kExplainRowsMax));
  report.closed.resize(std::min(report.closed.size(), control::kExplainRowsMax));
  return report;
}

}  // namespace jetstream::daemon
