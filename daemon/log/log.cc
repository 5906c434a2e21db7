// SPDX-License-Identifier: MIT
#include "daemon/log/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/assert.h"
#include "daemon/log/log_feed.h"
#include "daemon/log/log_mask.h"
#include "daemon/log/log_writers.h"

namespace jetstream::daemon {
namespace {

/// What `auto` is, which does not change while the process lives.
LogFormat format_of_descriptor(const LogSettings& settings) {
  if (leads_to_journal(settings.descriptor, settings.journal_stream)) return LogFormat::kJournald;
  return ::isatty(settings.descriptor) == 0 ? LogFormat::kJson : LogFormat::kText;
}

std::string format_as(LogFormat format, const LogEventSpec& spec, LogLevel level,
                      LogFields fields) {
  switch (format) {
    case LogFormat::kJson:
      return format_json(spec, fields);
    case LogFormat::kJournald:
      return format_journal(spec, level, fields);
    default:
      return format_text(spec, fields);
  }
}

}  // namespace

// Relaxed everywhere: a line more or less while something changes does no harm.
struct Log::State {
  // Who wants an event.
  static constexpr std::uint8_t kWrite = 1;
  static constexpr std::uint8_t kFeed = 2;
  static constexpr std::uint8_t kFeedOfTraced = 4;
  static constexpr std::uint8_t kWriteOneOfMany = 8;

  mutable std::array<std::atomic<std::uint8_t>, kLogEventCount> wants{};
  // 0 is no session.
  mutable std::array<std::atomic<std::uint64_t>, kTracesMax> traced{};
  mutable LogFeed feed;
  mutable std::atomic<std::uint64_t> lost_told = 0;
  mutable std::atomic<PeerAddresses> addresses = PeerAddresses::kFull;
  // Never kAuto.
  mutable std::atomic<LogFormat> format = LogFormat::kText;
  const LogFormat automatic;
  const LogWriters writers;

  explicit State(const LogSettings& settings)
      : automatic(format_of_descriptor(settings)),
        writers(settings.descriptor, settings.journal_socket) {
    choose(settings.format);
  }

  void choose(LogFormat wanted) const {
    format.store(wanted == LogFormat::kAuto ? automatic : wanted, std::memory_order_relaxed);
  }

  std::uint8_t wants_of(LogEvent event) const {
    return wants[static_cast<std::size_t>(event)].load(std::memory_order_relaxed);
  }

  bool is_wanted(LogEvent event, bool one_of_many) const {
    return (wants_of(event) & ~(one_of_many ? kWrite : kWriteOneOfMany)) != 0;
  }

  void want(LogEvent event, std::uint8_t who, bool wanted) const {
    auto& flags = wants[static_cast<std::size_t>(event)];
    if (wanted) {
      flags.fetch_or(who, std::memory_order_relaxed);
    } else {
      flags.fetch_and(static_cast<std::uint8_t>(~who), std::memory_order_relaxed);
    }
  }

  void write(const LogEventSpec& spec, LogLevel level, LogFields fields) const {
    const LogFormat shape = format.load(std::memory_order_relaxed);
    writers.write(shape, level, format_as(shape, spec, level, fields));
  }

  bool is_traced(LogFields fields) const {
    for (const LogField& field : fields) {
      if (field.name != "session_id") continue;
      const auto* id = std::get_if<std::uint64_t>(&field.value);
      return id != nullptr && std::any_of(traced.begin(), traced.end(), [&](const auto& session) {
               return session.load(std::memory_order_relaxed) == *id;
             });
    }
    return false;
  }

  void feed_to(const LogEventSpec& spec, LogFields fields) const {
    const EventClass event_class = class_of(spec);
    if (feed.has_room(event_class)) feed.push(event_class, make_record(spec.event, fields));
  }

  void tell(const LogEventSpec& spec, bool one_of_many, LogFields fields) const {
    const std::uint8_t who = wants_of(spec.event);
    if ((who & (one_of_many ? kWriteOneOfMany : kWrite)) != 0) {
      write(spec, one_of_many ? LogLevel::kDebug : spec.level, fields);
    }
    if ((who & kFeed) != 0 || ((who & kFeedOfTraced) != 0 && is_traced(fields))) {
      feed_to(spec, fields);
    }
  }

