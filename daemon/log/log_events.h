// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"

namespace jetstream::daemon {

/// Everything that is ever logged. The registry (log_events.cc) has the name, the level and the
/// fields of each; docs/LOG_EVENTS.md is made from it. Names are stable: people's alarms match
/// them.
enum class LogEvent : std::uint8_t {
  kDaemonStarting,
  kDaemonReady,
  kDaemonSignal,
  kDaemonStopping,
  kDrainStarted,
  kDrainProgress,
  kDrainCancelled,
  kDrainFinished,
  kDaemonStopped,
  kDaemonFailed,
  kIdentityCreated,
  kConfigReloaded,
  kConfigRejected,
  kConfigReverted,
  kConfigConfirmed,
  kConfigWarning,
  kConnectionEstablished,
  kHandshakeCompleted,
  kClientRefused,
  kSessionExpired,
  kSessionClosing,
  kSessionClosed,
  kSessionMigrated,
  kSessionKeysUpdated,
  kHeartbeatSent,
  kStreamOpened,
  kStreamRefused,
  kStreamDataSent,
  kRateLimitExceeded,
  kDropsSummary,
  kBanNear,
  kBanAdded,
  kBanExpired,
  kBanRemoved,
  kBansLoaded,
  kBansNotSaved,
  kAdminCommand,
  kAdminRefused,
  kLogLinesLost,
  kMetricsListening,
  kHealthNoticed,
  kHealthRaised,
  kHealthCleared,
  kLogLevelReverted,
  kDaemonStatus,
};
inline constexpr std::size_t kLogEventCount = 45;

enum class FieldKind : std::uint8_t {
  kNumber,
  kId,        ///< A number that is a name: a string in JSON.
  kText,      ///< Written by this program or its owner.
  kPeerText,  ///< Written by the peer: escaped and cut after 64 bytes.
  kAddress,   ///< Of a peer, or a block of them: shown as far as log.peer_addresses says.
};

struct FieldSpec {
  std::string_view name;
  FieldKind kind = FieldKind::kText;
  std::string_view doc;
};

struct LogEventSpec {
  LogEvent event;
  std::string_view name;  ///< "handshake.completed"
  LogLevel level;
  std::string_view message;  ///< What people read: "handshake completed".
  std::string_view doc;
  std::span<const FieldSpec> fields;
};

std::span<const LogEventSpec> log_event_table();
const LogEventSpec& spec_of(LogEvent event);
/// "session" of session.closed: what --module names.
std::string_view module_of(const LogEventSpec& spec);
/// Every module there is, each once.
std::vector<std::string_view> log_modules();
/// Null if the event has no such field.
const FieldSpec* find_field(const LogEventSpec& spec, std::string_view name);

std::string_view to_string(LogLevel level);
std::optional<LogLevel> parse_log_level(std::string_view word);

/// docs/LOG_EVENTS.md.
std::string log_event_reference();

}  // namespace jetstream::daemon
