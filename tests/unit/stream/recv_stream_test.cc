// SPDX-License-Identifier: MIT
#include "stream/recv_stream.h"

#include <catch2/catch.hpp>

#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

namespace {

constexpr std::uint64_t kStreamWindow = 1000;
constexpr std::uint64_t kSessionWindow = 1500;
constexpr std::uint64_t kMessageMax = 200;

struct Receiver {
  BlockPool pool;
  std::uint32_t gaps = 0;
  RecvCredit session{kSessionWindow};
  RecvCredit own{kSessionWindow};
  RecvStream stream{pool, gaps, kStreamWindow};

  explicit Receiver(Framing framing = Framing::kBytes) {
    REQUIRE(stream.set_framing(framing, kMessageMax));
  }
  Result<void, Violation> data(std::uint64_t offset, Bytes bytes, bool fin = false) {
    return stream.on_data({StreamId(1), offset, bytes, fin}, session, own);
  }
  Result<void, Violation> data(std::uint64_t offset, std::size_t size, bool fin = false) {
    return data(offset, pattern(offset, size), fin);
  }
  Result<void, Violation> reset(std::uint64_t final_size) {
    return stream.on_reset({StreamId(1), 7, final_size}, session, own);
  }
};

Bytes text(std::string_view view) { return as_bytes(view); }

}  // namespace

TEST_CASE("the stream's window holds to the byte") {
  Receiver at;
  CHECK(at.data(kStreamWindow - 1, 1));
  CHECK(at.stream.window() == 0);
  Receiver beyond;
  CHECK_FAILED(beyond.data(kStreamWindow, 1), TransportCode::kFlowControlError);
  CHECK(beyond.stream.window() == kStreamWindow);
  CHECK(beyond.session.available() == kSessionWindow);
  CHECK(beyond.gaps == 0);
}

TEST_CASE("the session's window holds to the byte, before anything changes") {
  Receiver receiver;
  receiver.session.receive(kSessionWindow - 100);
  SECTION("data") {
    CHECK_FAILED(receiver.data(100, 1), TransportCode::kFlowControlError);
    CHECK(receiver.stream.window() == kStreamWindow);
    CHECK(receiver.data(99, 1));
    CHECK(receiver.session.available() == 0);
    CHECK(receiver.data(0, 99));
  }
  SECTION("reset") {
    CHECK_FAILED(receiver.reset(101), TransportCode::kFlowControlError);
    CHECK_FALSE(receiver.stream.ended());
    CHECK(receiver.reset(100));
  }
}

TEST_CASE("a final size never changes and nothing lies beyond it [STR-9]") {
  Receiver receiver;
  REQUIRE(receiver.data(100, 50));
  CHECK_FAILED(receiver.data(149, 0, true), TransportCode::kFinalSizeError);
  CHECK_FAILED(receiver.reset(149), TransportCode::kFinalSizeError);
  REQUIRE(receiver.data(150, 0, true));
  CHECK(receiver.data(150, 0, true));
  CHECK(receiver.data(149, 1));
  CHECK_FAILED(receiver.data(150, 1), TransportCode::kFinalSizeError);
  CHECK_FAILED(receiver.data(100, 49, true), TransportCode::kFinalSizeError);
  CHECK_FAILED(receiver.data(151, 0, true), TransportCode::kFinalSizeError);
  CHECK_FAILED(receiver.reset(151), TransportCode::kFinalSizeError);
  CHECK(receiver.reset(150));
  CHECK(receiver.stream.was_reset());
  CHECK_FAILED(receiver.data(150, 1), TransportCode::kFinalSizeError);
}

TEST_CASE("a byte stream is read to its end in pieces") {
  Receiver receiver;
  CHECK_FALSE(receiver.stream.readable());
  REQUIRE(receiver.data(0, 100));
  CHECK(receiver.stream.readable());
  ReadView view = receiver.stream.read(receiver.session);
  CHECK(view.data.size() == 100);
  CHECK_FALSE(view.fin);
  CHECK(receiver.stream.consume(60, receiver.session));
  CHECK_FALSE(receiver.stream.consume(41, receiver.session));
  CHECK(receiver.stream.consume(40, receiver.session));
  CHECK_FALSE(receiver.stream.readable());
  REQUIRE(receiver.data(100, 20, true));
  view = receiver.stream.read(receiver.session);
  CHECK(view.fin);
  CHECK(receiver.stream.consume(19, receiver.session));
  CHECK_FALSE(receiver.stream.done());
  CHECK(receiver.stream.consume(1, receiver.session));
  CHECK(receiver.stream.done());
  CHECK(receiver.session.unconsumed() == 0);
  CHECK(receiver.stream.bytes_read() == 120);
}

