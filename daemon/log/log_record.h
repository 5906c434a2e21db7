// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/log/log.h"
#include "jetstream/control/values.h"

namespace jetstream::daemon {

/// An event that outlives the call of log_event().
struct LogRecord {
  struct Field {
    std::string_view name;  ///< Of the registry, so it stays.
    std::variant<std::uint64_t, std::string> value;
  };

  LogEvent event = LogEvent::kDaemonStarting;
  control::UnixTime at;
  std::vector<Field> fields;

  const Field* find(std::string_view name) const;
};

/// The wall clock of log records.
control::UnixTime log_clock();

/// Copies what was said. Text that came from outside is cut as in the log.
LogRecord make_record(LogEvent event, LogFields fields);

/// Whom an event is for. Each class has its own share of every buffer: nothing that clients do can
/// push out what operators did.
enum class EventClass : std::uint8_t {
  kDetail,   ///< Below info: remembered by nobody.
  kSession,  ///< Of one session.
  kDaemon,   ///< Of the daemon.
  kAudit,    ///< What operators did, or tried to do.
};
inline constexpr std::array kEventClasses = {EventClass::kDetail, EventClass::kSession,
                                             EventClass::kDaemon, EventClass::kAudit};
EventClass class_of(const LogEventSpec& spec);
/// All events of a class.
LogEventSet events_of(EventClass event_class);

}  // namespace jetstream::daemon
