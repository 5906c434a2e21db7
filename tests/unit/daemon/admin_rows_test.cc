// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_rows.h"

#include <catch2/catch.hpp>

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{Duration(100s)};
constexpr ClockReading kClocks{kNow, control::UnixTime(1'000'000'000'000)};

SessionInfo some_session() {
  SessionInfo info;
  info.id = SessionId(17);
  info.role = Role::kServer;
  info.state = SessionState::kEstablished;
  info.path.remote = PeerAddress::v4({192, 0, 2, 7}, 40000);
  info.path.local = PeerAddress::v4({127, 0, 0, 1}, 8080);
  info.suite = CipherSuite::kChaCha20Poly1305;
  info.created_at = kNow - 60s;
  info.last_activity = kNow - 1500ms;
  info.timeout = 30s;
  info.streams_open = 2;
  info.bytes_received = 10;
  info.bytes_sent = 20;
  info.packets_lost = 3;
  info.smoothed_rtt = 1234us;
  info.congestion_window = 12000;
  return info;
}

}  // namespace

TEST_CASE("A row says what the session knows, in the protocol's units") {
  const control::SessionRow row = session_row(some_session(), kClocks, 3);
  CHECK(row.id == SessionId(17));
  CHECK(row.peer == "192.0.2.7:40000");
  CHECK(row.state == "established");
  CHECK(row.suite == "chacha20-poly1305");
  CHECK(row.age_ms == 60'000);
  CHECK(row.idle_ms == 1500);
  CHECK(row.created_at == control::UnixTime(1'000'000'000'000 - 60'000));
  CHECK(row.rx_bytes == 10);
  CHECK(row.tx_bytes == 20);
  CHECK(row.rtt_us == 1234u);
  CHECK(row.worker == 3);
  CHECK_FALSE(row.peer_identity);
}

TEST_CASE("What was not measured yet is absent, and no age is negative") {
  SessionInfo info = some_session();
  info.smoothed_rtt = Duration::zero();
  info.last_activity = kNow + 1s;
  const control::SessionRow row = session_row(info, kClocks, 0);
  CHECK_FALSE(row.rtt_us);
  CHECK(row.idle_ms == 0);
  const control::SessionDetail detail = session_detail(info, {}, kClocks, 0);
  CHECK_FALSE(detail.min_rtt_us);
  CHECK_FALSE(detail.heartbeat_rtt_us);
  CHECK(detail.timeout_ms == 30'000);
}

TEST_CASE("Details list streams as seen from this side, and only so many") {
  std::vector<StreamInfo> streams(control::kStreamsListedMax + 1);
  streams[0].id = StreamId(1);
  streams[0].opened_by_peer = true;
  streams[0].options.service = "echo";
  streams[0].bytes_received = 5;
  streams[0].send_window = 6;
  const control::SessionDetail detail = session_detail(some_session(), streams, kClocks, 0);
  REQUIRE(detail.streams.size() == control::kStreamsListedMax);
  CHECK(detail.streams[0].opened_by == "client");
  CHECK(detail.streams[1].opened_by == "server");
  CHECK(detail.streams[0].service == "echo");
  CHECK(detail.streams[0].rx_bytes == 5);
  CHECK(detail.streams[0].tx_window_bytes == 6);
}

TEST_CASE("Counters have every reason, zero or not") {
  EndpointStats stats;
  stats.sessions_closed[static_cast<std::size_t>(CloseReason::kTimeout)] = 4;
  stats.drops[static_cast<std::size_t>(DropReason::kMalformed)] = 7;
  stats.handshakes_resumed = 4;
  stats.admission[static_cast<std::size_t>(Admission::kRetrySent)] = 5;
  stats.datagrams_received = 9;
  stats.resets_sent = 6;
  stats.resets_received = 2;
  control::StatusReport report;
  fill_counters(report, stats);
  CHECK(report.rx_datagrams == 9);
  CHECK(report.resets_sent == 6);
  CHECK(report.resets_received == 2);
  REQUIRE(report.sessions_closed.size() == 6);
  CHECK(report.sessions_closed[3] == std::pair<std::string, std::uint64_t>("timeout", 4));
  REQUIRE(report.admission.size() == kAdmissionCount);
  CHECK(report.resumption.size() == 3 + kEarlyRefusalCount);
  CHECK(report.resumption[1] == std::pair<std::string, std::uint64_t>("resumed", 4));
  CHECK(report.admission[0] == std::pair<std::string, std::uint64_t>("retry_sent", 5));
  REQUIRE(report.drops.size() == kDropReasonCount);
  CHECK(report.drops[1] == std::pair<std::string, std::uint64_t>("malformed", 7));
}

}  // namespace jetstream::daemon
