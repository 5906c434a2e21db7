// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/log_events.h"

namespace jetstream::daemon {

/// One named value of a log line. Text is only looked at during the call.
struct LogField {
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, const std::string& text)
      : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, std::unsigned_integral auto number)
      : name(field), value(std::uint64_t{number}) {}

  std::string_view name;
  std::variant<std::string_view, std::uint64_t> value;
};

struct LogSettings {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kAuto;
  /// Where the lines go, standard error unless a test wants them. Stays the caller's.
  int descriptor = 2;
};

/// Logs one event with some of the fields that its registry entry names. Never waits. Any thread.
/// Does nothing if the level is off or no Log exists.
void log_event(LogEvent event, std::initializer_list<LogField> fields = {});

/// Whether log_event() would write: for callers whose fields cost something.
bool log_enabled(LogEvent event);

/// Logs how many lines were lost since the start, if that has grown since it was told last. Any
/// thread.
void tell_lost_lines();

/// How many lines were lost since the start. Any thread.
std::uint64_t log_lines_lost();

/// Changes the level of the log, if one is given, for all threads at once. What it was before;
/// kError without a log. Any thread.
LogLevel set_log_level(std::optional<LogLevel> level);

/// The log of this process. Made before the threads that log and destroyed after them; there is at
/// most one. Its destructor writes what is left, which waits for the reader of the descriptor.
class Log {
 public:
  explicit Log(const LogSettings& settings);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Lines that were dropped because they came faster than they could be written.
  std::uint64_t lines_lost() const;

 private:
  struct State;
  friend void log_event(LogEvent, std::initializer_list<LogField>);
  friend void tell_lost_lines();
  friend std::uint64_t log_lines_lost();
  friend bool log_enabled(LogEvent);
  friend LogLevel set_log_level(std::optional<LogLevel>);
  std::unique_ptr<State> state_;
};

/// The part of a line that depends on the event: message and fields in the text format.
std::string format_text(const LogEventSpec& spec, std::initializer_list<LogField> fields);
/// The same as members of a JSON object, without its braces.
std::string format_json(const LogEventSpec& spec, std::initializer_list<LogField> fields);

}  // namespace jetstream::daemon