TEST_CASE("an end alone is read by consuming nothing") {
  Receiver receiver;
  REQUIRE(receiver.data(0, 10));
  receiver.stream.read(receiver.session);
  REQUIRE(receiver.data(10, 0, true));
  // The view from before did not show the end, so consuming it does not go past it.
  REQUIRE(receiver.stream.consume(10, receiver.session));
  CHECK_FALSE(receiver.stream.done());
  CHECK(receiver.stream.readable());
  const ReadView view = receiver.stream.read(receiver.session);
  CHECK(view.data.empty());
  CHECK(view.fin);
  REQUIRE(receiver.stream.consume(0, receiver.session));
  CHECK(receiver.stream.done());
  CHECK_FALSE(receiver.stream.readable());
}

TEST_CASE("a reset discards what was not read and gives its credit back") {
  Receiver receiver;
  REQUIRE(receiver.data(0, 100));
  receiver.stream.read(receiver.session);
  receiver.stream.consume(40, receiver.session);
  REQUIRE(receiver.data(300, 100));
  REQUIRE(receiver.reset(900));
  CHECK(receiver.stream.done());
  CHECK(receiver.gaps == 0);
  CHECK(receiver.session.received() == 900);
  CHECK(receiver.session.unconsumed() == 0);
  CHECK(receiver.data(100, 50));
  CHECK(receiver.gaps == 0);
  receiver.pool.drop_spares();
  CHECK(receiver.pool.allocated_bytes() == 0);
}

TEST_CASE("a reset after everything came changes nothing") {
  Receiver receiver;
  REQUIRE(receiver.data(0, 100, true));
  REQUIRE(receiver.reset(100));
  CHECK_FALSE(receiver.stream.was_reset());
  CHECK(receiver.stream.read(receiver.session).fin);

  Receiver without_end;
  REQUIRE(without_end.data(0, 100));
  REQUIRE(without_end.reset(100));
  CHECK(without_end.stream.was_reset());
}

TEST_CASE("a stopped stream takes nothing but counts everything") {
  Receiver receiver;
  REQUIRE(receiver.data(0, 100));
  CHECK(receiver.stream.stop(receiver.session));
  CHECK_FALSE(receiver.stream.stop(receiver.session));
  CHECK(receiver.session.unconsumed() == 0);
  REQUIRE(receiver.data(500, 100));
  CHECK(receiver.session.received() == 600);
  CHECK(receiver.session.unconsumed() == 0);
  CHECK(receiver.gaps == 0);
  CHECK_FALSE(receiver.stream.done());
  CHECK_FAILED(receiver.data(kStreamWindow, 1), TransportCode::kFlowControlError);
  REQUIRE(receiver.data(700, 0, true));
  CHECK(receiver.stream.done());
  CHECK(receiver.session.received() == 700);
  CHECK(receiver.session.unconsumed() == 0);
}

TEST_CASE("there is nothing to stop once the end is known") {
  Receiver receiver;
  REQUIRE(receiver.data(100, 100, true));
  CHECK_FALSE(receiver.stream.stop(receiver.session));
  CHECK(receiver.stream.done());
}

TEST_CASE("messages come one by one, empty ones too [STR-12]") {
  Receiver receiver(Framing::kMessages);
  REQUIRE(receiver.data(0,
                        text(std::string_view("\x03"
                                              "abc"
                                              "\x00"
                                              "\x02"
                                              "de",
                                              8)),
                        true));
  ReadView view = receiver.stream.read(receiver.session);
  CHECK(as_text(view.data) == "abc");
  CHECK(view.message_end);
  CHECK_FALSE(view.fin);
  REQUIRE(receiver.stream.consume(3, receiver.session));
  view = receiver.stream.read(receiver.session);
  CHECK(view.data.empty());
  CHECK(view.message_end);
  REQUIRE(receiver.stream.consume(0, receiver.session));
  view = receiver.stream.read(receiver.session);
  CHECK(as_text(view.data) == "de");
  CHECK(view.message_end);
  CHECK(view.fin);
  REQUIRE(receiver.stream.consume(2, receiver.session));
  CHECK(receiver.stream.done());
  CHECK(receiver.stream.bytes_read() == 5);
  CHECK(receiver.session.unconsumed() == 0);
}

TEST_CASE("an empty message stays readable until it is consumed") {
  Receiver receiver(Framing::kMessages);
  REQUIRE(receiver.data(0, text(std::string_view("\x00", 1))));
  CHECK(receiver.stream.readable());
  CHECK(receiver.stream.read(receiver.session).message_end);
  CHECK(receiver.stream.readable());
  CHECK(receiver.stream.read(receiver.session).message_end);
  REQUIRE(receiver.stream.consume(0, receiver.session));
  CHECK_FALSE(receiver.stream.readable());
  CHECK_FALSE(receiver.stream.read(receiver.session).message_end);
}

