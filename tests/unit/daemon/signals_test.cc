// SPDX-License-Identifier: MIT
#include "daemon/process/signals.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <string>
#include <vector>

using namespace jetstream::daemon;

namespace {

SignalActions record(std::string& calls) {
  return {.announce = [](const SignalSpec&, bool) {},
          .stop = [&] { calls += "stop "; },
          .stop_now = [&] { calls += "now "; },
          .status = [&] { calls += "status "; },
          .quit = [&] { calls += "quit "; },
          .reload = [&] { calls += "reload "; }};
}

// Asio has steps of its own between a signal and its handler.
void run_until_called(asio::io_context& io, const std::string& calls) {
  const std::string before = calls;
  while (calls == before && io.run_one() > 0) {
  }
}

struct Setting {
  bool at_terminal = false;
  bool announced = false;  // whether the announcements are among the calls
};

// What a process is told to do that gets these signals, one after the other.
std::string calls_of(const std::vector<int>& numbers, const Setting& setting = {}) {
  asio::io_context io;
  std::string calls;
  hold_signals();
  SignalActions actions = record(calls);
  if (setting.announced) {
    actions.announce = [&calls](const SignalSpec& signal, bool at_once) {
      calls += std::string(signal.name) + (at_once ? " at once: " : ": ");
    };
  }
  Signals signals(io, std::move(actions), setting.at_terminal);
  REQUIRE(signals.start());
  for (const int number : numbers) {
    std::raise(number);
    run_until_called(io, calls);
  }
  return calls;
}

}  // namespace

TEST_CASE("the first signal stops gracefully, the second at once") {
  CHECK(calls_of({SIGTERM}) == "stop ");
  CHECK(calls_of({SIGTERM, SIGINT}) == "stop now ");
  CHECK(calls_of({SIGINT, SIGTERM}) == "stop now ");
}

TEST_CASE("at a terminal SIGINT stops at once, and SIGTERM does not") {
  const Setting terminal{.at_terminal = true};
  CHECK(calls_of({SIGINT}, terminal) == "now ");
  CHECK(calls_of({SIGTERM}, terminal) == "stop ");
}

TEST_CASE("SIGUSR2 asks for the status and SIGQUIT for the end, whatever is under way") {
  CHECK(calls_of({SIGUSR2, SIGTERM, SIGUSR2, SIGQUIT}) == "status stop status quit ");
}

TEST_CASE("every signal is announced before its action, and what stops at once as such") {
  const Setting announced{.announced = true};
  CHECK(calls_of({SIGHUP, SIGTERM, SIGUSR2, SIGHUP, SIGTERM}, announced) ==
        "SIGHUP: reload SIGTERM: stop SIGUSR2: status SIGHUP: reload SIGTERM at once: now ");
}

TEST_CASE("SIGUSR1 is announced, and that is all") {
  CHECK(calls_of({SIGUSR1, SIGUSR1}, {.announced = true}) == "SIGUSR1: SIGUSR1: ");
}

TEST_CASE("SIGHUP changes nothing") { CHECK(calls_of({SIGHUP, SIGINT}) == "reload stop "); }

TEST_CASE("a signal that comes before anybody listens waits") {
  asio::io_context io;
  std::string calls;
  hold_signals();
  Signals signals(io, record(calls), false);
  std::raise(SIGTERM);
  REQUIRE(signals.start());
  run_until_called(io, calls);
  CHECK(calls == "stop ");
}

TEST_CASE("nothing is called once the owner is gone") {
  asio::io_context io;
  std::string calls;
  {
    hold_signals();
    Signals signals(io, record(calls), false);
    REQUIRE(signals.start());
    std::raise(SIGTERM);
  }
  io.run();
  CHECK(calls.empty());
}

TEST_CASE("the stop action may end the listening itself") {
  asio::io_context io;
  std::unique_ptr<Signals> signals;
  bool stopped = false;
  hold_signals();
  std::string calls;
  SignalActions actions = record(calls);
  actions.stop = [&] {
    stopped = true;
    signals.reset();
  };
  signals = std::make_unique<Signals>(io, std::move(actions), false);
  REQUIRE(signals->start());
  std::raise(SIGTERM);
  io.run();
  CHECK(stopped);
}

TEST_CASE("a reader of our output that goes away does not end the process") {
  asio::io_context io;
  std::string calls;
  hold_signals();
  Signals signals(io, record(calls), false);
  REQUIRE(signals.start());
  std::raise(SIGPIPE);
  CHECK(calls.empty());
}
