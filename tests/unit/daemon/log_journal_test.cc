// SPDX-License-Identifier: MIT
#include "daemon/log/log_journal.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "daemon/log/log.h"
#include "ipc/unix_address.h"
#include "temporary_folder.h"

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

/// Stands where journald would.
class FakeJournal {
 public:
  explicit FakeJournal(std::string path)
      : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const auto address = ipc::unix_address(path_);
    REQUIRE(address);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) ==
            0);
  }
  ~FakeJournal() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }
  std::string receive() const {
    std::string record(65536, '\0');
    const ssize_t size = ::recv(socket_.get(), record.data(), record.size(), 0);
    REQUIRE(size >= 0);
    record.resize(static_cast<std::size_t>(size));
    return record;
  }
  bool has_more() const {
    char byte;
    return ::recv(socket_.get(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) >= 0;
  }

 private:
  std::string path_;
  ipc::FileDescriptor socket_;
};

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    reads = ipc::FileDescriptor(ends[0]);
    writes = ipc::FileDescriptor(ends[1]);
  }
  /// What was written, once nobody writes any more.
  std::string rest() {
    writes = ipc::FileDescriptor();
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; (count = ::read(reads.get(), buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
  ipc::FileDescriptor reads;
  ipc::FileDescriptor writes;
};

std::string name_of(int descriptor) {
  struct stat found = {};
  REQUIRE(::fstat(descriptor, &found) == 0);
  return std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
}

}  // namespace

TEST_CASE("the variable names the journal's stream only if device and inode are those") {
  const Pipe pipe;
  const Pipe other;
  const int fd = pipe.writes.get();
  const std::string name = name_of(fd);
  CHECK(leads_to_journal(fd, name));
  CHECK_FALSE(leads_to_journal(other.writes.get(), name));
  CHECK_FALSE(leads_to_journal(fd, name + "0"));
  CHECK_FALSE(leads_to_journal(fd, name.substr(0, name.size() - 1)));
  CHECK_FALSE(leads_to_journal(fd, name.substr(name.find(':') + 1)));
  CHECK_FALSE(leads_to_journal(fd, ""));
  CHECK_FALSE(leads_to_journal(fd, ":"));
  CHECK_FALSE(leads_to_journal(-1, name));
}

TEST_CASE("a record has the line of the text format, a priority, and every value for itself") {
  const std::vector<LogField> fields = {{"peer", "192.0.2.7:1"},
                                        {"session_id", std::uint64_t{7}},
                                        {"message", "a\nPRIORITY=0\\\"b\""},
                                        {"cause", ""}};
  CHECK(format_journal(spec_of(LogEvent::kSessionClosed), LogLevel::kInfo, fields) ==
        "MESSAGE=connection closed peer=192.0.2.7:1 session_id=7 "
        "message=\"a\\x0aPRIORITY=0\\\\\\\"b\\\"\"\n"
        "PRIORITY=6\n"
        "SYSLOG_IDENTIFIER=jetstreamd\n"
        "JETSTREAM_EVENT=session.closed\n"
        "JETSTREAM_PEER=192.0.2.7:1\n"
        "JETSTREAM_SESSION_ID=7\n"
        "JETSTREAM_MESSAGE=a\\x0aPRIORITY=0\\\"b\"\n");
}

TEST_CASE("levels are syslog's") {
  const auto priority = [](LogEvent event) {
    const std::string line =
        as_stream_line(format_journal(spec_of(event), spec_of(event).level, {}));
    return line.substr(0, line.find('>') + 1);
  };
  CHECK(priority(LogEvent::kDaemonFailed) == "<3>");
  CHECK(priority(LogEvent::kConfigWarning) == "<4>");
  CHECK(priority(LogEvent::kDaemonReady) == "<6>");
  CHECK(priority(LogEvent::kStreamOpened) == "<7>");
  CHECK(priority(LogEvent::kStreamDataSent) == "<7>");
}

TEST_CASE("one of many has the priority that it is written with") {
  const TemporaryFolder folder;
  const FakeJournal journal((folder.path() / "journal").string());
  {
    const Log log({.level = LogLevel::kDebug,
                   .format = LogFormat::kJournald,
                   .journal_socket = journal.path()});
    log_one_of_many(LogEvent::kSessionClosed, {{"session_id", 7U}});
    log_event(LogEvent::kSessionClosed, {{"session_id", 8U}});
  }
  CHECK(journal.receive().find("\nPRIORITY=7\n") != std::string::npos);
  CHECK(journal.receive().find("\nPRIORITY=6\n") != std::string::npos);
}

TEST_CASE("every field of every event has a name that journald takes") {
  for (const LogEventSpec& spec : log_event_table()) {
    for (const FieldSpec& field : spec.fields) {
      const std::vector<LogField> fields = {{field.name, "x"}};
      const std::string record = format_journal(spec, spec.level, fields);
      INFO(record);
      const std::string line = record.substr(record.rfind("\nJETSTREAM_") + 1);
      CHECK(line.ends_with("=x\n"));
      CHECK(std::all_of(line.begin(), line.end() - 3, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      }));
      CHECK(line.size() <= 64);
    }
  }
}

