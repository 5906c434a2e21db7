// SPDX-License-Identifier: MIT
#include "daemon/health/health_table.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;
using C = HealthCode;
using S = Severity;

// In the order of the enumerators.
constexpr std::array<HealthSpec, kHealthCodeCount> kChecks = {{
    // kStalledAfter has passed already when this begins to hold.
    {C::kWorkerStalled, "worker_stalled", S::kError, true, true, 0s, 0s, std::nullopt,
     "A worker's loop has not come round for 5 s: its sessions get no answer.",
     "Restart the daemon; the unit's watchdog does so by itself. Keep a stack of the thread "
     "worker-N for whoever mends it: gdb -p PID -batch -ex 'thread apply all bt'."},
    {C::kStarting, "starting", S::kNotice, true, false, 0s, 0s, std::nullopt,
     "The sockets are not bound yet.", "Wait: jsctl wait ready."},
    {C::kDraining, "draining", S::kNotice, true, false, 0s, 0s, std::nullopt,
     "No new sessions are taken, and those there are come to their end.",
     "Nothing, if it was meant; otherwise jsctl drain cancel."},
    {C::kTableFull, "table_full", S::kError, true, false, 5s, 10s, C::kWorkerStalled,
     "Clients were told that the server is full, or 99 in 100 of sessions.max are in use.",
     "Raise sessions.max, or send clients elsewhere. jsctl session list shows who is there; "
     "sessions.max_per_source bounds what one of them takes."},
    {C::kMemoryTight, "memory_tight", S::kWarning, false, false, 10s, 30s, C::kWorkerStalled,
     "Sessions hold nine tenths of what limits.worker_memory gives one worker's address, so each "
     "gets a small share: streams become slow.",
     "Raise limits.worker_memory, or lower sessions.max_data and sessions.send_buffer."},
    {C::kReceiveBufferSmall, "receive_buffer_small", S::kWarning, false, false, 0s, 0s,
     std::nullopt,
     "The system gave a smaller receive buffer than server.socket_receive_buffer asks for, so "
     "bursts are dropped before the daemon can read them.",
     "On the host, not in a container: sysctl -w net.core.rmem_max=BYTES (the message says how "
     "many), and a file in /etc/sysctl.d to keep it; then restart the daemon."},
    {C::kSocketDrops, "socket_drops", S::kWarning, false, false, 0s, 60s, C::kWorkerStalled,
     "The kernel dropped datagrams at a socket in the last minute, because its receive buffer was "
     "full. They are in none of the daemon's own drop counters.",
     "A larger server.socket_receive_buffer helps against bursts; more server.workers, or more "
     "CPUs, help if it goes on."},
    {C::kProxyAddress, "proxy_address", S::kWarning, false, false, 10s, 60s, std::nullopt,
     "Nearly all sessions come from the address of this machine's default gateway, which looks "
     "like the proxy of a container engine (docker-proxy): limits per source then hold for all "
     "clients together.",
     "Run the container with --network host, or the engine with userland-proxy off. Where a "
     "gateway really stands between, put its address into limits.exempt."},
    {C::kClockStepped, "clock_stepped", S::kWarning, false, false, 0s, 600s, std::nullopt,
     "The wall clock was set while the daemon ran. Sessions keep their own time and are not "
     "affected; times in the log, and the age of tickets and address tokens, are.",
     "Find out who sets it: a time service should slew the clock and step it only at boot."},
    {C::kKeyPermissions, "key_permissions", S::kError, false, false, 0s, 0s, std::nullopt,
     "The private key's file can be read or written by others than its owner and group: whoever "
     "can read it can pose as this server.",
     "chmod 0600 the file. If somebody may have read it, make a new key and tell the clients."},
    {C::kLogLinesLost, "log_lines_lost", S::kWarning, false, false, 0s, 60s, std::nullopt,
     "In the last minute log lines came faster than they could be written, and the oldest are "
     "gone, "
     "or they could not be written at all.",
     "See what reads standard error and whether its disk is full, or lower log.level."},
    {C::kBansFull, "bans_full", S::kWarning, false, false, 0s, 60s, std::nullopt,
     "In the last minute the daemon wanted to ban a source by itself (dynamic_bans) and could not, "
     "because as many bans are there as it keeps. The source is still served.",
     "Make room: jsctl ban list shows who is banned by whom; jsctl ban clear --origin takes back "
     "all of one origin. A large block instead of many single addresses counts once."},
    {C::kIdsMapped, "ids_mapped", S::kWarning, false, false, 0s, 0s, std::nullopt,
     "The daemon runs in a user namespace with user ids of its own. At the admin socket, users and "
     "groups from outside of it all look like 65534, which never has a role.",
     "Run jsctl inside: docker exec, or a sidecar of the same namespace and user. A unit must not "
     "set PrivateUsers=yes; PrivateUsers=identity (systemd 257) keeps the ids."},
    {C::kConfigNotTakenBack, "config_not_taken_back", S::kError, false, false, 0s, 0s, std::nullopt,
     "Nobody confirmed the last reload in time (config reload --confirm-within), and something is "
     "in "
     "the way of taking it back whole. The rest is taken back; this is tried again every second.",
     "Free what the message names, such as a port that another process has taken; or keep what "
     "runs "
     "now: jsctl config confirm."},
    {C::kConfigReloadFailed, "config_reload_failed", S::kWarning, false, false, 0s, 0s,
     std::nullopt,
     "The last reload of the configuration was refused, so what runs is not what stands in the "
     "file: the next start would fail, or do something else.",
     "jetstreamd --config FILE --check names every mistake in the file; it does not see what is in "
     "the way of a running daemon, such as a port that is taken: the message says so. Mend it and "
     "reload once more."},
    {C::kConfigDiffers, "config_differs", S::kWarning, false, false, 0s, 0s, C::kConfigNotTakenBack,
     "A reload was taken back, so these keys are not what was read from the file; a restart would "
     "make them so again.",
     "jsctl config diff shows the difference. Change the file to what it should be, and jsctl "
     "config "
     "reload."},
    {C::kConfigRestartRequired, "config_restart_required", S::kNotice, false, false, 0s, 0s,
     std::nullopt, "The file has changes that only a restart can make; everything else of it runs.",
     "Restart the daemon when it suits you, or take the changes back: jsctl config diff shows "
     "them."},
}};

