// SPDX-License-Identifier: MIT
#include "cli/jscat/args.h"

#include <stdlib.h>

#include <catch2/catch.hpp>

#include "cli/jscat/failure.h"
#include "cli/jscat/known_hosts.h"

using namespace jetstream;
using namespace jetstream::jscat;
using namespace std::chrono_literals;

namespace {

std::variant<Options, Answer> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "jscat");
  return parse_args(static_cast<int>(words.size()), words.data());
}

Options options(std::vector<const char*> words) {
  auto parsed = parse(std::move(words));
  if (const auto* answer = std::get_if<Answer>(&parsed)) FAIL(answer->text);
  return std::get<Options>(parsed);
}

Answer answer(std::vector<const char*> words) {
  auto parsed = parse(std::move(words));
  REQUIRE(std::holds_alternative<Answer>(parsed));
  return std::get<Answer>(parsed);
}

constexpr const char* kPin = "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

TEST_CASE("connect has defaults") {
  const Options got = options({"connect", "Example.org:8080"});
  CHECK(got.command == Command::kConnect);
  CHECK(got.server.host.host == "Example.org");
  CHECK(got.server.name == "example.org:8080");
  CHECK(got.server.timeout == Duration(10s));
  CHECK(got.server.known_hosts == default_known_hosts());
  CHECK_FALSE(got.server.accept_any);
  CHECK(got.connect.stream.service == "echo");
  CHECK(got.connect.stream.urgency == 3);
  CHECK(got.connect.stream.framing == Framing::kBytes);
  CHECK_FALSE(got.connect.quit_after);
}

TEST_CASE("connect takes all of its options") {
  const Options got = options(
      {"connect",     "[::1]:1",    "chat", "--framing",     "messages", "--urgency",  "7",
       "--recv-only", "-q",         "0",    "--stats",       "--pin",    kPin,         "--pin",
       kPin,          "--pin-file", "a",    "--known-hosts", "b",        "--identity", "c",
       "--timeout",   "60s",        "-6",   "--bind",        "[::1]:0",  "-v"});
  CHECK(got.server.name == "[::1]:1");
  CHECK(got.connect.stream.service == "chat");
  CHECK(got.connect.stream.framing == Framing::kMessages);
  CHECK(got.connect.stream.urgency == 7);
  CHECK(got.connect.recv_only);
  CHECK(got.connect.quit_after == Duration(0));
  CHECK(got.connect.stats);
  CHECK(got.server.pins.size() == 2);
  CHECK(got.server.pin_files == std::vector<std::filesystem::path>{"a"});
  CHECK(got.server.known_hosts == "b");
  CHECK(got.server.identity_file == std::filesystem::path("c"));
  CHECK(got.server.timeout == Duration(60s));
  CHECK(got.server.family == Family::kIpv6);
  CHECK(got.server.bind->to_string() == "[::1]:0");
  CHECK(got.server.verbose);
}

TEST_CASE("ping and keygen take their options") {
  const Options ping = options({"ping", "h:1", "-c", "5", "-i", "0.2"});
  CHECK(ping.command == Command::kPing);
  CHECK(ping.ping.count == 5u);
  CHECK(ping.ping.interval == Duration(200ms));
  CHECK(options({"keygen", "file"}).keygen_file == "file");
}

TEST_CASE("send takes a delivery, which says what is sent") {
  const auto send = [](std::vector<const char*> more) {
    more.insert(more.begin(), {"send", "h:1"});
    return options(std::move(more)).send;
  };
  CHECK(send({}).delivery == Delivery::kReliable);
  CHECK(send({"--delivery", "unordered"}).delivery == Delivery::kUnordered);
  CHECK(send({"--delivery", "best-effort"}).mode == LoadMode::kMessages);
  const SendArgs expiring = send({"--delivery", "expiring", "--ttl", "20ms"});
  CHECK(expiring.delivery == Delivery::kExpiring);
  CHECK(expiring.time_to_live == 20ms);
  CHECK(send({"--delivery", "expiring"}).time_to_live == 1s);
  CHECK(send({"--ttl", "10m"}).time_to_live == 10min);
}

TEST_CASE("every mode of send ends by itself") {
  const auto send = [](std::vector<const char*> more) {
    more.insert(more.begin(), {"send", "h:1"});
    return options(std::move(more)).send;
  };
  CHECK(send({}).mode == LoadMode::kBulk);
  CHECK(send({}).service == "sink");
  CHECK(send({}).size == 64 * 1024);
  CHECK(send({}).duration == Duration(5s));
  CHECK(send({"--mode", "messages"}).size == 256);
  CHECK(send({"--bytes", "1GiB"}).bytes == 1073741824u);
  CHECK(send({"--bytes", "1GiB"}).duration == Duration(10min));
  CHECK(send({"--bytes", "1", "--duration", "1s"}).duration == Duration(1s));
  CHECK(send({"--mode", "handshakes"}).duration == Duration(5s));
  CHECK_FALSE(send({"--mode", "handshakes"}).sessions);
  CHECK(send({"--mode", "handshakes", "--sessions", "9"}).duration == Duration(10min));
  CHECK(send({"--mode", "idle", "--sessions", "9"}).duration == Duration(5s));
}

