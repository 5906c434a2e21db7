// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "cli/jscat/identity_file.h"
#include "jetstream/system_random.h"
#include "unit/jscat/program.h"
#include "unit/jscat/temp_folder.h"

using namespace jetstream;
using namespace jetstream::jscat;
using namespace jetstream::test;
using namespace std::chrono_literals;

namespace {

/// Trust by a known_hosts file with `text`.
ServerArgs by_known_hosts(const TestServer& server, const TempFolder& folder,
                          const std::string& text) {
  ServerArgs args = server.args();
  args.pins.clear();
  args.known_hosts = folder.write("known_hosts", text);
  return args;
}

}  // namespace

TEST_CASE("a server in known_hosts is trusted") {
  TestServer server;
  TempFolder folder;
  Program program("hello");
  const ServerArgs args =
      by_known_hosts(server, folder, server.address() + " " + to_key_line(server.key()) + "\n");
  CHECK(program.connect(args, connect_to("echo")) == kExitOk);
}

TEST_CASE("an unknown server gets no byte, and is not learned without a terminal") {
  TestServer server;
  TempFolder folder;
  Program program("yes\n");
  const ServerArgs args = by_known_hosts(server, folder, "");
  CHECK(program.connect(args, connect_to("echo")) == kExitTransport);
  CHECK_THAT(program.notes.str(), Catch::Contains("not known") &&
                                      Catch::Contains(to_key_line(server.key())) &&
                                      Catch::Contains(args.known_hosts.string()));
  CHECK(text_of(args.known_hosts).empty());
  CHECK(server.sessions_accepted() == 0);
  CHECK(::lseek(program.in.get(), 0, SEEK_CUR) == 0);
}

TEST_CASE("a person at a terminal may decide to trust") {
  TestServer server;
  TempFolder folder;
  const ServerArgs args = by_known_hosts(server, folder, "");
  ConnectArgs greet = connect_to("greet");
  greet.recv_only = true;
  const Descriptor person(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(::grantpt(person.get()) == 0);
  REQUIRE(::unlockpt(person.get()) == 0);
  const Descriptor terminal(::open(::ptsname(person.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  const auto connect = [&](const std::string& typed, Program& program) {
    REQUIRE(::write(person.get(), typed.data(), typed.size()) ==
            static_cast<ssize_t>(typed.size()));
    const Console console{.in = terminal.get(),
                          .out = ::dup(program.out.get()),
                          .results = program.results,
                          .notes = program.notes};
    return run_connect(args, greet, console);
  };

  Program asked;
  CHECK(connect("y\n", asked) == kExitTransport);
  CHECK_THAT(asked.notes.str(), Catch::Contains("(yes/no)?") && Catch::Contains("not trusted"));
  CHECK(text_of(args.known_hosts).empty());

  Program agreed;
  CHECK(connect("yes\n", agreed) == kExitOk);
  CHECK(agreed.output() == "hello\n");
  CHECK(text_of(args.known_hosts) == server.address() + " " + to_key_line(server.key()) + "\n");

  Program known;
  CHECK(connect("", known) == kExitOk);
  CHECK(known.notes.str().empty());
}

TEST_CASE("a server with another key than known_hosts has is refused loudly") {
  TestServer server;
  TempFolder folder;
  Program program("hello");
  const PublicKey other = Identity::generate(system_random()).public_key();
  const ServerArgs args =
      by_known_hosts(server, folder, "\n" + server.address() + " " + to_key_line(other) + "\n");
  CHECK(program.connect(args, connect_to("echo")) == kExitTransport);
  CHECK_THAT(program.notes.str(),
             Catch::Contains("HAS CHANGED") && Catch::Contains(args.known_hosts.string() + ":2"));
}

TEST_CASE("the wrong pin is refused, and accepting anybody warns") {
  TestServer server;
  Program program("hello");
  ServerArgs args = server.args();
  args.pins = {Pin::of(Identity::generate(system_random()).public_key())};
  CHECK(program.connect(args, connect_to("echo")) == kExitTransport);
  CHECK_THAT(program.notes.str(), Catch::Contains("not the server that was pinned"));

  args.pins.clear();
  args.accept_any = true;
  Program careless("hello");
  CHECK(careless.connect(args, connect_to("echo")) == kExitOk);
  CHECK_THAT(careless.notes.str(), Catch::Contains("WARNING"));
}

TEST_CASE("a server may ask who the client is") {
  TempFolder folder;
  const auto identity = create_identity(folder / "key", system_random());
  REQUIRE(identity);
  TestServer server({.session = {},
                     .client_auth = ClientAuth::kRequired,
                     .authorized = {identity->public_key()},
                     .freezes = false});
  ServerArgs args = server.args();
  SECTION("one without an identity is told how to get one") {
    Program program("hello");
    CHECK(program.connect(args, connect_to("echo")) == kExitTransport);
    CHECK_THAT(program.notes.str(), Catch::Contains("jscat keygen"));
  }
  SECTION("one with the right identity is let in") {
    args.identity_file = folder / "key";
    Program program("hello");
    CHECK(program.connect(args, connect_to("echo")) == kExitOk);
    CHECK(program.output() == "hello");
  }
  SECTION("one with another identity is not") {
    REQUIRE(create_identity(folder / "other", system_random()));
    args.identity_file = folder / "other";
    Program program("hello");
    CHECK(program.connect(args, connect_to("echo")) == kExitTransport);
    CHECK_THAT(program.notes.str(), Catch::Contains("does not know this client"));
  }
  SECTION("an identity that can't be read is wrong usage") {
    args.identity_file = folder / "none";
    Program program("hello");
    CHECK(program.connect(args, connect_to("echo")) == kExitUsage);
  }
}

TEST_CASE("a server that did not answer is told with the time it had") {
  CloseInfo none;
  none.local = LocalCode::kHandshakeTimeout;
  const Failure failure = explain_close("h:1", none, 1s);
  CHECK(failure.code == kExitTransport);
  CHECK(failure.what == "no answer from h:1 within 1 s");
}

TEST_CASE("an address of the other kind is not tried") {
  TestServer server;
  ServerArgs args = server.args();
  args.family = Family::kIpv6;
  Program program;
  CHECK(program.connect(args, connect_to("echo")) == kExitTransport);
  CHECK_THAT(program.notes.str(), Catch::Contains("no address of the wanted kind"));
}

TEST_CASE("the second address answers where the first does not") {
  // localhost is ::1 and 127.0.0.1 on most machines, and the server has only the second.
  TestServer server;
  ServerArgs args = server.args();
  args.host.host = "localhost";
  args.verbose = true;
  Program program("hello");
  CHECK(program.connect(args, connect_to("echo")) == kExitOk);
  CHECK_THAT(program.notes.str(), Catch::Contains("at " + server.address()));
}
