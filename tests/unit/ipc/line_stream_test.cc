// SPDX-License-Identifier: MIT
//
// Answers that go on: LineServer and Answer together.
#include <catch2/catch.hpp>

#include "jetstream/control.h"
#include "server_fixture.h"

namespace jetstream::ipc {
namespace {

using jetstream::testing::RawClient;
using testing::Fixture;
using testing::kShort;

/// A server that makes a stream of every request but those that begin with "plain".
class Streams : public Fixture {
 public:
  explicit Streams(const LineServerOptions& options = {}) : Fixture(options) {
    on_line([this](std::string_view line, std::shared_ptr<Answer> answer) {
      if (line.substr(0, 5) == "plain") return answer->finish("<" + std::string(line) + ">\n");
      begun = answer->begin_stream(
          {[](std::uint64_t lost) { return "gap " + std::to_string(lost) + "\n"; },
           [this] { ++gone; }},
          first);
      stream = std::move(answer);
    });
  }

  RawClient open() {
    RawClient client = connect();
    client.send("stream\n");
    REQUIRE(until([&] { return stream != nullptr; }));
    REQUIRE(begun);
    return client;
  }

  std::string first;
  std::shared_ptr<Answer> stream;
  bool begun = false;
  int gone = 0;
};

/// More than a socket and the queue hold together.
std::string line_of(std::size_t number) {
  return std::to_string(number) + " " + std::string(1000, 'x') + "\n";
}
constexpr std::size_t kTooManyLines = 2000;
/// A timeout that a busy machine does not run into by itself.
constexpr std::chrono::milliseconds kLong{300};

}  // namespace

TEST_CASE("A stream comes line by line and ends when the server says so") {
  Streams f;
  f.first = "replay\n";
  RawClient client = f.open();
  CHECK(f.until_received(client, "replay\n"));
  f.stream->write_line("1\n");
  CHECK(f.until_received(client, "replay\n1\n"));
  f.stream->write_line("2\n");
  f.stream->finish("end\n");
  f.stream->write_line("too late\n");
  CHECK(f.until_received(client, "replay\n1\n2\nend\n"));
  CHECK(f.gone == 0);

  // The connection is free for the next request, and to idle.
  client.send("plain\n");
  CHECK(f.until_received(client, "replay\n1\n2\nend\n<plain>\n"));
  CHECK(f.server().connection_count() == 1);
}

TEST_CASE("A stream without lines is not idling") {
  LineServerOptions options;
  options.timeouts.idle = kShort;
  options.timeouts.write = kShort;
  Streams f(options);
  RawClient client = f.open();
  RawClient idle = f.connect();
  REQUIRE(f.until_ended(idle));
  CHECK(f.gone == 0);
  f.stream->write_line("1\n");
  CHECK(f.until_received(client, "1\n"));
  // But the connection idles once its stream is over.
  f.stream->finish("end\n");
  CHECK(f.until_ended(client));
  CHECK(client.received() == "1\nend\n");
}

TEST_CASE("A stream ends when its caller leaves, whole or half") {
  Streams f;
  {
    RawClient client = f.open();
    SECTION("closed") {}
    SECTION("shut down") {
      client.half_close();
      CHECK(f.until_ended(client));
    }
  }
  REQUIRE(f.until([&] { return f.gone == 1; }));
  CHECK(f.server().connection_count() == 0);
  f.stream->write_line("too late\n");
  f.stream->finish("too late\n");
  f.stream.reset();
  CHECK(f.gone == 1);
}

TEST_CASE("A caller that has left before the stream began ends it") {
  Streams f;
  RawClient client = f.connect();
  client.send("stream\n");
  client.half_close();
  REQUIRE(f.until([&] { return f.gone == 1; }));
  CHECK(f.until_ended(client));
}

TEST_CASE("A stream can't begin on a connection that is gone") {
  Fixture f;
  std::shared_ptr<Answer> waiting;
  f.on_line([&](std::string_view, std::shared_ptr<Answer> answer) { waiting = std::move(answer); });
  RawClient client = f.connect();
  client.send("x\n");
  REQUIRE(f.until([&] { return waiting != nullptr; }));
  f.destroy_server();
  int gone = 0;
  CHECK_FALSE(waiting->begin_stream({nullptr, [&] { ++gone; }}, "first\n"));
  CHECK(gone == 0);
}

TEST_CASE("A reader that stalls for a moment learns how many lines it has missed") {
  Streams f;
  RawClient client = f.open();
  for (std::size_t i = 0; i < kTooManyLines; ++i) {
    f.stream->write_line(line_of(i));
    f.settle();
  }
  std::string wanted;
  std::size_t taken = 0;
  REQUIRE(f.until([&] {
    client.receive();
    return client.received().find("gap ") != std::string::npos && client.received().back() == '\n';
  }));
  for (; client.received().find("\n" + line_of(taken)) != std::string::npos || taken == 0;
       ++taken) {
    wanted += line_of(taken);
  }
  CHECK(taken < kTooManyLines);
  wanted += "gap " + std::to_string(kTooManyLines - taken) + "\n";
  CHECK(client.received() == wanted);
  // Whatever a stalled reader cost, it was no more than the queue.
  CHECK(taken * line_of(0).size() > kStreamQueueBytesMax);
  f.stream->write_line("on\n");
  CHECK(f.until_received(client, wanted + "on\n"));
  CHECK(f.gone == 0);
}

TEST_CASE("A reader of a stream that takes nothing is dropped") {
  LineServerOptions options;
  options.timeouts.write = kShort;
  Streams f(options);
  RawClient stalled = f.open();
  for (std::size_t i = 0; i < kTooManyLines; ++i) f.stream->write_line(line_of(i));
  REQUIRE(f.until([&] { return f.gone == 1; }));
  CHECK(f.server().connection_count() == 0);
}

TEST_CASE("A reader of a stream that is slow but reads is not dropped") {
  LineServerOptions options;
  options.timeouts.write = kLong;
  Streams f(options);
  RawClient slow = f.open();
  for (std::size_t i = 0; i < kTooManyLines; ++i) f.stream->write_line(line_of(i));
  // Longer than the timeout in all, never without a byte for so long.
  const auto end = std::chrono::steady_clock::now() + kLong + kLong / 2;
  while (std::chrono::steady_clock::now() < end) {
    slow.receive();
    f.settle();
  }
  CHECK(f.gone == 0);
  f.stream->finish("end\n");
  CHECK(f.until([&] {
    slow.receive();
    return slow.received().size() > 4 &&
           slow.received().substr(slow.received().size() - 4) == "end\n";
  }));
}

TEST_CASE("What is sent beside a stream is answered after it, in order") {
  Streams f;
  RawClient client = f.open();
  client.send("plain 1\nplain 2\n");
  f.settle();
  CHECK(f.lines().size() == 1);
  f.stream->finish("end\n");
  CHECK(f.until_received(client, "end\n<plain 1>\n<plain 2>\n"));
  client.send("plain 3\n");
  CHECK(f.until_received(client, "end\n<plain 1>\n<plain 2>\n<plain 3>\n"));
}

TEST_CASE("A read that a stream has left over takes up no request before its turn") {
  Fixture f;
  std::vector<std::shared_ptr<Answer>> answers;
  f.on_line([&](std::string_view line, std::shared_ptr<Answer> answer) {
    if (line == "stream") REQUIRE(answer->begin_stream({nullptr, nullptr}, ""));
    answers.push_back(std::move(answer));
  });
  RawClient client = f.connect();
  client.send("stream\none\n");
  REQUIRE(f.until([&] { return answers.size() == 1; }));
  f.settle();
  answers[0]->finish("end\n");
  REQUIRE(f.until([&] { return answers.size() == 2; }));
  client.send("two\n");
  f.settle();
  CHECK(answers.size() == 2);
  answers[1]->finish("1\n");
  REQUIRE(f.until([&] { return answers.size() == 3; }));
  answers[2]->finish("2\n");
  CHECK(f.until_received(client, "end\n1\n2\n"));
}

TEST_CASE("Who floods a stream with requests is dropped") {
  Streams f;
  RawClient client = f.open();
  client.send(std::string(control::kRequestBytesMax + 1, 'x'));
  CHECK(f.until_ended(client));
  CHECK(f.gone == 1);
}

TEST_CASE("A stream that is dropped closes the connection and calls nobody") {
  Streams f;
  RawClient client = f.open();
  f.stream.reset();
  CHECK(f.until_ended(client));
  CHECK(f.gone == 0);
}

TEST_CASE("A stream may end with its connection, once its reader has all of it") {
  Streams f;
  RawClient client = f.open();
  client.send("plain\n");
  for (std::size_t i = 0; i < 100; ++i) f.stream->write_line(line_of(i));
  f.stream->finish_and_close("end\n");
  CHECK(f.until_ended(client));
  CHECK(client.received().ends_with("x\nend\n"));
  CHECK(client.received().find(line_of(99)) != std::string::npos);
  CHECK(f.gone == 0);
  CHECK(f.server().connection_count() == 0);
}

TEST_CASE("A server that goes ends its streams") {
  Streams f;
  RawClient client = f.open();
  f.destroy_server();
  CHECK(f.gone == 1);
  f.settle();
  client.receive();
  CHECK(client.ended());
}

}  // namespace jetstream::ipc