TEST_CASE("what comes by the stream has its priority and nothing else but the line") {
  const std::vector<LogField> fields = {{"cause", "SIGTERM"}};
  CHECK(as_stream_line(format_journal(spec_of(LogEvent::kDaemonStopping), LogLevel::kInfo,
                                      fields)) == "<6>shutting down cause=SIGTERM\n");
}

TEST_CASE("auto writes to the journal where the stream leads there, and nowhere else") {
  const TemporaryFolder folder;
  const FakeJournal journal((folder.path() / "journal").string());
  Pipe pipe;
  {
    const Log log({.descriptor = pipe.writes.get(),
                   .journal_stream = name_of(pipe.writes.get()),
                   .journal_socket = journal.path()});
    log_event(LogEvent::kDaemonStopping, {{"cause", "test"}});
  }
  CHECK(journal.receive().find("\nJETSTREAM_CAUSE=test\n") != std::string::npos);
  CHECK_FALSE(journal.has_more());
  CHECK(pipe.rest().empty());

  Pipe redirected;
  {
    const Log log({.descriptor = redirected.writes.get(),
                   .journal_stream = name_of(pipe.reads.get()) + "1",
                   .journal_socket = journal.path()});
    log_event(LogEvent::kDaemonStopped);
  }
  CHECK_FALSE(journal.has_more());
  CHECK(redirected.rest().starts_with("{\"ts\":"));
}

TEST_CASE("a log that is told to may begin and cease to write to the journal") {
  const TemporaryFolder folder;
  const FakeJournal journal((folder.path() / "journal").string());
  Pipe pipe;
  {
    const Log log({.format = LogFormat::kText,
                   .descriptor = pipe.writes.get(),
                   .journal_socket = journal.path()});
    for (const LogFormat format : {LogFormat::kJournald, LogFormat::kAuto}) {
      set_log_format(format);
      log_event(LogEvent::kDaemonStopping, {{"cause", "test"}});
    }
  }
  CHECK(journal.receive().starts_with("MESSAGE=shutting down cause=test\n"));
  CHECK_FALSE(journal.has_more());
  CHECK(pipe.rest().starts_with("{\"ts\":"));
}

TEST_CASE("without a journal's socket the lines go the other way, and back when there is one") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "journal").string();
  Pipe pipe;
  const JournalSocket socket(path);
  CHECK_FALSE(socket.send("MESSAGE=x\n"));
  {
    const Log log(
        {.format = LogFormat::kJournald, .descriptor = pipe.writes.get(), .journal_socket = path});
    log_event(LogEvent::kDaemonStopping, {{"cause", "nobody there"}});
  }
  {
    const FakeJournal journal(path);
    CHECK(socket.send("MESSAGE=y\n"));
    CHECK(journal.receive() == "MESSAGE=y\n");
  }
  // Restarted: another socket at the same path.
  CHECK_FALSE(socket.send("MESSAGE=z\n"));
  const FakeJournal journal(path);
  CHECK(socket.send("MESSAGE=z\n"));
  CHECK(journal.receive() == "MESSAGE=z\n");
  CHECK(pipe.rest() == "<6>shutting down cause=\"nobody there\"\n");
  CHECK_FALSE(JournalSocket(std::string(200, 'x')).send("MESSAGE=x\n"));
}

TEST_CASE("a journal that stands still costs lines, not time") {
  const TemporaryFolder folder;
  const FakeJournal journal((folder.path() / "journal").string());
  std::uint64_t lost = 0;
  std::vector<std::string> records;
  std::thread reader;
  {
    const Log log({.format = LogFormat::kJournald, .journal_socket = journal.path()});
    // More than the socket and the queue (8192 lines) hold. This would hang if it waited.
    for (int i = 0; i < 20000; ++i) {
      log_event(LogEvent::kDaemonFailed, {{"error", std::to_string(i)}});
    }
    lost = log.lines_lost();
    reader = std::thread([&] {
      do {
        records.push_back(journal.receive());
      } while (!records.back().starts_with("MESSAGE=log lines were lost"));
    });
  }
  reader.join();
  CHECK(lost > 0);
  CHECK(records.back().find("\nJETSTREAM_LINES=" + std::to_string(lost)) != std::string::npos);
}
