// SPDX-License-Identifier: MIT
#include <signal.h>

#include <future>

#include "unit/jscat/program.h"

using namespace jetstream;
using namespace jetstream::jscat;
using namespace jetstream::test;
using namespace std::chrono_literals;

namespace {

/// Bytes that repeat nowhere near, so that a wrong offset shows.
std::string noise(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

}  // namespace

TEST_CASE("a file goes to the service and comes back the same") {
  TestServer server;
  const std::string data = noise(8 * 1024 * 1024 + 1);
  Program program(data);
  CHECK(program.connect(server.args(), connect_to("echo")) == kExitOk);
  CHECK((program.output() == data));
  CHECK(program.notes.str().empty());
  const CloseInfo close = server.wait_closed();
  CHECK(close.by_peer);
  CHECK(close.reason == CloseReason::kNormal);
}

TEST_CASE("an empty input is a stream without bytes") {
  TestServer server;
  Program program;
  CHECK(program.connect(server.args(), connect_to("echo")) == kExitOk);
  CHECK(program.output().empty());
}

TEST_CASE("a line is a message") {
  TestServer server;
  ConnectArgs args = connect_to("echo");
  args.stream.framing = Framing::kMessages;
  SECTION("of any size, empty ones and a last one without its end included") {
    Program program("one\n\n" + std::string(100000, 'x') + "\nlast");
    CHECK(program.connect(server.args(), args) == kExitOk);
    CHECK((program.output() == "one\n\n" + std::string(100000, 'x') + "\nlast\n"));
  }
  SECTION("however many there are") {
    std::string lines;
    for (int i = 0; i < 50000; ++i) lines += "line " + std::to_string(i) + "\n";
    Program program(lines);
    CHECK(program.connect(server.args(), args) == kExitOk);
    CHECK((program.output() == lines));
  }
  SECTION("which the server must take") {
    Program program(std::string(300 * 1024, 'x') + "\n");
    CHECK(program.connect(server.args(), args) == kExitTransport);
    CHECK_THAT(program.notes.str(), Catch::Contains("too long for a message"));
  }
}

TEST_CASE("what output has not taken is not taken from the server") {
  TestServer server;
  const std::string data = noise(24 * 1024 * 1024);
  Program program(data);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Descriptor reader(ends[0]);
  auto client = std::async(std::launch::async, [&] {
    const Console console{
        .in = program.in.get(), .out = ends[1], .results = program.results, .notes = program.notes};
    return run_connect(server.args(), connect_to("echo"), console);
  });
  // The stream's window here, the server's send buffer and the pipe. Nobody reads for now, so it
  // stays at that.
  constexpr std::uint64_t kHeldMax = (4 + 1 + 1) * 1024 * 1024;
  CHECK(server.wait_held());
  CHECK(server.bytes_echoed() <= kHeldMax);
  std::string got;
  std::vector<char> part(64 * 1024);
  while (const ssize_t size = ::read(reader.get(), part.data(), part.size())) {
    REQUIRE(size > 0);
    got.append(part.data(), static_cast<std::size_t>(size));
  }
  CHECK(client.get() == kExitOk);
  CHECK((got == data));
}

TEST_CASE("the service's end comes before the end of input") {
  TestServer server;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  Program program;
  int out[2];
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  const Descriptor result(out[0]);
  auto client = std::async(std::launch::async, [&] {
    const Console console{
        .in = reader.get(), .out = out[1], .results = program.results, .notes = program.notes};
    return run_connect(server.args(), connect_to("greet"), console);
  });
  // Output ends at once; the program goes on until input does.
  std::string got(64, '\0');
  std::size_t size = 0;
  while (const ssize_t count = ::read(result.get(), got.data() + size, got.size() - size)) {
    REQUIRE(count > 0);
    size += static_cast<std::size_t>(count);
  }
  CHECK(got.substr(0, size) == "hello\n");
  writer.close();
  CHECK(client.get() == kExitOk);
}

TEST_CASE("recv-only does not touch input") {
  TestServer server;
  Program program("never read");
  ConnectArgs args = connect_to("greet");
  args.recv_only = true;
  CHECK(program.connect(server.args(), args) == kExitOk);
  CHECK(program.output() == "hello\n");
  CHECK(::lseek(program.in.get(), 0, SEEK_CUR) == 0);
}

TEST_CASE("send-only delivers everything and prints nothing") {
  TestServer server;
  const std::string data = noise(3 * 1024 * 1024);
  for (const char* service : {"echo", "sink"}) {
    CAPTURE(service);
    const std::uint64_t before = server.bytes_received();
    Program program(data);
    ConnectArgs args = connect_to(service);
    args.send_only = true;
    CHECK(program.connect(server.args(), args) == kExitOk);
    CHECK(program.output().empty());
    CHECK(server.bytes_received() - before == data.size());
  }
}

TEST_CASE("the option -q ends the wait for a service that stays silent, and loses nothing") {
  TestServer server;
  Program program(noise(1024 * 1024));
  ConnectArgs args = connect_to("mute");
  args.quit_after = Duration(0);
  CHECK(program.connect(server.args(), args) == kExitOk);
  CHECK(server.bytes_received() == 1024 * 1024);
}

TEST_CASE("a service that is not there is a failure of the remote side") {
  TestServer server;
  Program program("hello");
  CHECK(program.connect(server.args(), connect_to("unknown")) == kExitRemote);
  CHECK_THAT(program.notes.str(), Catch::Contains("jscat: the server has no service \"unknown\"") &&
                                      Catch::Contains("\n  try: "));
}

TEST_CASE("a service that wants no input may still answer") {
  TestServer server;
  Program program(noise(4 * 1024 * 1024));
  CHECK(program.connect(server.args(), connect_to("stop")) == kExitRemote);
  CHECK(program.output() == "enough\n");
  CHECK_THAT(program.notes.str(), Catch::Contains("does not take this stream"));
}

TEST_CASE("a server that breaks off is a failure of the transport") {
  TestServer server;
  Program program(noise(1024 * 1024));
  CHECK(program.connect(server.args(), connect_to("hangup")) == kExitTransport);
  CHECK_THAT(program.notes.str(), Catch::Contains(server.address() + " closed the session") &&
                                      Catch::Contains("closing\\x1b time"));
}

TEST_CASE("nobody reads output any more") {
  ::signal(SIGPIPE, SIG_IGN);
  TestServer server;
  Program program(noise(4 * 1024 * 1024));
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  ::close(ends[0]);
  const Descriptor writer(ends[1]);
  const Console console{.in = program.in.get(),
                        .out = writer.get(),
                        .results = program.results,
                        .notes = program.notes};
  CHECK(run_connect(server.args(), connect_to("echo"), console) == kExitSignalBase + SIGPIPE);
  CHECK(program.notes.str().empty());
  CHECK(server.wait_closed().reason == CloseReason::kNormal);
}

TEST_CASE("Ctrl+C says good-bye") {
  TestServer server;
  Program program("hello");
  CHECK(program.connect(server.args(), connect_to("signal")) == kExitSignalBase + SIGINT);
  const CloseInfo close = server.wait_closed();
  CHECK(close.by_peer);
  CHECK(close.reason == CloseReason::kNormal);
}

TEST_CASE("figures are one line on standard error") {
  TestServer server;
  Program program("12345");
  ConnectArgs args = connect_to("echo");
  args.stats = true;
  CHECK(program.connect(server.args(), args) == kExitOk);
  const std::string notes = program.notes.str();
  CHECK_THAT(notes, Catch::StartsWith("jscat: sent 5 bytes (") &&
                        Catch::Contains("received 5 bytes (") && Catch::Contains(" packets lost"));
  CHECK(std::count(notes.begin(), notes.end(), '\n') == 1);
}

TEST_CASE("flags of a shared open file are left as they were") {
  TestServer server;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  writer.close();
  Program program;
  const int before = ::fcntl(reader.get(), F_GETFL);
  const Console console{.in = reader.get(),
                        .out = program.out.get(),
                        .results = program.results,
                        .notes = program.notes};
  CHECK(run_connect(server.args(), connect_to("echo"), console) == kExitOk);
  CHECK(::fcntl(reader.get(), F_GETFL) == before);
}
