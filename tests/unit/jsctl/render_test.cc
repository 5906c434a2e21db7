// SPDX-License-Identifier: MIT
#include "jsctl/render.h"

#include <catch2/catch.hpp>

#include "base/printable.h"

#include "samples.h"

namespace jetstream::jsctl {

using testing::other_row;
using testing::sample_detail;
using testing::sample_row;
using testing::sample_status;

TEST_CASE("an event is one line, whatever is in it") {
  control::EventRow row{12,     control::UnixTime(0), "session.closed",
                        "info", "connection closed",  {}};
  row.fields = {
      {"peer", "192.0.2.7:1"}, {"bytes", std::uint64_t{5}}, {"message", "a b\n\x1b"}, {"by", ""}};
  CHECK(render(row) ==
        "1970-01-01T00:00:00.000Z info session.closed: connection closed peer=192.0.2.7:1 bytes=5 "
        "message=\"" +
            jetstream::base::printable("a b\n\x1b") + "\"\n");
  CHECK(render_gap({std::nullopt, {}, "gap", "", "", {{"lost", std::uint64_t{7}}}}) ==
        "jsctl: 7 events are missing here\n");
}

TEST_CASE("what a peer says in an event does not look like fields of it") {
  control::EventRow row{12, control::UnixTime(0), "session.closed", "info", "closed", {}};
  row.fields = {{"message", "x\" cause=admin:0 y=\""}, {"args", R"({"a":1})"}, {"end", "a\\"}};
  CHECK(render(row) ==
        "1970-01-01T00:00:00.000Z info session.closed: closed "
        R"(message="x\" cause=admin:0 y=\"" args="{\"a\":1}" end="a\\")"
        "\n");
}

TEST_CASE("status is one screen") {
  CHECK(render(sample_status()) ==
        "jetstreamd 0.1.0, running, up 3h 12m (pid 4211)\n"
        "  listening   127.0.0.1:8080, [::1]:8080\n"
        "  identity    sha256:abc\n"
        "  config      /etc/jetstreamd/jetstreamd.yaml\n"
        "  started     2001-09-09T01:46:40.000Z\n"
        "  workers     2\n"
        "  sessions    12 of 10000, 340 opened, 3 expired\n"
        "  closed      normal 300, timeout 3\n"
        "  handshakes  345 started, 340 completed, 2 failed\n"
        "  received    114 MiB in 100000 datagrams\n"
        "  sent        76 MiB in 90000 datagrams\n"
        "  lost        17 packets\n"
        "  resets      0 sent, 0 received\n"
        "  memory      1.0 MiB of 512 MiB held, 3.0 MiB at most\n"
        "  admission   retry_sent 5\n"
        "  resumption  none\n"
        "  dropped     none\n"
        "  limited     session_messages_received 12\n");
}

TEST_CASE("Sessions are a table") {
  CHECK(
      render(std::vector{sample_row(), other_row()}, {}) ==
      "  ID  PEER                 STATE          AGE  IDLE  STREAMS       RX     TX    RTT  LOST  "
      "WORKER  IDENTITY\n"
      "  17  192.0.2.7:40000      established  3m 5s    1s        2  1.5 MiB  900 B  1.2ms     3  "
      "     1  -\n"
      "4211  [2001:db8::7]:51820  closing      3m 5s    1s        2  1.5 MiB  900 B      -     3  "
      "     1  sha256:abc\n");
  CHECK(render(std::vector{sample_row()}, {30, false}) == "17  192.0.2.7:40000\n");
}

TEST_CASE("The status tells of bans while there are some") {
  control::StatusReport status = sample_status();
  status.bans = {{"admin", 0}, {"file", 0}, {"auto", 0}};
  CHECK(render(status).find("bans") == std::string::npos);
  status.bans = {{"admin", 2}, {"file", 0}, {"auto", 1}};
  CHECK(render(status).find("  bans        3 in force: admin 2, auto 1\n") != std::string::npos);
}

