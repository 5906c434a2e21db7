// SPDX-License-Identifier: MIT
#include "daemon/app/app_log.h"

#include <fcntl.h>

#include <algorithm>
#include <asio/post.hpp>
#include <catch2/catch.hpp>

#include "daemon/config/config_schema.h"
#include "ipc/file_descriptor.h"

namespace jetstream::daemon {
namespace {

using std::chrono::milliseconds;

struct Fixture {
  // Goes after the log, which writes to its end.
  ipc::FileDescriptor nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Log log{{.level = LogLevel::kInfo, .format = LogFormat::kText, .descriptor = nowhere.get()}};
  asio::io_context io{1};
  AppLog levels{io};

  Fixture() { levels.configure({LogLevel::kInfo, {}}); }

  void run_until_reverted() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!levels.log_overrides().empty() && std::chrono::steady_clock::now() < deadline) {
      io.restart();
      io.run_one_for(milliseconds(5));
    }
  }
};

}  // namespace

TEST_CASE("A level holds for the log or for a module, and the configured one again after it") {
  Fixture f;
  f.levels.change_log_level({"stream", LogLevel::kTrace, std::nullopt, 7});
  CHECK(log_enabled(LogEvent::kStreamDataSent));
  CHECK_FALSE(log_enabled(LogEvent::kHeartbeatSent));
  f.levels.change_log_level({"", LogLevel::kDebug, std::nullopt, 8});
  CHECK(log_enabled(LogEvent::kHeartbeatSent));
  CHECK(f.levels.log_level("stream") == LogLevel::kTrace);
  CHECK(f.levels.log_level("heartbeat") == LogLevel::kDebug);
  const auto overrides = f.levels.log_overrides();
  REQUIRE(overrides.size() == 2);
  CHECK(overrides[0] == control::LogOverrideRow{std::nullopt, "debug", std::nullopt, 8});
  CHECK(overrides[1] == control::LogOverrideRow{"stream", "trace", std::nullopt, 7});
  f.levels.change_log_level({"stream", std::nullopt, std::nullopt, 7});
  CHECK_FALSE(log_enabled(LogEvent::kStreamDataSent));
  CHECK(log_enabled(LogEvent::kHeartbeatSent));
  f.levels.change_log_level({"", std::nullopt, std::nullopt, 7});
  CHECK_FALSE(log_enabled(LogEvent::kHeartbeatSent));
}

TEST_CASE("A level ends by itself, and only the last order's time counts") {
  Fixture f;
  f.levels.change_log_level({"", LogLevel::kTrace, milliseconds(1), 0});
  f.levels.change_log_level({"", LogLevel::kDebug, std::chrono::hours(1), 0});
  REQUIRE(f.levels.log_overrides().size() == 1);
  CHECK(f.levels.log_overrides()[0].until.has_value());
  f.io.run_for(milliseconds(10));
  CHECK(f.levels.log_level("") == LogLevel::kDebug);
  f.levels.change_log_level({"", LogLevel::kDebug, milliseconds(1), 0});
  f.run_until_reverted();
  CHECK(f.levels.log_level("") == LogLevel::kInfo);
  CHECK_FALSE(log_enabled(LogEvent::kHeartbeatSent));
}

TEST_CASE("The time of a level that another order replaced ends nothing, however it came") {
  for (const bool queued : {false, true}) {
    Fixture f;
    // The first's time is up before the next order comes, and its end waits in the queue or not.
    const auto first_is_up = [&](const std::string& module) {
      f.levels.change_log_level({module, LogLevel::kTrace, milliseconds(0), 0});
      if (!queued) return;
      asio::post(f.io, [] {});
      f.io.restart();
      f.io.poll_one();
    };
    const auto settle = [&] {
      f.io.restart();
      f.io.poll();
    };
    first_is_up("");
    f.levels.change_log_level({"", LogLevel::kDebug, std::chrono::hours(1), 0});
    settle();
    CHECK(f.levels.log_level("") == LogLevel::kDebug);
    first_is_up("");
    f.levels.change_log_level({"", LogLevel::kError, std::nullopt, 0});  // until it is taken back
    settle();
    CHECK(f.levels.log_level("") == LogLevel::kError);
    CHECK_FALSE(log_enabled(LogEvent::kDaemonReady));
    first_is_up("");
    f.levels.change_log_level({"", std::nullopt, std::nullopt, 0});
    f.levels.change_log_level({"", LogLevel::kDebug, std::nullopt, 0});
    settle();
    CHECK(f.levels.log_level("") == LogLevel::kDebug);
    // A module's time is its own.
    first_is_up("stream");
    f.levels.change_log_level({"stream", LogLevel::kTrace, std::nullopt, 0});
    settle();
    CHECK(f.levels.log_level("stream") == LogLevel::kTrace);
    CHECK(f.levels.log_level("") == LogLevel::kDebug);
  }
}

TEST_CASE("A level survives a reload, and what was loaded holds after it") {
  Fixture f;
  f.levels.change_log_level({"stream", LogLevel::kTrace, milliseconds(1), 0});
  f.levels.configure({LogLevel::kError, {}});
  CHECK(log_enabled(LogEvent::kStreamDataSent));
  CHECK_FALSE(log_enabled(LogEvent::kSessionClosed));
  f.run_until_reverted();
  CHECK_FALSE(log_enabled(LogEvent::kStreamDataSent));
  CHECK(f.levels.log_level("stream") == LogLevel::kError);
}

TEST_CASE("A module has the level that is configured for it, unless operators want another") {
  Fixture f;
  Config config;
  const std::vector<std::string> names = split_choices(kLogModules);
  const auto stream = std::find(names.begin(), names.end(), "stream") - names.begin();
  config.log_modules = {{static_cast<std::uint32_t>(stream), LogLevel::kTrace}};
  f.levels.configure(configured_levels(config));
  CHECK(log_enabled(LogEvent::kStreamDataSent));
  CHECK_FALSE(log_enabled(LogEvent::kHeartbeatSent));
  CHECK(f.levels.log_level("stream") == LogLevel::kTrace);
  CHECK(f.levels.log_level("heartbeat") == LogLevel::kInfo);

  f.levels.change_log_level({"", LogLevel::kError, std::nullopt, 0});
  CHECK_FALSE(log_enabled(LogEvent::kStreamDataSent));
  CHECK(f.levels.log_level("stream") == LogLevel::kError);
  f.levels.change_log_level({"stream", LogLevel::kDebug, std::nullopt, 0});
  CHECK(log_enabled(LogEvent::kStreamRefused));
  CHECK_FALSE(log_enabled(LogEvent::kStreamDataSent));
  f.levels.change_log_level({"stream", std::nullopt, std::nullopt, 0});
  f.levels.change_log_level({"", std::nullopt, std::nullopt, 0});
  CHECK(log_enabled(LogEvent::kStreamDataSent));
}

TEST_CASE("What operators do is written at every level") {
  Fixture f;
  f.levels.configure({LogLevel::kError, {}});
  CHECK(log_enabled(LogEvent::kAdminCommand));
  CHECK(log_enabled(LogEvent::kAdminRefused));
  CHECK_FALSE(log_enabled(LogEvent::kDaemonReady));
}

}  // namespace jetstream::daemon
