// SPDX-License-Identifier: MIT
#include "daemon/signals.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

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

}  // namespace

TEST_CASE("the first signal stops gracefully, the second at once") {
  asio::io_context io;
  std::string calls;
  hold_signals();
  Signals signals(io, record(calls), false);
  REQUIRE(signals.start());
  std::raise(SIGTERM);
  run_until_called(io, calls);
  CHECK(calls == "stop ");
  std::raise(SIGINT);
  run_until_called(io, calls);
  CHECK(calls == "stop now ");
}

TEST_CASE("at a terminal SIGINT stops at once, and SIGTERM does not") {
  for (const int number : {SIGINT, SIGTERM}) {
    asio::io_context io;
    std::string calls;
    hold_signals();
    Signals signals(io, record(calls), true);
    REQUIRE(signals.start());
    std::raise(number);
    run_until_called(io, calls);
    CHECK(calls == (number == SIGINT ? "now " : "stop "));
  }
}

TEST_CASE("SIGUSR2 asks for the status and SIGQUIT for the end, whatever is under way") {
  asio::io_context io;
  std::string calls;
  hold_signals();
  Signals signals(io, record(calls), false);
  REQUIRE(signals.start());
  for (const int number : {SIGUSR2, SIGTERM, SIGUSR2, SIGQUIT}) {
    std::raise(number);
    run_until_called(io, calls);
  }
  CHECK(calls == "status stop status quit ");
}

TEST_CASE(
    "every signal is announced before its action, and only a second stop is told to be at once") {
  asio::io_context io;
  std::string calls;
  hold_signals();
  SignalActions actions = record(calls);
  actions.announce = [&](const SignalSpec& signal, bool at_once) {
    calls += std::string(signal.name) + (at_once ? " at once: " : ": ");
  };
  Signals signals(io, std::move(actions), false);
  REQUIRE(signals.start());
  for (const int number : {SIGHUP, SIGTERM, SIGUSR2, SIGHUP, SIGTERM}) {
    std::raise(number);
    run_until_called(io, calls);
  }
  CHECK(calls ==
        "SIGHUP: reload SIGTERM: stop SIGUSR2: status SIGHUP: reload SIGTERM at once: now ");
}

TEST_CASE("SIGUSR1 is announced, and that is all") {
  asio::io_context io;
  std::string calls;
  hold_signals();
  SignalActions actions = record(calls);
  actions.announce = [&](const SignalSpec& signal, bool at_once) {
    calls += std::string(signal.name) + (at_once ? " at once " : " ");
  };
  Signals signals(io, std::move(actions), false);
  REQUIRE(signals.start());
  for (const int number : {SIGUSR1, SIGUSR1}) {
    std::raise(number);
    run_until_called(io, calls);
  }
  CHECK(calls == "SIGUSR1 SIGUSR1 ");
}

TEST_CASE("SIGHUP changes nothing") {
  asio::io_context io;
  std::string calls;
  hold_signals();
  Signals signals(io, record(calls), false);
  REQUIRE(signals.start());
  std::raise(SIGHUP);
  run_until_called(io, calls);
  std::raise(SIGINT);
  run_until_called(io, calls);
  CHECK(calls == "reload stop ");
}

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
