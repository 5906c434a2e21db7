// SPDX-License-Identifier: MIT
#include "session/close.h"

#include <catch2/catch.hpp>
#include <set>

#include "wire/handshake_message.h"

using namespace jetstream;
using namespace jetstream::session;

TEST_CASE("CLOSE is repeated on the 1st, 2nd, 4th, 8th packet and so on [CLOSE-4]") {
  CloseRepeater repeater;
  std::set<int> repeated;
  for (int packet = 1; packet <= 1025; ++packet) {
    if (repeater.on_packet()) repeated.insert(packet);
  }
  CHECK(repeated == std::set<int>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024});
}

TEST_CASE("a close is cut at 255 bytes of message") {
  const std::string longest(255, 'x');
  CHECK(local_close(TransportCode::kAdminClose, longest).message == longest);
  CHECK(local_close(TransportCode::kAdminClose, longest + "y").message == longest);
  CHECK(local_close(CloseReason::kNormal, longest + "y").message == longest);
}

TEST_CASE("a reason has a code and a code has a reason") {
  for (std::uint8_t reason = 0; reason <= kCloseReasonMax; ++reason) {
    const CloseInfo close = local_close(static_cast<CloseReason>(reason), "");
    CHECK(close.reason == static_cast<CloseReason>(reason));
    CHECK(reason_of(close.code) == close.reason);
    CHECK_FALSE(close.by_peer);
  }
  const CloseInfo violation = local_close(Violation{TransportCode::kFinalSizeError, "size", 4});
  CHECK(violation.code == TransportCode::kFinalSizeError);
  CHECK(violation.reason == CloseReason::kProtocolError);
  CHECK(violation.message == "size");
}

TEST_CASE("a code nobody knows is accepted with its reason [CLOSE-6]") {
  wire::CloseFrame frame{};
  frame.reason = CloseReason::kGoingAway;
  frame.message = "bye";
  for (const std::uint64_t code :
       {std::uint64_t{0x7777}, std::uint64_t{0x10000}, (std::uint64_t{1} << 62) - 1}) {
    frame.error_code = code;
    const CloseInfo info = from_frame(frame);
    CHECK(info.reason == CloseReason::kGoingAway);
    CHECK(info.message == "bye");
    CHECK(info.by_peer);
  }
}

TEST_CASE("the Close message is the frame without its type byte [HS-21]") {
  const CloseInfo sent = local_close(TransportCode::kServerFull, "full");
  std::array<std::uint8_t, 160> buffer{};
  const std::size_t size = write_close_message(buffer, sent);
  base::ByteReader reader(Bytes(buffer).first(size));
  const auto message = wire::next_message(reader);
  REQUIRE(message);
  CHECK(message->type == wire::MessageType::kClose);
  CHECK(reader.empty());
  CHECK(to_hex(message->body) == "01230000000466756c6c");
  const auto received = parse_close_message(message->body);
  REQUIRE(received);
  CHECK(received->reason == CloseReason::kGoingAway);
  CHECK(received->code == TransportCode::kServerFull);
  CHECK(received->message == "full");
  CHECK(received->by_peer);

  for (std::size_t shorter = 0; shorter < message->body.size(); ++shorter) {
    CHECK_FALSE(parse_close_message(message->body.first(shorter)));
  }
  std::vector<std::uint8_t> longer(message->body.begin(), message->body.end());
  longer.push_back(0x00);  // would be PADDING behind the frame
  CHECK_FALSE(parse_close_message(longer));
  longer.assign(2000, 0xff);
  CHECK_FALSE(parse_close_message(longer));
}
