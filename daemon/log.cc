// SPDX-License-Identifier: MIT
//
// The only file that knows spdlog, which brings the queue, its thread and the time stamps.
#include "daemon/log.h"

#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "base/assert.h"
#include "daemon/log_feed.h"
#include "daemon/log_mask.h"

namespace jetstream::daemon {
namespace {

// Some seconds of a busy daemon's lines, about 4 MiB.
constexpr std::size_t kQueueLines = 8192;

void write_to(int descriptor, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t count = ::write(descriptor, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      // Somebody who shares the descriptor has told it not to block. This thread may wait.
      pollfd room{descriptor, POLLOUT, 0};
      ::poll(&room, 1, -1);
      continue;
    }
    // There is nobody to tell that the log can't be written.
    if (count < 0) return;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

class DescriptorSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    write_to(descriptor_, {line.data(), line.size()});
  }
  void flush_() override {}

 private:
  int descriptor_;
};

class JournalSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  JournalSink(const std::string& socket, int otherwise) : journal_(socket), otherwise_(otherwise) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view record(message.payload.data(), message.payload.size());
    // Such as in a container, where the stream may lead to a journal whose socket is not there.
    if (!journal_.send(record)) write_to(otherwise_, as_stream_line(record));
  }
  void flush_() override {}

 private:
  JournalSocket journal_;
  int otherwise_;
};

LogFormat choose_format(const LogSettings& settings) {
  if (settings.format != LogFormat::kAuto) return settings.format;
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

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
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
  LogFormat format = LogFormat::kText;
  std::shared_ptr<spdlog::async_logger> logger;
  // Goes first, and with it the thread that writes; so the logger always ends on this thread.
  std::shared_ptr<spdlog::details::thread_pool> queue;

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
    logger->log(to_spdlog(level), spdlog::string_view_t(format_as(format, spec, level, fields)));
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

Log::Log(const LogSettings& settings) : state_(std::make_unique<State>()) {
  JS_ASSERT(State::current == nullptr);
  state_->format = choose_format(settings);
  state_->addresses = settings.peer_addresses;
  const bool json = state_->format == LogFormat::kJson;
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (state_->format == LogFormat::kJournald) {
    sink = std::make_shared<JournalSink>(settings.journal_socket, settings.descriptor);
  } else {
    sink = std::make_shared<DescriptorSink>(settings.descriptor);
  }
  state_->queue = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  state_->logger = std::make_shared<spdlog::async_logger>(
      "jetstreamd", std::move(sink), state_->queue, spdlog::async_overflow_policy::overrun_oldest);
  state_->logger->set_level(spdlog::level::trace);
  state_->logger->set_pattern(
      json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})" : "%Y-%m-%dT%H:%M:%S.%fZ %l %v",
      spdlog::pattern_time_type::utc);
  State::current = state_.get();
  set_log_levels({settings.level, {}});
}

Log::~Log() {
  tell_lost_lines();
  State::current = nullptr;
}

std::uint64_t Log::lines_lost() const { return state_->queue->overrun_counter(); }

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
  const std::uint64_t lost = state->queue->overrun_counter();
  if (state->lost_told.exchange(lost) < lost) log_event(LogEvent::kLogLinesLost, {{"lines", lost}});
}

std::uint64_t log_lines_lost() {
  const Log::State* state = Log::State::current;
  return state == nullptr ? 0 : state->queue->overrun_counter();
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
