// SPDX-License-Identifier: MIT
//
// The only file that knows spdlog, which brings the queue, its thread and the time stamps.
#include "daemon/log.h"

#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "base/assert.h"

namespace jetstream::daemon {
namespace {

// Some seconds of a busy daemon's lines, about 4 MiB.
constexpr std::size_t kQueueLines = 8192;

class DescriptorSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const char* rest = line.data();
    for (std::size_t size = line.size(); size > 0;) {
      const ssize_t count = ::write(descriptor_, rest, size);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) {
        // Somebody who shares the descriptor has told it not to block. This thread may wait.
        pollfd room{descriptor_, POLLOUT, 0};
        ::poll(&room, 1, -1);
        continue;
      }
      // There is nobody to tell that the log can't be written.
      if (count < 0) return;
      rest += count;
      size -= static_cast<std::size_t>(count);
    }
  }
  void flush_() override {}

 private:
  int descriptor_;
};

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

struct Log::State {
  // Relaxed everywhere: a line more or less while it changes does no harm.
  mutable std::atomic<LogLevel> level;
  mutable std::atomic<std::uint64_t> lost_told = 0;
  bool json;
  std::shared_ptr<spdlog::async_logger> logger;
  // Goes first, and with it the thread that writes; so the logger always ends on this thread.
  std::shared_ptr<spdlog::details::thread_pool> queue;

  void write(const LogEventSpec& spec, std::initializer_list<LogField> fields) const {
    logger->log(to_spdlog(spec.level), spdlog::string_view_t(json ? format_json(spec, fields)
                                                                  : format_text(spec, fields)));
  }

  // Set while the process has a log; log_event() has no other way to it.
  static std::atomic<const State*> current;
};

std::atomic<const Log::State*> Log::State::current = nullptr;

Log::Log(const LogSettings& settings) : state_(std::make_unique<State>()) {
  JS_ASSERT(State::current == nullptr);
  state_->level = settings.level;
  state_->json = settings.format == LogFormat::kJson ||
                 (settings.format == LogFormat::kAuto && ::isatty(settings.descriptor) == 0);
  state_->queue = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  state_->logger = std::make_shared<spdlog::async_logger>(
      "jetstreamd", std::make_shared<DescriptorSink>(settings.descriptor), state_->queue,
      spdlog::async_overflow_policy::overrun_oldest);
  state_->logger->set_level(spdlog::level::trace);
  state_->logger->set_pattern(state_->json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})"
                                           : "%Y-%m-%dT%H:%M:%S.%fZ %l %v",
                              spdlog::pattern_time_type::utc);
  State::current = state_.get();
}

Log::~Log() {
  tell_lost_lines();
  State::current = nullptr;
}

std::uint64_t Log::lines_lost() const { return state_->queue->overrun_counter(); }

void log_event(LogEvent event, std::initializer_list<LogField> fields) {
  const Log::State* state = Log::State::current;
  const LogEventSpec& spec = spec_of(event);
  if (state == nullptr || spec.level < state->level.load(std::memory_order_relaxed)) return;
  state->write(spec, fields);
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
  return state != nullptr && spec_of(event).level >= state->level.load(std::memory_order_relaxed);
}

LogLevel set_log_level(std::optional<LogLevel> level) {
  const Log::State* state = Log::State::current;
  if (state == nullptr) return LogLevel::kError;
  if (!level) return state->level.load(std::memory_order_relaxed);
  return state->level.exchange(*level, std::memory_order_relaxed);
}

}  // namespace jetstream::daemon
