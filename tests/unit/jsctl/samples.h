// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/control.h"

namespace jetstream::jsctl::testing {

inline control::SessionRow sample_row() {
  control::SessionRow row;
  row.id = SessionId(17);
  row.peer = "192.0.2.7:40000";
  row.state = "established";
  row.suite = "aes-256-gcm";
  row.created_at = control::UnixTime(1'000'000'000'000);
  row.age_ms = 185'000;
  row.idle_ms = 1'200;
  row.streams_open = 2;
  row.rx_bytes = 1'572'864;
  row.tx_bytes = 900;
  row.rtt_us = 1'250;
  row.cwnd_bytes = 12'288;
  row.packets_lost = 3;
  row.worker = 1;
  return row;
}

inline control::SessionRow other_row() {
  control::SessionRow row = sample_row();
  row.id = SessionId(4211);
  row.peer = "[2001:db8::7]:51820";
  row.state = "closing";
  row.rtt_us.reset();
  row.peer_identity = "sha256:abc";
  return row;
}

inline control::SessionDetail sample_detail() {
  control::SessionDetail detail;
  detail.row = sample_row();
  detail.local = "127.0.0.1:8080";
  detail.timeout_ms = 30'000;
  detail.rx_packets = 1'100;
  detail.tx_packets = 12;
  detail.min_rtt_us = 900;
  detail.in_flight_bytes = 0;
  detail.datagram_bytes = 1'452;
  detail.heartbeats_answered = 4;
  detail.times_limited = 7;
  detail.streams = {
      control::StreamRow{1, "echo", "open", "bytes", "client", 3, 16, 10, 20, 2048, 4096}};
  return detail;
}

inline control::StatusReport sample_status() {
  control::StatusReport report;
  report.version = "0.1.0";
  report.pid = 4211;
  report.state = "running";
  report.started_at = control::UnixTime(1'000'000'000'000);
  report.uptime_ms = 11'520'000;
  report.listeners = {"127.0.0.1:8080", "[::1]:8080"};
  report.workers = 2;
  report.identity = "sha256:abc";
  report.config_path = "/etc/jetstreamd/jetstreamd.yaml";
  report.sessions = 12;
  report.sessions_max = 10'000;
  report.sessions_opened = 340;
  report.sessions_expired = 3;
  report.sessions_closed = {{"normal", 300}, {"going_away", 0}, {"timeout", 3}};
  report.handshakes_started = 345;
  report.handshakes_completed = 340;
  report.handshakes_failed = 2;
  report.rx_datagrams = 100'000;
  report.tx_datagrams = 90'000;
  report.rx_bytes = 120'000'000;
  report.tx_bytes = 80'000'000;
  report.packets_lost = 17;
  report.memory_held_bytes = 1 << 20;
  report.memory_held_max_bytes = 3 << 20;
  report.memory_budget_bytes = 512 << 20;
  report.admission = {{"retry_sent", 5}, {"cookie_accepted", 0}};
  report.drops = {{"too_short", 0}, {"malformed", 0}};
  report.rate_limit_waits = {{"session_messages_received", 12}, {"session_bytes_received", 0}};
  return report;
}

}  // namespace jetstream::jsctl::testing
