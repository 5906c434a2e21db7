// SPDX-License-Identifier: MIT
#include "daemon/log/log_events.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace jetstream::daemon {
namespace {

using K = FieldKind;

constexpr FieldSpec kPeer = {"peer", K::kAddress, "Address and port of the other side."};
constexpr FieldSpec kSession = {"session_id", K::kId, "Number of the session."};
constexpr FieldSpec kStream = {"stream_id", K::kNumber, "Number of the stream in its session."};
constexpr FieldSpec kReason = {"reason", K::kText,
                               "Reason of the close, such as normal or timeout."};
constexpr FieldSpec kService = {"service", K::kPeerText, "Service the client asked for."};
constexpr FieldSpec kUid = {"uid", K::kNumber, "User at the other end of the admin socket."};
constexpr FieldSpec kCommand = {"command", K::kPeerText, "The admin command."};

constexpr std::array kStarting = {
    FieldSpec{"version", K::kText, "Version of the program."},
    FieldSpec{"pid", K::kNumber, "Number of the process."},
    FieldSpec{"config", K::kText, "The configuration file."},
};
constexpr std::array kReady = {
    FieldSpec{"listen", K::kText, "The addresses served, with commas between."},
    FieldSpec{"workers", K::kNumber, "Threads that serve sessions."},
    FieldSpec{"admin_socket", K::kText, "Path of the admin socket."},
    FieldSpec{"fingerprint", K::kText, "Fingerprint of the server's key, which clients pin."},
};
constexpr std::array kSignalled = {
    FieldSpec{"signal", K::kText, "Its name."},
    FieldSpec{"does", K::kText, "What the daemon is about to do."},
    FieldSpec{"hint", K::kText, "What may come between; empty if nothing does."},
};
constexpr std::array kStopping = {
    FieldSpec{"cause", K::kText, "Who wanted it: a signal, or an operator by the admin socket."},
};
constexpr std::array kDrainBegin = {
    FieldSpec{"cause", K::kText, "Who wanted it: a signal, or an operator by the admin socket."},
    FieldSpec{"sessions", K::kNumber, "Sessions there are."},
    FieldSpec{"deadline_ms", K::kNumber, "When the last of them is closed."},
};
constexpr std::array kDrainLeft = {
    FieldSpec{"sessions", K::kNumber, "Sessions that are left."},
    FieldSpec{"eta_ms", K::kNumber, "How much longer it will take at this pace."},
};
constexpr std::array kDrainEnd = {
    FieldSpec{"sessions", K::kNumber, "Sessions that are left."},
};
constexpr std::array kCancelled = {
    FieldSpec{"cause", K::kText, "Who wants it: admin socket, or time, when --for is over."},
    FieldSpec{"sessions", K::kNumber, "Sessions that are left."},
};
constexpr std::array kStopped = {
    FieldSpec{"sessions", K::kNumber, "Sessions that had not finished closing."},
    FieldSpec{"closed", K::kNumber, "Sessions that were left for the stop itself to close."},
};
constexpr std::array kFailed = {FieldSpec{"error", K::kText, "What failed, and what to do."}};
constexpr std::array kIdentity = {
    FieldSpec{"key_file", K::kText, "Where the private key is kept."},
    FieldSpec{"fingerprint", K::kText, "Fingerprint of the new key."},
};
constexpr FieldSpec kCause = {"cause", K::kText,
                              "Who wanted it: a signal, an operator, or that nobody confirmed."};
constexpr FieldSpec kDigest = {"digest", K::kText,
                               "SHA-256 of the configuration that runs from now on."};
constexpr FieldSpec kApplied = {"applied", K::kNumber, "Values that have changed."};
constexpr std::array kReloaded = {
    kCause,
    kDigest,
    kApplied,
    FieldSpec{"restart_required", K::kNumber, "Values that only a restart will change."},
    FieldSpec{"unchanged", K::kNumber, "Values that are what they were."},
    FieldSpec{"duration_ms", K::kNumber, "How long it took until all workers had it."},
};
constexpr std::array kRejected = {
    kCause,
    FieldSpec{"place", K::kText, "File, line and column, or what else set the value."},
    FieldSpec{"error", K::kText, "What is wrong there."},
    FieldSpec{"errors", K::kNumber, "How many errors there are; each has a line, 20 at most."},
};
constexpr std::array kTakenBack = {kCause, kDigest, kApplied};
constexpr std::array kConfirmed = {kDigest};
constexpr std::array kWarned = {
    FieldSpec{"warning", K::kText, "What works, but hardly as it was meant."}};
constexpr std::array kPeerOnly = {kPeer};
constexpr std::array kRefused = {
    kPeer, FieldSpec{"code", K::kText, "What it was told, such as client_identity_refused."}};
constexpr std::array kSessionFields = {kPeer, kSession};
constexpr std::array kClosing = {kPeer, kSession, kReason};
constexpr std::array kClosed = {
    kPeer,
    kSession,
    kReason,
    FieldSpec{"code", K::kText, "The precise cause, such as idle_timeout."},
    FieldSpec{"by", K::kText, "Which side closed: local or peer."},
    FieldSpec{"cause", K::kText, "Who or what ended it, as in the list of ended sessions."},
    FieldSpec{"message", K::kPeerText, "What the side that closed said about it."},
};
constexpr std::array kHeartbeat = {
    kPeer, kSession, FieldSpec{"seq", K::kNumber, "Sequence number of the heartbeat."}};
constexpr std::array kStreamService = {kPeer, kSession, kStream, kService};
constexpr std::array kData = {kPeer, kSession, kStream,
                              FieldSpec{"bytes", K::kNumber, "Bytes handed to the stream."}};
constexpr std::array kLimited = {
    kPeer, kSession, kStream,
    FieldSpec{"limit", K::kText, "Which one, such as session_messages_received."},
    FieldSpec{"suppressed", K::kNumber,
              "How often else the session was limited since its last such line."}};
constexpr std::array kDrops = {
    FieldSpec{"packets", K::kNumber, "Datagrams and packets dropped since the last such line."},
    FieldSpec{"reasons", K::kText, "How many for which reason, with commas between."},
    FieldSpec{"networks", K::kText,
              "The busiest networks that they named as their source, which can be forged, and how "
              "many at least; empty with log.peer_addresses: none."},
    FieldSpec{"handshakes_failed", K::kNumber, "Handshakes that led to no session."}};
constexpr std::array kBan = {
    FieldSpec{"block", K::kAddress, "Whom it keeps out: an address or a block of them."},
    FieldSpec{"origin", K::kText, "admin, file or auto."},
    FieldSpec{"reason", K::kText, "What was said about it."},
    FieldSpec{"more", K::kNumber, "How many other bans the same happened to at once."}};
constexpr std::array kNearBan = {
    FieldSpec{"block", K::kAddress, "The source: an IPv4 address, or the /64 of an IPv6 address."},
    FieldSpec{"count", K::kNumber, "Its offences within a minute."},
    FieldSpec{"ban_at", K::kNumber, "dynamic_bans.ban_at."}};
constexpr std::array kBanList = {
    FieldSpec{"bans", K::kNumber, "Bans of the list."},
    FieldSpec{"before", K::kNumber, "Bans of the list that it replaces."}};
constexpr std::array kUnsaved = {FieldSpec{"error", K::kText, "What failed."}};
constexpr FieldSpec kRecord = {"record", K::kNumber,
                               "Number of the record: one that is missing was lost."};
constexpr FieldSpec kGid = {"gid", K::kNumber, "Its primary group."};
constexpr FieldSpec kPid = {"pid", K::kNumber,
                            "Its process; null if it is in another pid namespace."};
constexpr FieldSpec kComm = {"comm", K::kPeerText, "Name of the process; empty if not known."};
constexpr FieldSpec kLogin = {"loginuid", K::kText,
                              "User who logged in, whoever they are now; empty if not known."};
constexpr FieldSpec kSocket = {"socket", K::kText,
                               "Where it came by: admin or read, as in admin.read_socket."};
constexpr FieldSpec kRole = {"role", K::kText, "The role that the user has."};
constexpr FieldSpec kArgs = {"args", K::kText, "Arguments as JSON, the first 256 bytes."};
constexpr FieldSpec kBecause = {"because", K::kText, "The reason that was given for it."};
constexpr std::array kAdmin = {
    kRecord,
    kUid,
    kGid,
    kPid,
    kComm,
    kLogin,
    kSocket,
    kRole,
    kCommand,
    FieldSpec{"target", K::kPeerText, "What it was about: a session or a filter."},
    kArgs,
    kBecause,
    FieldSpec{"request_id", K::kPeerText, "What the caller called it; empty if nothing."},
    FieldSpec{"outcome", K::kText,
              "ok, the code of the error, or repeated: it was done before, under this request_id."},
    FieldSpec{"affected", K::kNumber, "How many it was done to, such as sessions closed."},
    FieldSpec{"digest_before", K::kText,
              "Of commands of the configuration, what ran before; empty for others."},
    FieldSpec{"digest_after", K::kText, "The same, what runs now."},
    FieldSpec{"duration_ms", K::kNumber, "From the request to its answer."}};
constexpr std::array kAdminNo = {kRecord,
                                 kUid,
                                 kGid,
                                 kPid,
                                 kComm,
                                 kLogin,
                                 kSocket,
                                 kCommand,
                                 kArgs,
                                 kBecause,
                                 FieldSpec{"needs", K::kText, "The role that may do it."},
                                 kRole};
constexpr std::array kStatusFields = {
    FieldSpec{"state", K::kText, "running, draining, drained or stopping."},
    FieldSpec{"uptime_ms", K::kNumber, "How long it has been running."},
    FieldSpec{"sessions", K::kNumber, "Sessions there are."},
    FieldSpec{"sessions_opened", K::kNumber, "Sessions opened since the start."},
    FieldSpec{"handshakes_failed", K::kNumber, "Handshakes that led to no session."},
    FieldSpec{"rx_datagrams", K::kNumber, "UDP datagrams received."},
    FieldSpec{"tx_datagrams", K::kNumber, "UDP datagrams sent."},
    FieldSpec{"dropped", K::kNumber, "Datagrams and packets dropped."}};
constexpr std::array kKeys = {
    kPeer, kSession, FieldSpec{"updates", K::kNumber, "How often the keys have changed so far."}};
constexpr std::array kReverted = {
    FieldSpec{"module", K::kText, "The module it was changed for; empty for the whole log."},
    FieldSpec{"now", K::kText, "The level that holds again."}};
constexpr std::array kLost = {FieldSpec{"lines", K::kNumber, "Lines lost since the start."}};

constexpr std::array kMetricsAt = {
    FieldSpec{"listen", K::kText, "Address or socket of the HTTP listener."}};
constexpr FieldSpec kHealthCode = {"code", K::kText, "Which problem; docs/HEALTH.md lists them."};
constexpr std::array kHealth = {kHealthCode,
                                FieldSpec{"severity", K::kText, "notice, warning or error."},
                                FieldSpec{"detail", K::kText, "What was found, with figures."}};
constexpr std::array kHealthOver = {kHealthCode};

using E = LogEvent;
using L = LogLevel;

// In the order of the enumerators. What strangers can cause without a handshake is debug or below.
constexpr std::array<LogEventSpec, kLogEventCount> kEvents = {{
    {E::kDaemonStarting, "daemon.starting", L::kInfo, "starting",
     "The configuration is read; nothing is open yet.", kStarting},
    {E::kDaemonReady, "daemon.ready", L::kInfo, "listening", "Clients and operators can connect.",
     kReady},
    {E::kDaemonSignal, "daemon.signal", L::kInfo, "got a signal",
     "Before anything is done about it.", kSignalled},
    {E::kDaemonStopping, "daemon.stopping", L::kInfo, "shutting down",
     "The daemon drains, and then exits.", kStopping},
    {E::kDrainStarted, "drain.started", L::kInfo, "draining",
     "No new sessions are taken, and those there are get asked to come to their end.", kDrainBegin},
    {E::kDrainProgress, "drain.progress", L::kInfo, "draining goes on", "Every 5 s of a drain.",
     kDrainLeft},
    {E::kDrainCancelled, "drain.cancelled", L::kInfo, "draining cancelled",
     "New sessions are taken again.", kCancelled},
    {E::kDrainFinished, "drain.finished", L::kInfo, "drained",
     "All sessions are over, or the time was.", kDrainEnd},
    {E::kDaemonStopped, "daemon.stopped", L::kInfo, "stopped", "The last line of a run.", kStopped},
    {E::kDaemonFailed, "daemon.failed", L::kError, "failed",
     "The daemon can't start or go on, and exits.", kFailed},
    {E::kIdentityCreated, "identity.created", L::kInfo, "made a new identity key",
     "There was no key; clients that pinned another one refuse this one.", kIdentity},
    {E::kConfigReloaded, "config.reloaded", L::kInfo, "configuration reloaded",
     "What the configuration says holds from now on, but for what takes a restart.", kReloaded},
    {E::kConfigRejected, "config.rejected", L::kError, "configuration rejected",
     "A reload failed, and nothing has changed.", kRejected},
    {E::kConfigReverted, "config.reverted", L::kWarning, "configuration reverted",
     "The configuration before the last reload holds again.", kTakenBack},
    {E::kConfigConfirmed, "config.confirmed", L::kInfo, "configuration confirmed",
     "A reload that would have been taken back stays.", kConfirmed},
    {E::kConfigWarning, "config.warning", L::kWarning, "configuration is doubtful",
     "At a start or a reload.", kWarned},
    {E::kConnectionEstablished, "connection.established", L::kDebug, "connection established",
     "A client's address is proven; the handshake is completed with it.", kPeerOnly},
    {E::kHandshakeCompleted, "handshake.completed", L::kInfo, "handshake completed",
     "A session is usable.", kSessionFields},
    {E::kClientRefused, "client.refused", L::kDebug, "client refused",
     "A client finished its handshake and was told that it gets no session.", kRefused},
    {E::kSessionExpired, "session.expired", L::kInfo, "session expired and removed",
     "Nothing came from the client for sessions.timeout, or its heartbeats went unanswered.",
     kSessionFields},
    {E::kSessionClosing, "session.closing", L::kInfo, "closing connection",
     "This side begins to close a session.", kClosing},
    {E::kSessionClosed, "session.closed", L::kInfo, "connection closed",
     "A session has ended, whoever closed it.", kClosed},
    {E::kSessionMigrated, "session.migrated", L::kInfo, "peer has another address",
     "A client was seen at a new address and has proven it; the session goes on there.",
     kSessionFields},
    {E::kSessionKeysUpdated, "session.keys_updated", L::kDebug, "keys updated",
     "A session sends with its next keys from here on.", kKeys},
    {E::kHeartbeatSent, "heartbeat.sent", L::kDebug, "heartbeat sent",
     "The path was silent for sessions.heartbeat_interval.", kHeartbeat},
    {E::kStreamOpened, "stream.opened", L::kDebug, "stream opened",
     "A client opened a stream to a service.", kStreamService},
    {E::kStreamRefused, "stream.refused", L::kDebug, "stream refused: no such service",
     "A client asked for a service that is not configured.", kStreamService},
    {E::kStreamDataSent, "stream.data_sent", L::kTrace, "data sent on stream",
     "A service handed data to a stream.", kData},
    {E::kRateLimitExceeded, "rate_limit.exceeded", L::kWarning, "rate limit exceeded",
     "A stream has to wait for tokens; a session has one such line in 10 s.", kLimited},
    {E::kDropsSummary, "drops.summary", L::kInfo, "dropped what could not be used",
     "Every log.summary_interval, and before the end, if anything was dropped or a handshake "
     "failed.",
     kDrops},
    {E::kBanNear, "ban.near", L::kWarning, "offends again and again",
     "A source has come to dynamic_bans.warn_at; at ban_at the daemon bans it.", kNearBan},
    {E::kBanAdded, "ban.added", L::kInfo, "banned",
     "Clients of a block are kept out: an operator, or the daemon itself, has said so.", kBan},
    {E::kBanExpired, "ban.expired", L::kInfo, "ban is over", "The time of a ban has come.", kBan},
    {E::kBanRemoved, "ban.removed", L::kInfo, "ban taken back", "An operator has taken bans back.",
     kBan},
    {E::kBansLoaded, "ban.loaded", L::kInfo, "list of bans loaded",
     "A list has replaced the one before, as a whole.", kBanList},
    {E::kBansNotSaved, "ban.not_saved", L::kError, "bans could not be written",
     "They are in force, but as they are now they will not survive a restart.", kUnsaved},
    {E::kAdminCommand, "admin.command", L::kInfo, "admin command",
     "An operator changed something by the admin socket.", kAdmin},
    {E::kAdminRefused, "admin.refused", L::kWarning, "admin command refused",
     "Somebody at the admin socket lacks the role for a command.", kAdminNo},
    {E::kLogLinesLost, "log.lines_lost", L::kWarning, "log lines were lost",
     "Lines came faster than they could be written, and the oldest ones were dropped, or they "
     "could "
     "not be written at all. Told every log.summary_interval, if more were lost, and before the "
     "end.",
     kLost},
    {E::kMetricsListening, "metrics.listening", L::kInfo, "metrics can be read",
     "GET /metrics, /livez and /readyz are answered from now on.", kMetricsAt},
    {E::kHealthNoticed, "health.noticed", L::kInfo, "health notice",
     "Something began that stops new clients, but may be meant so.", kHealth},
    {E::kHealthRaised, "health.raised", L::kWarning, "health problem",
     "The daemon found something wrong with itself or its surroundings.", kHealth},
    {E::kHealthCleared, "health.cleared", L::kInfo, "health problem is over",
     "What was noticed or raised before no longer holds.", kHealthOver},
    {E::kLogLevelReverted, "log.level_reverted", L::kInfo, "log level reverted",
     "The time is over for which an operator had changed the level.", kReverted},
    {E::kDaemonStatus, "daemon.status", L::kInfo, "status", "SIGUSR2 asked for it.", kStatusFields},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kEvents.size(); ++i) {
    if (kEvents[i].event != static_cast<LogEvent>(i)) return false;
  }
  return true;
}
static_assert(in_order());

std::string_view kind_word(FieldKind kind) {
  switch (kind) {
    case K::kNumber:
      return "number";
    case K::kId:
      return "decimal number, a string in JSON";
    case K::kText:
      return "text";
    case K::kPeerText:
      return "text from outside";
    case K::kAddress:
      return "address";
  }
  return "";
}

}  // namespace