TEST_CASE("early data has to be asked for") {
  CHECK_FALSE(options({"connect", "h:1"}).connect.early);
  CHECK(options({"connect", "h:1", "--early"}).connect.early);
  CHECK_FALSE(options({"send", "h:1"}).send.early);
  CHECK(options({"send", "h:1", "--mode", "messages", "--early"}).send.early);
  CHECK_THAT(answer({"connect", "--help"}).text, Catch::Contains("may reach the service twice"));
  CHECK_THAT(answer({"send", "h:1", "--early", "--mode", "idle"}).text,
             Catch::Contains("--early needs streams"));
}

TEST_CASE("what is out of its range is told with the range") {
  CHECK_THAT(answer({"check", "h:1", "--streams", "0"}).text,
             Catch::Contains("\"0\" is not a number from 1 to 65535"));
  CHECK_THAT(answer({"ping", "h:1", "-c", "1x"}).text, Catch::Contains("from 1 to 4294967295"));
  CHECK_THAT(answer({"ping", "h:1", "-i", "1ms"}).text, Catch::Contains("from 10 ms to 10 s"));
  CHECK_THAT(answer({"send", "h:1", "--size", "0"}).text,
             Catch::Contains("from 1 to 16777216 bytes"));
  CHECK_THAT(answer({"connect", "127.0.0.1:0"}).text, Catch::Contains("a port from 1 to 65535"));
}

TEST_CASE("a command that there is not is answered with the nearest one") {
  CHECK_THAT(answer({"conect", "h:1"}).text, Catch::Contains("no command \"conect\"") &&
                                                 Catch::Contains("did you mean \"connect\"?"));
  CHECK_THAT(answer({"bogus"}).text, Catch::Contains("connect, ping, check, send, keygen"));
  CHECK_THAT(answer({"\x1b[2J"}).text, !Catch::Contains("\x1b"));
}

TEST_CASE("wrong usage is answered with exit code 2") {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"connect"},
      {"connect", "host"},
      {"connect", "h:0"},
      {"connect", "h:1", "--early", "--recv-only"},
      {"connect", "h:1", "--early", "--no-resume"},
      {"connect", "::1:80"},
      {"connect", "h:1", "--framing", "lines"},
      {"connect", "h:1", "--urgency", "8"},
      {"connect", "h:1", "--pin", "nonsense"},
      {"connect", "h:1", "--pin", kPin, "--insecure-accept-any"},
      {"connect", "h:1", "--send-only", "--recv-only"},
      {"connect", "h:1", "-4", "-6"},
      {"connect", "h:1", "--bind", "localhost:0"},
      {"connect", "h:1", "--timeout", "0.9"},
      {"connect", "h:1", "--timeout", "61"},
      {"connect", "h:1", "two words"},
      {"ping", "h:1", "-c", "0"},
      {"ping", "h:1", "-i", "9ms"},
      {"ping", "h:1", "-i", "11s"},
      {"send", "h:1", "--sessions", "0"},
      {"send", "h:1", "--streams", "65536"},
      {"send", "h:1", "--size", "17MiB"},
      {"send", "h:1", "--mode", "none"},
      {"send", "h:1", "--duration", "25h"},
      {"keygen"},
      {"dance"},
  };
  for (const auto& words : wrong) {
    CAPTURE(words);
    const Answer got = answer(words);
    CHECK(got.code == kExitUsage);
    CHECK_FALSE(got.text.empty());
  }
}

TEST_CASE("help and version are no mistakes") {
  CHECK(answer({"--help"}).code == kExitOk);
  CHECK_THAT(answer({"--help"}).text, Catch::Contains("connect") && Catch::Contains("255"));
  CHECK_THAT(answer({"--version"}).text, Catch::StartsWith("jscat "));
}

TEST_CASE("known_hosts stands where the XDG specification puts it") {
  const auto with = [](const char* xdg, const char* home) {
    xdg != nullptr ? ::setenv("XDG_CONFIG_HOME", xdg, 1) : ::unsetenv("XDG_CONFIG_HOME");
    home != nullptr ? ::setenv("HOME", home, 1) : ::unsetenv("HOME");
    return default_known_hosts();
  };
  CHECK(with("/x", "/h") == "/x/jetstream/known_hosts");
  CHECK(with(nullptr, "/h") == "/h/.config/jetstream/known_hosts");
  CHECK(with("relative", "/h") == "/h/.config/jetstream/known_hosts");
  CHECK(with(nullptr, nullptr).empty());
}
