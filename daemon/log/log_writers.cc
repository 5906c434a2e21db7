// SPDX-License-Identifier: MIT
//
// The only file that knows spdlog, which brings the queue, its thread and the time stamps.
#include "daemon/log/log_writers.h"

#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "daemon/log/log_journal.h"

namespace jetstream::daemon {
namespace {

// Some seconds of a busy daemon's lines, about 4 MiB.
constexpr std::size_t kQueueLines = 8192;

/// False if it can't be written: the reader has gone, the disk is full.
bool write_to(int descriptor, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t count = ::write(descriptor, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      // Somebody who shares the descriptor has told it not to block. This thread may wait.
      pollfd room{descriptor, POLLOUT, 0};
      ::poll(&room, 1, -1);
      continue;
    }
    if (count < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Of those that came as far as the thread that writes.
using LostLines = std::atomic<std::uint64_t>;

class DescriptorSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  DescriptorSink(int descriptor, LostLines& lost) : descriptor_(descriptor), lost_(lost) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (!write_to(descriptor_, {line.data(), line.size()})) ++lost_;
  }
  void flush_() override {}

 private:
  int descriptor_;
  LostLines& lost_;
};

class JournalSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  JournalSink(const std::string& socket, int otherwise, LostLines& lost)
      : journal_(socket), otherwise_(otherwise), lost_(lost) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view record(message.payload.data(), message.payload.size());
    // Such as in a container, where the stream may lead to a journal whose socket is not there.
    if (!journal_.send(record) && !write_to(otherwise_, as_stream_line(record))) ++lost_;
  }
  void flush_() override {}

 private:
  JournalSocket journal_;
  int otherwise_;
  LostLines& lost_;
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

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%fZ %l %v";
constexpr const char* kJsonPattern = R"({"ts":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";

using Writer = std::shared_ptr<spdlog::async_logger>;

}  // namespace

struct LogWriters::State {
  State(int descriptor, const std::string& journal_socket)
      : queue(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1)),
        text(writer(kTextPattern, std::make_shared<DescriptorSink>(descriptor, unwritten))),
        json(writer(kJsonPattern, std::make_shared<DescriptorSink>(descriptor, unwritten))),
        journal(
            writer("%v", std::make_shared<JournalSink>(journal_socket, descriptor, unwritten))) {}

  // The writers end on this thread, after the one that writes.
  ~State() { queue.reset(); }

  Writer writer(const char* pattern, spdlog::sink_ptr sink) const {
    auto made = std::make_shared<spdlog::async_logger>(
        "jetstreamd", std::move(sink), queue, spdlog::async_overflow_policy::overrun_oldest);
    made->set_level(spdlog::level::trace);
    made->set_pattern(pattern, spdlog::pattern_time_type::utc);
    return made;
  }

  LostLines unwritten = 0;
  std::shared_ptr<spdlog::details::thread_pool> queue;
  Writer text;
  Writer json;
  Writer journal;
};

LogWriters::LogWriters(int descriptor, const std::string& journal_socket)
    : state_(std::make_unique<State>(descriptor, journal_socket)) {}

LogWriters::~LogWriters() = default;

void LogWriters::write(LogFormat format, LogLevel level, std::string_view line) const {
  const Writer& writer = format == LogFormat::kJson       ? state_->json
                         : format == LogFormat::kJournald ? state_->journal
                                                          : state_->text;
  writer->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

std::uint64_t LogWriters::lines_lost() const {
  return state_->queue->overrun_counter() + state_->unwritten;
}

}  // namespace jetstream::daemon
