// SPDX-License-Identifier: MIT
#include "cli/jscat/text.h"

#include <catch2/catch.hpp>

#include "cli/jscat/failure.h"
#include "cli/jscat/report.h"
#include "cli/jscat/units.h"

using namespace jetstream;
using namespace jetstream::jscat;
using namespace std::chrono_literals;

TEST_CASE("what a peer wrote can't steer a terminal") {
  CHECK(escape("all fine ~") == "all fine ~");
  CHECK(escape("\x1b[2J\n\x7f\\") == "\\x1b[2J\\x0a\\x7f\\\\");
  CHECK(escape("\xc3\xa9") == "\\xc3\\xa9");
  CHECK(escape(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("the close message of a peer is escaped") {
  CloseInfo info;
  info.reason = CloseReason::kGoingAway;
  info.code = TransportCode::kGoingAway;
  info.message = "bye\x1b]0;owned\x07";
  info.by_peer = true;
  const Failure failure = explain_close("host:1", info, 10s);
  CHECK(failure.code == kExitTransport);
  CHECK(failure.why == "going_away, going_away: bye\\x1b]0;owned\\x07");
  CHECK(to_text(failure) ==
        "jscat: host:1 closed the session\n       " + failure.why + "\n  try: again later\n");
  info.retry_after = 90s;
  info.alternate = PeerAddress::v4({192, 0, 2, 7}, 40000);
  CHECK(explain_close("host:1", info, 10s).help == "again in 90 s, or 192.0.2.7:40000");
}

TEST_CASE("what a server that goes away has left undone is said with when to come back") {
  GoAwayInfo told;
  told.retry_after = 90s;
  told.alternate = PeerAddress::v4({192, 0, 2, 7}, 8080);
  CHECK(explain_goaway("host:1", "half", GoAwayInfo{}).help == "again later");
  CHECK(explain_goaway("host:1", "half", told).help == "again in 90 s, or 192.0.2.7:8080");
  CHECK(explain_goaway("host:1", "half", GoAwayInfo{}).code == kExitTransport);
}

TEST_CASE("a failure without words prints nothing") {
  CHECK(to_text({.code = 141, .what = "", .why = "", .help = ""}).empty());
}

TEST_CASE("numbers are shown with units") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(1023) == "1023 B");
  CHECK(format_bytes(1024) == "1.00 KiB");
  CHECK(format_bytes(1536.0 * 1024 * 1024) == "1.50 GiB");
  CHECK(format_duration(250ms) == "250 ms");
  CHECK(format_duration(10s) == "10 s");
  CHECK(format_duration(1500ms) == "1.50 s");
  CHECK(format_ms(123456ns) == "0.123");
}

TEST_CASE("sizes are read") {
  CHECK(parse_size("0") == 0u);
  CHECK(parse_size("4096") == 4096u);
  CHECK(parse_size("64KiB") == 65536u);
  CHECK(parse_size("1.5K") == 1536u);
  CHECK(parse_size("1MB") == 1000000u);
  CHECK(parse_size("2GiB") == 2147483648u);
  CHECK(parse_size("9007199254740992") == 9007199254740992u);
  for (const char* wrong : {"", "-1", "+1", "x", "1x", "1 KiB", "nan", "inf", "1e3", "0x10",
                            "9007199254740994", "10000TiB", ".5", "KiB"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_size(wrong));
  }
}

TEST_CASE("times are read") {
  CHECK(parse_duration("10") == Duration(10s));
  CHECK(parse_duration("0.2s") == Duration(200ms));
  CHECK(parse_duration("250ms") == Duration(250ms));
  CHECK(parse_duration("2m") == Duration(2min));
  CHECK(parse_duration("24h") == Duration(24h));
  for (const char* wrong : {"", "-1s", "1d", "s", "24.1h", "1 s", "infs"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
}

TEST_CASE("rates of a report are per second, and none where no time passed") {
  Report report;
  report.mode = LoadMode::kMessages;
  report.seconds = 2;
  report.bytes_sent = 4096;
  report.messages_sent = 10;
  const std::string text = to_text(report, "host:1");
  CHECK_THAT(text, Catch::Contains("4.00 KiB, 2.00 KiB/s, 10 messages, 5/s"));
  CHECK_THAT(text, Catch::Contains("0 set up, 0/s"));
  CHECK_THAT(to_json(report), Catch::Contains("\"messages_sent_per_second\":5.0"));
}