TEST_CASE("A session in detail, with its streams") {
  CHECK(render(std::vector{sample_detail()}, {}) ==
        "session 17, established\n"
        "  peer        192.0.2.7:40000 to 127.0.0.1:8080\n"
        "  identity    -\n"
        "  suite       aes-256-gcm\n"
        "  created     2001-09-09T01:46:40.000Z, 3m 5s ago\n"
        "  idle        1s, ends after 30s\n"
        "  received    1.5 MiB in 1100 packets\n"
        "  sent        900 B in 12 packets, 3 lost\n"
        "  round trip  1.2ms smoothed, 900us at least\n"
        "  window      12 KiB, 0 B in flight, datagrams of 1.4 KiB\n"
        "  heartbeats  4 answered\n"
        "  limited     7 times\n"
        "  worker      1\n"
        "  streams     2\n"
        "  STREAM  SERVICE  STATE    RX    TX  BY      FRAMING  URGENCY  WEIGHT  RX WINDOW  TX "
        "WINDOW\n"
        "       1  echo     open   10 B  20 B  client  bytes          3      16    2.0 KiB    4.0 "
        "KiB\n");
}

TEST_CASE("Details of several sessions have an empty line between") {
  control::SessionDetail bare = sample_detail();
  bare.streams.clear();
  const std::string one = render(std::vector{bare}, {});
  CHECK(render(std::vector{bare, bare}, {}) == one + "\n" + one);
}

TEST_CASE("Closes, commands and stops") {
  CHECK(render(std::vector{control::CloseRow{SessionId(3), control::CloseOutcome::kClosed},
                           control::CloseRow{SessionId(12), control::CloseOutcome::kNotFound}},
               {}) ==
        "ID  OUTCOME    PEER\n"
        " 3  closed     -\n"
        "12  not_found  -\n");
  CHECK(render(std::vector{control::row_of(control::spec_of(control::CommandId::kSessionShow)),
                           control::row_of(control::spec_of(control::CommandId::kPing))},
               {}) ==
        "COMMAND       ROLE  ARGUMENTS  MEANING\n"
        "session.show  read  ids        Show all that is known about sessions, their streams "
        "included.\n"
        "ping          read  -          Answer, to show that the daemon is alive.\n");
  CHECK(render(control::LogLevelReport{"info", "info", "info", {}}) == "info\n");
  CHECK(render(control::LogLevelReport{"debug",
                                       "info",
                                       "info",
                                       {{std::nullopt, "debug", control::UnixTime(0), 1000},
                                        {"stream", "trace", std::nullopt, 0}}}) ==
        "debug, before info, configured info\n"
        "  all debug until 1970-01-01T00:00:00.000Z, by uid 1000\n"
        "  stream trace until the next start, by uid 0\n");
  CHECK(render(control::DrainReport{"running", 0, 0, 0, 0, {}}) == "not draining\n");
  CHECK(render(control::DrainReport{"draining", 9, 4, 2000, 30000, 1000}) ==
        "draining: 4 of 9 sessions left after 2s, 1s to go, closed after 30s at the latest\n");
}

TEST_CASE("Text from the daemon is made printable wherever it stands") {
  control::StatusReport status = sample_status();
  status.config_path = "/etc/\x1b[2J";
  CHECK(render(status).find('\x1b') == std::string::npos);
  control::SessionDetail detail = sample_detail();
  detail.row.peer = "\x1b]0;x\x07";
  detail.row.state = "\x1b[2J";
  detail.streams[0].service = "\x1b[2J";
  CHECK(render(std::vector{detail}, {}).find('\x1b') == std::string::npos);
}

TEST_CASE("Limits say what they are, what is left and what they did") {
  const std::vector<control::LimitRow> rows{
      {std::nullopt, "session_bytes_received", 1048576, std::nullopt, 2, 0},
      {std::nullopt, "global_messages_sent", std::nullopt, std::nullopt, 0, 0},
      {SessionId(7), "session_messages_received", 100, 3, 4, 5}};
  const std::string text = render(rows, Layout{});
  CHECK(text ==
        "SESSION  LIMIT                      PER SECOND  TOKENS  TIMES  DROPPED\n"
        "    all  session_bytes_received        1.0 MiB       -      2        0\n"
        "    all  global_messages_sent              off       -      0        0\n"
        "      7  session_messages_received         100       3      4        5\n");
}

}  // namespace jetstream::jsctl