constexpr bool causes_first() {
  for (std::size_t i = 0; i < kChecks.size(); ++i) {
    if (kChecks[i].code != static_cast<HealthCode>(i)) return false;
    // Findings are told causes first, and a cause has none itself.
    if (kChecks[i].depends_on && *kChecks[i].depends_on >= kChecks[i].code) return false;
  }
  return true;
}
static_assert(causes_first());

std::string words_of(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kNotice:
      return "notice";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "";
}

std::span<const HealthSpec> health_table() { return kChecks; }

const HealthSpec& spec_of(HealthCode code) {
  const auto index = static_cast<std::size_t>(code);
  JS_ASSERT(index < kChecks.size());
  return kChecks[index];
}

std::optional<HealthCode> parse_health_code(std::string_view name) {
  const auto found = std::find_if(kChecks.begin(), kChecks.end(),
                                  [name](const HealthSpec& spec) { return spec.name == name; });
  if (found == kChecks.end()) return std::nullopt;
  return found->code;
}

std::string health_reference() {
  std::string out = R"(# Health

<!-- Made from the table in daemon/health/health_table.cc by the target generate_docs. -->

The daemon looks at itself once a second, and at files once a minute. What it finds stands in `jsctl
health` and `jsctl status`, in the body of `/readyz`, in the metric `jetstreamd_health_problem`, and
once in the log when it begins (`health.raised`) and when it is over (`health.cleared`).

- `jsctl health` exits with 0 if nothing below stops clients, with 1 otherwise, and says why.
  `--ready` (the default) asks whether new clients are welcome: use it for load balancers and for a
  container's health check. `--live` asks whether only a restart helps: use it for whatever restarts.
  A drain makes the daemon not ready, but leaves it alive.
- A finding that follows from another one is not shown while that one is.
- To keep what comes and goes from being told over and over, a finding can have a time for which it
  must hold before it is told, and one for which it stays after it has held last.

| Code | Severity | Not ready | Not alive | Told after | Stays for | Follows from |
|---|---|---|---|---|---|---|
)";
  for (const HealthSpec& spec : kChecks) {
    out += "| `" + std::string(spec.name) + "` | " + std::string(to_string(spec.severity)) + " | " +
           (spec.not_ready ? "yes" : "") + " | " + (spec.not_alive ? "yes" : "") + " | " +
           words_of(spec.visible_after) + " | " + words_of(spec.stays_for) + " | " +
           (spec.depends_on ? "`" + std::string(spec_of(*spec.depends_on).name) + "`" : "") +
           " |\n";
  }
  for (const HealthSpec& spec : kChecks) {
    out += "\n## " + std::string(spec.name) + "\n\n" + std::string(spec.meaning) + "\n\n**Do:** " +
           std::string(spec.advice) + "\n";
  }
  return out;
}

}  // namespace jetstream::daemon
