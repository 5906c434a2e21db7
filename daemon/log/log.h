// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/log/log_events.h"
#include "daemon/log/log_journal.h"
#include "jetstream/types.h"

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

using LogFields = std::span<const LogField>;

struct LogSettings {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kAuto;
  PeerAddresses peer_addresses = PeerAddresses::kFull;
  /// Where the lines go, standard error unless a test wants them. Stays the caller's.
  int descriptor = 2;
  /// $JOURNAL_STREAM; decides what kAuto is.
  std::string journal_stream{};
  /// Where kJournald writes to; lines that can't be delivered go to the descriptor.
  std::string journal_socket{kJournalSocket};
};

/// Logs one event with some of the fields that its registry entry names. Never waits. Any thread.
/// Does nothing if no Log exists or nobody wants the event, which costs one load to find out.
void log_event(LogEvent event, std::initializer_list<LogField> fields = {});

/// The same for one of very many events with one cause, of which only the sum belongs into the log:
/// written, as a line of level debug, only where those of its module are; who follows events hears
/// of it as ever.
void log_one_of_many(LogEvent event, std::initializer_list<LogField> fields);

/// Whether somebody wants the event: for callers whose fields cost something.
bool log_enabled(LogEvent event);

/// Logs how many lines were lost since the start, if that has grown since it was told last. Any
/// thread.
void tell_lost_lines();

/// How many lines were lost since the start. Any thread.
std::uint64_t log_lines_lost();

/// The least severe events that are written. What operators did is written at every level.
struct LogLevels {
  LogLevel level = LogLevel::kInfo;
  std::map<std::string, LogLevel, std::less<>> modules;  ///< Instead of `level`, by module_of().
};
/// Holds for all threads at once. Any thread, one at a time.
void set_log_levels(const LogLevels& levels);

/// How lines are written from now on; kAuto is what it was at the start. Any thread.
void set_log_format(LogFormat format);

/// What is shown of the addresses of peers from now on. Any thread.
void set_log_addresses(PeerAddresses shown);

using LogEventSet = std::bitset<kLogEventCount>;
/// Sessions that can be traced at the same time.
inline constexpr std::size_t kTracesMax = 8;

/// What the reader of the feed wants, whatever the log's level.
struct LogInterest {
  LogEventSet events;
  LogEventSet traced;               ///< Of `sessions` only, which costs all others a look.
  std::vector<SessionId> sessions;  ///< At most kTracesMax.
};
/// Holds for all threads at once. Any thread, one at a time.
void set_log_interest(const LogInterest& interest);

class LogFeed;
/// Where the events that are wanted go. Null without a log.
LogFeed* log_feed();

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
  friend void log_one_of_many(LogEvent, std::initializer_list<LogField>);
  friend void tell_lost_lines();
  friend std::uint64_t log_lines_lost();
  friend bool log_enabled(LogEvent);
  friend void set_log_levels(const LogLevels&);
  friend void set_log_format(LogFormat);
  friend void set_log_addresses(PeerAddresses);
  friend void set_log_interest(const LogInterest&);
  friend LogFeed* log_feed();
  std::unique_ptr<State> state_;
};

/// What is shown of a text: all of it, or the first 64 bytes of what came from outside.
std::string_view shown_part(std::string_view text, const FieldSpec& field);

/// The part of a line that depends on the event: message and fields in the text format.
std::string format_text(const LogEventSpec& spec, LogFields fields);
/// The same as members of a JSON object, without its braces.
std::string format_json(const LogEventSpec& spec, LogFields fields);
/// The whole record as journald takes it, with the line of the text format as its message, at the
/// level that it is written with.
std::string format_journal(const LogEventSpec& spec, LogLevel level, LogFields fields);

}  // namespace jetstream::daemon
