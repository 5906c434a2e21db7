// SPDX-License-Identifier: MIT
//
// From log_event() to whoever hears of it.
#include "daemon/admin/event_hub.h"

#include <fcntl.h>

#include <asio/post.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "daemon/log/log_record.h"
#include "ipc/file_descriptor.h"

namespace jetstream::daemon {
namespace {

struct Fixture {
  Fixture() {
    asio::post(io, [] {});
    run();
  }

  /// Until nothing more is there.
  void run() {
    for (int quiet = 0; quiet < 3;) {
      io.restart();
      quiet = io.run_one_for(std::chrono::milliseconds(12)) == 0 ? quiet + 1 : 0;
    }
  }
  std::shared_ptr<EventAdmin::Subscription> hear(EventQuery query) {
    return hub.subscribe(std::move(query),
                         [this](const control::EventRow& row) { heard.push_back(row); });
  }
  std::vector<std::string> types() const {
    std::vector<std::string> names;
    for (const auto& row : heard) names.push_back(row.type);
    return names;
  }

  // Goes after the log, which writes to its end.
  ipc::FileDescriptor nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Log log{{.level = LogLevel::kError, .format = LogFormat::kText, .descriptor = nowhere.get()}};
  asio::io_context io{1};
  EventHub hub{io};
  std::vector<control::EventRow> heard;
};

EventQuery of(std::initializer_list<LogEvent> events) {
  EventQuery query;
  for (const LogEvent event : events) query.events.set(static_cast<std::size_t>(event));
  return query;
}

void send_data(std::uint64_t session) {
  log_event(LogEvent::kStreamDataSent,
            {{"peer", "192.0.2.7:1"}, {"session_id", session}, {"stream_id", 1U}, {"bytes", 5U}});
}

}  // namespace

TEST_CASE("A listener hears what the log does not write, as long as it listens") {
  Fixture f;
  CHECK_FALSE(log_enabled(LogEvent::kStreamDataSent));
  auto listening = f.hear(of({LogEvent::kStreamDataSent}));
  CHECK(log_enabled(LogEvent::kStreamDataSent));
  send_data(7);
  log_event(LogEvent::kHeartbeatSent, {{"peer", "x"}});
  f.run();
  REQUIRE(f.types() == std::vector<std::string>{"stream.data_sent"});
  CHECK_FALSE(f.heard[0].seq);
  CHECK(f.heard[0].level == "trace");
  CHECK(f.heard[0].fields == control::NamedValues{{"peer", "192.0.2.7:1"},
                                                  {"session_id", "7"},
                                                  {"stream_id", std::uint64_t{1}},
                                                  {"bytes", std::uint64_t{5}}});
  listening.reset();
  CHECK_FALSE(log_enabled(LogEvent::kStreamDataSent));
  send_data(7);
  f.run();
  CHECK(f.heard.size() == 1);
}

TEST_CASE("One session is traced and the others are not even copied") {
  Fixture f;
  EventQuery query = of({LogEvent::kStreamDataSent});
  query.session = SessionId(7);
  const auto listening = f.hear(query);
  send_data(6);
  send_data(7);
  send_data(70);
  CHECK(log_feed()->pop()->find("session_id")->value == decltype(LogRecord::Field::value)(7U));
  CHECK_FALSE(log_feed()->pop());
}

TEST_CASE(
    "An answer waits for what was logged before the question, not for what is logged meanwhile") {
  Fixture f;
  const std::size_t far_more = 2 * LogFeed::kRecords;
  std::size_t heard = 0;
  const auto listening =
      f.hub.subscribe(of({LogEvent::kSessionClosed}), [&](const control::EventRow&) {
        if (++heard < far_more) log_event(LogEvent::kSessionClosed, {{"session_id", 5U}});
      });
  for (std::uint64_t id = 1; id <= 3; ++id) {
    log_event(LogEvent::kSessionClosed, {{"session_id", id}});
  }
  const EventReplay replay = f.hub.replay(0, LogEventSet().set());
  CHECK(heard == LogFeed::kRecords);
  CHECK(replay.last_seq == LogFeed::kRecords);
  // Those behind it are told of in their turn.
  f.run();
  CHECK(heard > LogFeed::kRecords);
}

TEST_CASE("So many sessions can be traced, and one more when one has ended") {
  Fixture f;
  std::vector<std::shared_ptr<EventAdmin::Subscription>> traces;
  EventQuery query = of({LogEvent::kStreamDataSent});
  for (std::uint64_t id = 1; id <= kTracesMax; ++id) {
    query.session = SessionId(id);
    traces.push_back(f.hear(query));
    REQUIRE(traces.back());
  }
  CHECK_FALSE(f.hear(query));
  CHECK(f.hear(of({LogEvent::kStreamDataSent})));  // no trace of one
  traces.pop_back();
  CHECK(f.hear(query));
}

TEST_CASE("Notable events are numbered and remembered, details are not") {
  Fixture f;
  const auto listening = f.hear(of({LogEvent::kHeartbeatSent, LogEvent::kSessionClosed}));
  log_event(LogEvent::kHeartbeatSent, {{"peer", "x"}});
  log_event(LogEvent::kSessionClosed, {{"session_id", 4U}, {"message", std::string(99, 'm')}});
  const EventReplay replay = f.hub.replay(0, LogEventSet().set());
  REQUIRE(replay.rows.size() == 1);
  CHECK(replay.rows[0].seq == 1);
  CHECK(replay.last_seq == 1);
  // Text from outside is as long as in the log.
  CHECK(replay.rows[0].fields.at(1) ==
        std::pair<std::string, std::variant<std::uint64_t, std::string>>("message",
                                                                         std::string(64, 'm')));
  CHECK(f.types() == std::vector<std::string>{"heartbeat.sent", "session.closed"});
  CHECK(f.hub.replay(1, LogEventSet().set()).rows.empty());
}

TEST_CASE("A filter sees the fields of events") {
  Fixture f;
  EventQuery query = of({LogEvent::kSessionClosed, LogEvent::kHandshakeCompleted});
  query.filter = control::Filter::parse(
                     "peer in 192.0.2.0/24 and id > 3 and not reason = normal "
                     "and type = session.closed",
                     session_event_fields())
                     .value();
  const auto listening = f.hear(query);
  const auto close = [](const char* peer, std::uint64_t id, const char* reason) {
    log_event(LogEvent::kSessionClosed, {{"peer", peer}, {"session_id", id}, {"reason", reason}});
  };
  close("192.0.2.9:5", 4, "timeout");
  close("192.0.3.9:5", 4, "timeout");
  close("192.0.2.9:5", 3, "timeout");
  close("192.0.2.9:5", 5, "normal");
  log_event(LogEvent::kHandshakeCompleted, {{"peer", "192.0.2.9:5"}, {"session_id", 9U}});
  f.run();
  REQUIRE(f.heard.size() == 1);
  CHECK(f.heard[0].seq == 1);
}

TEST_CASE("What comes too fast is told as a gap, to those whose events may be missing") {
  Fixture f;
  std::uint64_t details_lost = 0;
  std::size_t audits = 0;
  const auto details =
      f.hub.subscribe(of({LogEvent::kStreamDataSent}), [&](const control::EventRow& row) {
        f.heard.push_back(row);
        if (row.type == "gap") details_lost += std::get<std::uint64_t>(row.fields.at(0).second);
      });
  const auto others =
      f.hub.subscribe(of({LogEvent::kAdminCommand}), [&](const control::EventRow& row) {
        CHECK(row.type == "admin.command");
        ++audits;
      });
  constexpr std::size_t kSent = 5000;
  for (std::size_t i = 0; i < kSent; ++i) send_data(1);
  log_event(LogEvent::kAdminCommand, {{"outcome", "ok"}});
  f.run();
  CHECK(details_lost > 0);
  CHECK(f.heard.size() - 1 + details_lost == kSent);
  CHECK(f.heard.back().type == "gap");
  CHECK(audits == 1);
}

TEST_CASE("Listeners may leave while they hear, and others with them") {
  Fixture f;
  std::shared_ptr<EventAdmin::Subscription> first;
  std::shared_ptr<EventAdmin::Subscription> second;
  int heard = 0;
  const auto leave = [&](const control::EventRow&) {
    ++heard;
    first.reset();
    second.reset();
  };
  first = f.hub.subscribe(of({LogEvent::kDaemonReady}), leave);
  second = f.hub.subscribe(of({LogEvent::kDaemonReady}), leave);
  log_event(LogEvent::kDaemonReady);
  log_event(LogEvent::kDaemonReady);
  f.run();
  CHECK(heard == 1);
}

TEST_CASE("Threads log while listeners come and go") {
  Fixture f;
  std::vector<std::thread> threads;
  std::atomic<bool> over = false;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&over] {
      while (!over) {
        send_data(7);
        log_event(LogEvent::kSessionClosed, {{"session_id", 7U}, {"reason", "normal"}});
      }
    });
  }
  EventQuery traced = of({LogEvent::kStreamDataSent});
  traced.session = SessionId(7);
  for (int round = 0; round < 20; ++round) {
    auto all = f.hear(of({LogEvent::kStreamDataSent, LogEvent::kSessionClosed}));
    auto one = f.hear(traced);
    set_log_levels({LogLevel::kError, {{"stream", LogLevel::kWarning}}});
    f.io.restart();
    f.io.run_for(std::chrono::milliseconds(2));
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(f.heard.empty());
}

TEST_CASE("A hub without a log does nothing, and one that goes leaves its listeners behind") {
  asio::io_context io;
  EventHub hub(io);
  CHECK(hub.replay(0, LogEventSet().set()).rows.empty());
  std::shared_ptr<EventAdmin::Subscription> left;
  {
    EventHub short_lived(io);
    left = short_lived.subscribe({}, [](const control::EventRow&) {});
  }
  left.reset();
  io.poll();
}

}  // namespace jetstream::daemon
