// SPDX-License-Identifier: MIT
#include "daemon/health/health_checks.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <map>
#include <numeric>
#include <system_error>

#include "base/units.h"

namespace jetstream::daemon {
namespace {

using C = HealthCode;

/// Two looks.
constexpr std::chrono::seconds kRefusedLately(2);

std::string number(std::uint64_t value) { return std::to_string(value); }

/// "208 KiB", rounded down: nobody counts the bytes of a buffer.
std::string size_words(std::uint64_t bytes) {
  constexpr std::uint64_t kKiB = 1024;
  return bytes >= kKiB ? number(bytes / kKiB) + " KiB" : number(bytes) + " B";
}

std::string workers_words(const std::vector<std::size_t>& workers) {
  if (workers.empty()) return "";
  std::string words = workers.size() == 1 ? "worker" : "workers";
  for (const std::size_t worker : workers) words += " " + number(worker);
  return words + (workers.size() == 1 ? " has" : " have") + " not moved for 5 s";
}

std::string drain_words(const Snapshot& snapshot) {
  if (snapshot.state == "running") return "";
  return snapshot.state + ", no new sessions are taken";
}

std::string step_words(const std::optional<Duration>& step) {
  if (!step) return "";
  const Duration size = std::max(*step, -*step);
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(size);
  const std::string_view way = *step > Duration::zero() ? "forward" : "back";
  return "set " + std::string(way) + " by " +
         base::format_duration(std::chrono::nanoseconds(whole).count());
}

std::string key_words(const std::vector<std::string>& keys) {
  std::string words;
  for (const std::string& key : keys) words += (words.empty() ? "" : ", ") + key;
  return words;
}

/// What the daemon itself has dropped, so that nobody mistakes one for the other.
std::string own_drops(const Snapshot& snapshot) {
  const auto drops = snapshot.total().drops;
  const std::uint64_t all = std::accumulate(drops.begin(), drops.end(), std::uint64_t{0});
  return "the daemon itself dropped " + number(all);
}

}  // namespace

void HealthChecks::run(Instant now, const Snapshot& snapshot, const HealthFacts& facts) {
  board_.set(C::kWorkerStalled, now, workers_words(facts.stalled_workers));
  board_.set(C::kStarting, now, "");
  board_.set(C::kDraining, now, drain_words(snapshot));
  check_table(now, snapshot);
  check_memory(now, snapshot);
  check_sockets(now, snapshot, facts.receive_buffer_asked);
  check_sources(now, snapshot, facts);
  board_.set(C::kClockStepped, now, step_words(facts.clock_step));
  board_.set(C::kKeyPermissions, now, facts.key_trouble);
  board_.set(C::kIdsMapped, now, facts.ids_trouble);
  const std::uint64_t lost = snapshot.log_lines_lost - lines_lost_;
  lines_lost_ = snapshot.log_lines_lost;
  board_.set(C::kLogLinesLost, now, lost == 0 ? "" : number(snapshot.log_lines_lost) + " so far");
  const std::uint64_t refused = snapshot.bans_refused - bans_refused_;
  bans_refused_ = snapshot.bans_refused;
  board_.set(C::kBansFull, now,
             refused == 0 ? "" : number(snapshot.bans_refused) + " bans not made so far");
  board_.set(C::kConfigNotTakenBack, now, snapshot.reloads.not_taken_back);
  board_.set(C::kConfigReloadFailed, now, snapshot.reloads.last_error);
  board_.set(C::kConfigDiffers, now, key_words(snapshot.config_taken_back));
  board_.set(C::kConfigRestartRequired, now, key_words(snapshot.restart_required));
}

void HealthChecks::check_table(Instant now, const Snapshot& snapshot) {
  const std::uint64_t refused =
      snapshot.total().admission[static_cast<std::size_t>(Admission::kServerFull)];
  // Some looks have no newer figures than the one before.
  if (refused != refused_) refused_at_ = now;
  refused_ = refused;
  const bool lately = refused_at_ && now - *refused_at_ < kRefusedLately;
  const std::uint64_t sessions = snapshot.sessions();
  const bool nearly = snapshot.sessions_max > 0 && sessions * 100 >= snapshot.sessions_max * 99;
  std::string detail;
  if (lately || nearly) {
    detail = number(sessions) + " of " + number(snapshot.sessions_max) + " sessions, " +
             number(refused) + " clients refused so far";
  }
  board_.set(C::kTableFull, now, std::move(detail));
}

void HealthChecks::check_memory(Instant now, const Snapshot& snapshot) {
  std::string detail;
  for (const ListenerFigures& listener : snapshot.listeners) {
    const EndpointStats& stats = listener.stats;
    if (stats.memory_budget == 0 || stats.memory_held < stats.memory_budget / 10 * 9) continue;
    detail = "worker " + number(listener.worker) + " at " + listener.address + ": " +
             size_words(stats.memory_held) + " of " + size_words(stats.memory_budget) + " held";
  }
  board_.set(C::kMemoryTight, now, std::move(detail));
}

void HealthChecks::check_sockets(Instant now, const Snapshot& snapshot, std::uint64_t asked) {
  std::string small;
  std::uint64_t drops = 0;
  std::map<std::string, std::uint64_t> by_address;
  for (const ListenerFigures& listener : snapshot.listeners) {
    drops += listener.udp.socket_drops;
    if (listener.udp.socket_drops > 0) by_address[listener.address] += listener.udp.socket_drops;
    const std::uint64_t got = listener.udp.receive_buffer_bytes;
    if (got == 0 || got >= asked) continue;  // 0: the system does not tell
    small = "asked " + size_words(asked) + ", got " + size_words(got) +
            ": sysctl -w net.core.rmem_max=" + number(asked) + " on the host";
  }
  board_.set(C::kReceiveBufferSmall, now, std::move(small));
  std::string dropped;
  if (drops > socket_drops_) {
    for (const auto& [address, count] : by_address) {
      dropped += number(count) + " datagrams at " + address + ", ";
    }
    dropped += own_drops(snapshot);
  }
  socket_drops_ = drops;
  board_.set(C::kSocketDrops, now, std::move(dropped));
}

/// The workers vote by how many sessions each has seen: the address that most agree on.
void HealthChecks::check_sources(Instant now, const Snapshot& snapshot, const HealthFacts& facts) {
  std::map<std::string, std::uint64_t> seen_by_source;
  std::uint64_t seen = 0;
  for (const ListenerFigures& listener : snapshot.listeners) {
    const MajoritySource& sources = listener.figures.sources;
    seen += sources.seen();
    const auto source = sources.nearly_all(1);
    if (!source) continue;
    const auto same = [&source](const PeerAddress& gateway) { return gateway.ip == source->ip; };
    if (std::none_of(facts.gateways.begin(), facts.gateways.end(), same)) continue;
    PeerAddress shown = *source;
    shown.port = 0;
    seen_by_source[shown.to_string()] += sources.seen();
  }
  std::string detail;
  for (const auto& [source, count] : seen_by_source) {
    if (seen < kSessionsToJudgeBy || count * 10 < seen * 9) continue;
    detail = "nearly all of the last " + number(seen) + " sessions come from " +
             source.substr(0, source.rfind(':')) +
             ", our default gateway: a container engine's proxy?";
  }
  board_.set(C::kProxyAddress, now, std::move(detail));
}

std::string key_file_trouble(const std::filesystem::path& path, unsigned forbidden) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) {
    // A daemon runs on with the key it has; the next start would make a new one.
    return path.string() + ": " + std::generic_category().message(errno);
  }
  if ((info.st_mode & forbidden) == 0) return "";
  std::array<char, 8> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(info.st_mode & 07777));
  return path.string() + " has mode " + mode.data() + ", owner " + std::to_string(info.st_uid) +
         ": chmod 0600";
}

}  // namespace jetstream::daemon
