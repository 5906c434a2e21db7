// SPDX-License-Identifier: MIT
#include "cli/jscat/ping.h"

#include "unit/jscat/program.h"

using namespace jetstream;
using namespace jetstream::jscat;
using namespace jetstream::test;
using namespace std::chrono_literals;

TEST_CASE("the summary counts and measures") {
  PingTally tally;
  for (int i = 0; i < 4; ++i) tally.on_sent();
  tally.on_answer(1ms);
  tally.on_answer(2ms);
  tally.on_answer(3ms);
  CHECK(tally.summary("host:1", 3s) ==
        "--- host:1 ping statistics ---\n"
        "4 sent, 3 answered, 25% lost, time 3000 ms\n"
        "rtt min/avg/max/mdev = 1.000/2.000/3.000/0.816 ms\n");
}

TEST_CASE("the summary has no times where nothing was answered") {
  PingTally tally;
  CHECK(tally.summary("h:1", 0s) ==
        "--- h:1 ping statistics ---\n0 sent, 0 answered, 0% lost, "
        "time 0 ms\n");
  tally.on_sent();
  CHECK_THAT(tally.summary("h:1", 1s), Catch::Contains("100% lost") && !Catch::Contains("rtt"));
  for (int i = 0; i < 2; ++i) tally.on_sent();
  tally.on_answer(1ms);
  CHECK_THAT(tally.summary("h:1", 1s), Catch::Contains("66.7% lost"));
}

TEST_CASE("ping prints a line for every answer and ends by its count") {
  TestServer server;
  Program program;
  CHECK(run_ping(server.args(), {.count = 3, .interval = 10ms}, program.console()) == kExitOk);
  const std::string text = program.results.str();
  CHECK_THAT(text, Catch::StartsWith("PING " + server.address() + " (" + server.address() +
                                     "): session 1 set up in "));
  for (const char* line : {"seq=1 time=", "seq=2 time=", "seq=3 time=",
                           "3 sent, 3 answered, 0% lost", "rtt min/avg/max/mdev = "}) {
    CHECK_THAT(text, Catch::Contains(line));
  }
  CHECK_THAT(text, !Catch::Contains("seq=4"));
  CHECK(server.wait_closed().reason == CloseReason::kNormal);
}

TEST_CASE("ping that is never answered fails") {
  TestServer server({.session = {}, .client_auth = {}, .authorized = {}, .freezes = true});
  Program program;
  CHECK(run_ping(server.args(), {.count = 2, .interval = 10ms, .last_answer = 10ms},
                 program.console()) == kExitRemote);
  CHECK_THAT(program.results.str(),
             Catch::Contains("no answer from " + server.address() + ": seq=1\n") &&
                 Catch::Contains("seq=2\n") && Catch::Contains("2 sent, 0 answered, 100% lost"));
}