TEST_CASE("a message is read in parts as it arrives") {
  Receiver receiver(Framing::kMessages);
  // 100 as a varint of two bytes, which come one at a time.
  const std::uint8_t prefix[] = {0x40, 100};
  REQUIRE(receiver.data(0, Bytes(prefix).first(1)));
  CHECK_FALSE(receiver.stream.readable());
  ReadView view = receiver.stream.read(receiver.session);
  CHECK(view.data.empty());
  CHECK_FALSE(view.message_end);
  REQUIRE(receiver.data(1, Bytes(prefix).subspan(1)));
  REQUIRE(receiver.data(2, 60));
  CHECK(receiver.stream.readable());
  view = receiver.stream.read(receiver.session);
  CHECK(view.data.size() == 60);
  CHECK_FALSE(view.message_end);
  REQUIRE(receiver.stream.consume(60, receiver.session));
  CHECK_FALSE(receiver.stream.readable());
  view = receiver.stream.read(receiver.session);
  CHECK(view.data.empty());
  CHECK_FALSE(view.message_end);
  REQUIRE(receiver.data(62, 41));
  view = receiver.stream.read(receiver.session);
  CHECK(view.data.size() == 40);
  CHECK(view.message_end);
}

TEST_CASE("a message may be as long as allowed and no longer") {
  const std::uint8_t at[] = {0x40, kMessageMax};
  const std::uint8_t beyond[] = {0x40, kMessageMax + 1};
  CHECK(Receiver(Framing::kMessages).data(0, at));
  CHECK_FAILED(Receiver(Framing::kMessages).data(0, beyond), TransportCode::kProtocolViolation);

  SECTION("which is found out when the framing is known, and behind other messages") {
    Receiver receiver;
    REQUIRE(receiver.data(0, text("\x01x")));
    REQUIRE(receiver.data(2, beyond));
    CHECK_FAILED(receiver.stream.set_framing(Framing::kMessages, kMessageMax),
                 TransportCode::kProtocolViolation);
  }
}

TEST_CASE("a stream of messages ends where a message ends [STR-14]") {
  CHECK(Receiver(Framing::kMessages).data(0, text("\x02xy"), true));
  CHECK(Receiver(Framing::kMessages).data(0, text(""), true));
  CHECK_FAILED(Receiver(Framing::kMessages).data(0, text("\x02x"), true),
               TransportCode::kProtocolViolation);
  SECTION("an incomplete length is no end either") {
    const std::uint8_t half[] = {0x40};
    CHECK_FAILED(Receiver(Framing::kMessages).data(0, half, true),
                 TransportCode::kProtocolViolation);
  }
  SECTION("the end may come first") {
    Receiver receiver(Framing::kMessages);
    REQUIRE(receiver.data(3, 0, true));
    CHECK_FAILED(receiver.data(0, text("\x03x")), TransportCode::kProtocolViolation);
  }
  SECTION("but a reset may come anywhere") {
    Receiver receiver(Framing::kMessages);
    REQUIRE(receiver.data(0, text("\x02x")));
    CHECK(receiver.reset(2));
  }
}

TEST_CASE("messages survive a ring that wraps inside their lengths and bodies") {
  Receiver receiver(Framing::kMessages);
  std::uint64_t offset = 0;
  for (int round = 0; round < 200; ++round) {
    const auto size = static_cast<std::size_t>(64 + round % 100);
    std::vector<std::uint8_t> message{0x40, static_cast<std::uint8_t>(size)};
    const std::vector<std::uint8_t> body = pattern(offset, size);
    message.insert(message.end(), body.begin(), body.end());
    // One byte stays ahead, so that the ring never empties and starts anew.
    REQUIRE(receiver.data(offset, message));
    REQUIRE(receiver.data(offset + message.size(), text("\x40")));
    offset += message.size();

    std::vector<std::uint8_t> got;
    for (bool end = false; !end;) {
      const ReadView view = receiver.stream.read(receiver.session);
      got.insert(got.end(), view.data.begin(), view.data.end());
      end = view.message_end;
      REQUIRE((end || !view.data.empty()));
      REQUIRE(receiver.stream.consume(view.data.size(), receiver.session));
    }
    REQUIRE(got == body);
    if (receiver.stream.credit().update_due()) receiver.stream.credit().announce();
    if (receiver.session.update_due()) receiver.session.announce();
  }
}