std::span<const LogEventSpec> log_event_table() { return kEvents; }

const LogEventSpec& spec_of(LogEvent event) {
  const auto index = static_cast<std::size_t>(event);
  JS_ASSERT(index < kEvents.size());
  return kEvents[index];
}

std::string_view module_of(const LogEventSpec& spec) {
  return spec.name.substr(0, spec.name.find('.'));
}

std::vector<std::string_view> log_modules() {
  std::vector<std::string_view> modules;
  for (const LogEventSpec& spec : kEvents) {
    const std::string_view module = module_of(spec);
    if (std::find(modules.begin(), modules.end(), module) == modules.end()) {
      modules.push_back(module);
    }
  }
  return modules;
}

const FieldSpec* find_field(const LogEventSpec& spec, std::string_view name) {
  const auto found = std::find_if(spec.fields.begin(), spec.fields.end(),
                                  [&](const FieldSpec& field) { return field.name == name; });
  return found == spec.fields.end() ? nullptr : &*found;
}

std::optional<LogLevel> parse_log_level(std::string_view word) {
  for (const LogLevel level : {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    if (to_string(level) == word) return level;
  }
  return std::nullopt;
}

std::string_view to_string(LogLevel level) {
  constexpr std::array<std::string_view, 5> kNames = {"trace", "debug", "info", "warning", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string log_event_reference() {
  std::string out = R"(# Log events

<!-- Made from the registry in daemon/log/log_events.cc by the target generate_docs. -->

`jetstreamd` logs to standard error. `log.format: text` is for people:

    2026-01-31T12:00:00.000000Z info handshake completed peer=192.0.2.7:40000 session_id=1

`log.format: json` is one object a line (broken here for the page), with the same fields after `ts`,
`level`, `event` and `msg`:

    {"ts":"2026-01-31T12:00:00.000000Z","level":"info","event":"handshake.completed",
     "msg":"handshake completed","peer":"192.0.2.7:40000","session_id":"1"}

`log.format: journald` sends each record to the journal itself: the message as in the text format, a
priority, and every field by its name in capitals with `JETSTREAM_` in front, so that the journal can
be asked:

    journalctl JETSTREAM_EVENT=session.closed JETSTREAM_REASON=timeout
    journalctl JETSTREAM_SESSION_ID=1

Where the journal's socket can't be reached, the message goes to standard error with its priority in
front (`<6>`). `log.format: auto` is `journald` if standard error leads into the journal
(`$JOURNAL_STREAM` names its device and inode, as systemd sets it), `text` on a terminal, and `json`
anywhere else.

`log.peer_addresses` says how much of clients' addresses is shown, here and to those who follow events
(`jsctl events`, `session watch`, `log tail`): `full`; `prefix`, the network without the port,
`192.0.2.0/24` or `2001:db8:1::/48`; or `none`. A filter on a masked `peer` still answers `in` a block
that contains the network. Commands that are asked what there is now, such as `jsctl session list`,
`ban list` and `explain`, answer in full, since nobody could act on less and nothing is kept of it; so
does the audit trail, which has to say what was done to whom.

Times are UTC. A field that does not apply is left out; so is one without text, in the text format.
Bytes that are not printable ASCII stand as `\xNN`, and text that came from outside is cut after 64
bytes. What somebody can cause without a finished handshake is never logged above `debug`. Logging
never waits: when lines come faster than they can be written, the oldest are dropped and counted
(`log.lines_lost`). Where one command, a drain or a stop ends more than 100 sessions (of one worker),
their `session.closing` and `session.closed` are of level `debug`; `admin.command`, `drain.started` and
`daemon.stopped` say how many they were. `jsctl log level` changes the level while the daemon runs.

| Event | Level | Message | When |
|---|---|---|---|
)";
  for (const LogEventSpec& spec : kEvents) {
    out += "| `" + std::string(spec.name) + "` | " + std::string(to_string(spec.level)) + " | " +
           std::string(spec.message) + " | " + std::string(spec.doc) + " |\n";
  }
  out += "\n## Fields\n";
  for (const LogEventSpec& spec : kEvents) {
    out += "\n### " + std::string(spec.name) + "\n\n| Field | Value | Meaning |\n|---|---|---|\n";
    for (const FieldSpec& field : spec.fields) {
      out += "| `" + std::string(field.name) + "` | " + std::string(kind_word(field.kind)) + " | " +
             std::string(field.doc) + " |\n";
    }
  }
  return out;
}

}  // namespace jetstream::daemon
