// SPDX-License-Identifier: MIT
#include "unit/jscat/program.h"

using namespace jetstream;
using namespace jetstream::jscat;
using namespace jetstream::test;

namespace {

CheckArgs check(const std::string& service, std::uint64_t streams) {
  CheckArgs args;
  args.service = service;
  args.streams = streams;
  return args;
}

}  // namespace

TEST_CASE("check compares the echo of every stream") {
  TestServer server;
  Program program;
  CHECK(run_check(server.args(), check("echo", 3), program.console()) == kExitOk);
  const std::string text = program.results.str();
  CHECK_THAT(text, Catch::StartsWith("session 1 with " + server.address()));
  std::size_t identical = 0;
  for (std::size_t at = text.find("identical"); at != std::string::npos;
       at = text.find("identical", at + 1)) {
    ++identical;
  }
  CHECK(identical == 3);
  CHECK(server.wait_closed().reason == CloseReason::kNormal);
}

TEST_CASE("check fails where the service does not echo or is not there") {
  TestServer server;
  Program other;
  CHECK(run_check(server.args(), check("greet", 1), other.console()) == kExitRemote);
  CHECK_THAT(other.results.str(), Catch::Contains("DIFFERS"));
  Program none;
  CHECK(run_check(server.args(), check("unknown", 2), none.console()) == kExitRemote);
  CHECK_THAT(none.results.str(), Catch::Contains("refused by the server"));
}