  void mask_and_tell(LogEvent event, bool one_of_many, LogFields fields) const;

  // Set while the process has a log; log_event() has no other way to it.
  static std::atomic<const State*> current;
};

std::atomic<const Log::State*> Log::State::current = nullptr;

Log::Log(const LogSettings& settings) : state_(std::make_unique<State>(settings)) {
  JS_ASSERT(State::current == nullptr);
  state_->addresses = settings.peer_addresses;
  State::current = state_.get();
  set_log_levels({settings.level, {}});
}

Log::~Log() {
  tell_lost_lines();
  State::current = nullptr;
}

std::uint64_t Log::lines_lost() const { return state_->writers.lines_lost(); }

void Log::State::mask_and_tell(LogEvent event, bool one_of_many, LogFields fields) const {
  if (!is_wanted(event, one_of_many)) return;
  const LogEventSpec& spec = spec_of(event);
  const PeerAddresses shown = addresses.load(std::memory_order_relaxed);
  if (shown == PeerAddresses::kFull) return tell(spec, one_of_many, fields);
  tell(spec, one_of_many, MaskedFields(spec, fields, shown).fields());
}

void log_event(LogEvent event, std::initializer_list<LogField> fields) {
  const Log::State* state = Log::State::current;
  if (state != nullptr) state->mask_and_tell(event, false, {fields.begin(), fields.size()});
}

void log_one_of_many(LogEvent event, std::initializer_list<LogField> fields) {
  const Log::State* state = Log::State::current;
  if (state != nullptr) state->mask_and_tell(event, true, {fields.begin(), fields.size()});
}

void tell_lost_lines() {
  const Log::State* state = Log::State::current;
  if (state == nullptr) return;
  const std::uint64_t lost = state->writers.lines_lost();
  if (state->lost_told.exchange(lost) < lost) log_event(LogEvent::kLogLinesLost, {{"lines", lost}});
}

std::uint64_t log_lines_lost() {
  const Log::State* state = Log::State::current;
  return state == nullptr ? 0 : state->writers.lines_lost();
}

bool log_enabled(LogEvent event) {
  const Log::State* state = Log::State::current;
  return state != nullptr && state->is_wanted(event, false);
}

void set_log_levels(const LogLevels& levels) {
  const Log::State* state = Log::State::current;
  if (state == nullptr) return;
  for (const LogEventSpec& spec : log_event_table()) {
    const auto own = levels.modules.find(module_of(spec));
    const LogLevel least = own == levels.modules.end() ? levels.level : own->second;
    const bool always = class_of(spec) == EventClass::kAudit;
    state->want(spec.event, Log::State::kWrite, always || spec.level >= least);
    state->want(spec.event, Log::State::kWriteOneOfMany, LogLevel::kDebug >= least);
  }
}

void set_log_format(LogFormat format) {
  const Log::State* state = Log::State::current;
  if (state != nullptr) state->choose(format);
}

void set_log_addresses(PeerAddresses shown) {
  const Log::State* state = Log::State::current;
  if (state != nullptr) state->addresses.store(shown, std::memory_order_relaxed);
}

void set_log_interest(const LogInterest& interest) {
  const Log::State* state = Log::State::current;
  if (state == nullptr) return;
  JS_ASSERT(interest.sessions.size() <= kTracesMax);
  for (std::size_t i = 0; i < kTracesMax; ++i) {
    const std::uint64_t id = i < interest.sessions.size() ? interest.sessions[i].value() : 0;
    state->traced[i].store(id, std::memory_order_relaxed);
  }
  for (const LogEventSpec& spec : log_event_table()) {
    const auto index = static_cast<std::size_t>(spec.event);
    state->want(spec.event, Log::State::kFeed, interest.events[index]);
    state->want(spec.event, Log::State::kFeedOfTraced, interest.traced[index]);
  }
}

LogFeed* log_feed() {
  const Log::State* state = Log::State::current;
  return state == nullptr ? nullptr : &state->feed;
}

}  // namespace jetstream::daemon
