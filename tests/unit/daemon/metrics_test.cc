// SPDX-License-Identifier: MIT
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "daemon/metrics/metrics_table.h"
#include "daemon/metrics/metrics_text.h"

using namespace jetstream;
using namespace jetstream::daemon;
using namespace std::chrono_literals;

namespace {

Snapshot running() {
  Snapshot snapshot;
  snapshot.version = "1.2.3";
  snapshot.state = "running";
  snapshot.config_digest = "sha256:00";
  snapshot.loop_lag = {0s, 2ms};
  snapshot.listeners.resize(2);
  snapshot.listeners[0].address = snapshot.listeners[1].address = "127.0.0.1:8080";
  return snapshot;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

bool has(const std::string& text, const std::string& line) { return lines_of(text).contains(line); }

}  // namespace

TEST_CASE("names, units and labels of metrics are as Prometheus wants them") {
  std::set<std::string_view> names;
  for (const MetricSpec& spec : metric_table()) {
    INFO(spec.name);
    CHECK(names.insert(spec.name).second);
    CHECK(spec.name.starts_with("jetstreamd_"));
    CHECK(spec.name.ends_with("_total") == (spec.type == MetricType::kCounter));
    CHECK(spec.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    for (const char* unit : {"_ms", "_us", "_kib", "_percent", "_millis"}) {
      CHECK(spec.name.find(unit) == std::string_view::npos);
    }
    CHECK(spec.doc.ends_with('.'));
    for (const MetricSeries& series : spec.series(running())) {
      CHECK(series.label_value.empty() == spec.label.empty());
      CHECK(series.histogram.has_value() == (spec.type == MetricType::kHistogram));
    }
    // What a client could make grow without end.
    for (const char* unbounded : {"session", "peer", "id", "port", "client"})
      CHECK(spec.label != unbounded);
  }
}

TEST_CASE("every series is there from the start, at 0") {
  const std::string text = metrics_text(running());
  CHECK(has(text, "jetstreamd_build_info{version=\"1.2.3\"} 1"));
  CHECK(has(text, "jetstreamd_sessions{state=\"established\"} 0"));
  CHECK(has(text, "jetstreamd_sessions_closed_total{reason=\"rate_limit_exceeded\"} 0"));
  CHECK(has(text, "jetstreamd_datagrams_dropped_total{reason=\"authentication\"} 0"));
  CHECK(has(text, "jetstreamd_socket_receive_drops_total{listener=\"127.0.0.1:8080\"} 0"));
  CHECK(has(text, "jetstreamd_health_problem{code=\"worker_stalled\"} 0"));
  CHECK(has(text, "jetstreamd_state{state=\"running\"} 1"));
  CHECK(has(text, "jetstreamd_state{state=\"draining\"} 0"));
  CHECK(has(text, "jetstreamd_handshake_duration_seconds_bucket{le=\"+Inf\"} 0"));
  CHECK(has(text, "jetstreamd_handshake_duration_seconds_count 0"));
  CHECK(has(text, "jetstreamd_admin_commands_total{command=\"ban.add\",result=\"ok\"} 0"));
  CHECK(has(text, "jetstreamd_admin_commands_total{command=\"stop\",result=\"error\"} 0"));
  CHECK(has(text, "jetstreamd_admin_connections 0"));
  for (const char* origin : {"admin", "file", "auto"}) {
    CHECK(has(text, "jetstreamd_bans{origin=\"" + std::string(origin) + "\"} 0"));
  }
  CHECK(has(text, "jetstreamd_dynamic_ban_evidence_total 0"));
  CHECK(has(text, "jetstreamd_dynamic_bans_refused_total 0"));
  CHECK(has(text, "jetstreamd_config_last_reload_successful 1"));
  CHECK(has(text, "jetstreamd_config_reloads_total{result=\"done\"} 0"));
  CHECK(has(text, "jetstreamd_config_reloads_total{result=\"failed\"} 0"));
  CHECK(has(text, "jetstreamd_config_restart_required 0"));
  CHECK(has(text, "# TYPE jetstreamd_handshake_duration_seconds histogram"));
  for (const MetricSpec& spec : metric_table()) {
    INFO(spec.name);
    CHECK_FALSE(spec.series(running()).empty());
  }
}

TEST_CASE("bans, reloads and commands are told as they are") {
  Snapshot snapshot = running();
  snapshot.bans = {1, 2, 3};
  snapshot.ban_evidence = 9;
  snapshot.reloads = {.done = 4,
                      .failed = 5,
                      .refused = 6,
                      .last_done_at = control::UnixTime(1'500'250),
                      .last_error = "jetstreamd.yaml:3: no",
                      .not_taken_back = ""};
  snapshot.restart_required = {"server.listen", "server.workers"};
  snapshot.admin_commands.add_answer(control::CommandId::kStatus);
  snapshot.admin_commands.add_answer(control::CommandId::kStatus);
  snapshot.admin_commands.add_error(control::CommandId::kStatus);
  const std::string text = metrics_text(snapshot);
  CHECK(has(text, "jetstreamd_bans{origin=\"auto\"} 3"));
  CHECK(has(text, "jetstreamd_dynamic_ban_evidence_total 9"));
  CHECK(has(text, "jetstreamd_config_reloads_total{result=\"done\"} 4"));
  CHECK(has(text, "jetstreamd_config_reloads_total{result=\"failed\"} 5"));
  CHECK(has(text, "jetstreamd_config_reloads_total{result=\"refused\"} 6"));
  CHECK(has(text, "jetstreamd_config_last_reload_successful 0"));
  CHECK(has(text, "jetstreamd_config_last_reload_success_timestamp_seconds 1500.25"));
  CHECK(has(text, "jetstreamd_config_restart_required 2"));
  CHECK(has(text, "jetstreamd_admin_commands_total{command=\"status\",result=\"ok\"} 1"));
  CHECK(has(text, "jetstreamd_admin_commands_total{command=\"status\",result=\"error\"} 1"));
}

TEST_CASE("figures of all workers are added up, and a buffer's size is the smallest") {
  Snapshot snapshot = running();
  snapshot.listeners[0].sessions = 2;
  snapshot.listeners[1].sessions = 3;
  snapshot.listeners[0].records = 3;
  snapshot.listeners[1].records = 3;
  for (ListenerFigures& listener : snapshot.listeners) listener.stats.bytes_sent = 1ull << 40;
  snapshot.listeners[0].udp = {.socket_drops = 7, .receive_buffer_bytes = 4096};
  snapshot.listeners[1].udp = {.socket_drops = 1, .receive_buffer_bytes = 2048};
  const std::string text = metrics_text(snapshot);
  CHECK(has(text, "jetstreamd_sessions{state=\"established\"} 5"));
  CHECK(has(text, "jetstreamd_sessions{state=\"other\"} 1"));
  CHECK(has(text, "jetstreamd_bytes_sent_total 2199023255552"));
  CHECK(has(text, "jetstreamd_socket_receive_drops_total{listener=\"127.0.0.1:8080\"} 8"));
  CHECK(has(text, "jetstreamd_socket_receive_buffer_bytes{listener=\"127.0.0.1:8080\"} 2048"));
}

TEST_CASE("a duration falls into the bucket whose bound it does not exceed") {
  Snapshot snapshot = running();
  for (const Duration duration : {Duration(1ms), Duration(1ms) + 1ns, Duration(11s)}) {
    snapshot.listeners[0].figures.handshakes.add(duration);
  }
  snapshot.listeners[1].figures.handshakes.add(Duration(2ms));
  const std::string text = metrics_text(snapshot);
  const std::string name = "jetstreamd_handshake_duration_seconds";
  CHECK(has(text, name + "_bucket{le=\"0.001\"} 1"));
  CHECK(has(text, name + "_bucket{le=\"0.0025\"} 3"));
  CHECK(has(text, name + "_bucket{le=\"10\"} 3"));
  CHECK(has(text, name + "_bucket{le=\"+Inf\"} 4"));
  CHECK(has(text, name + "_count 4"));
}

TEST_CASE("how late and how long cleanups were is told of all endpoints together") {
  Snapshot snapshot = running();
  snapshot.listeners[0].figures.cleanup_lags.add(700ms);
  snapshot.listeners[1].figures.cleanup_lags.add(2s);
  snapshot.listeners[1].figures.cleanup_durations.add(3ms);
  const std::string text = metrics_text(snapshot);
  const std::string lag = "jetstreamd_cleanup_lag_seconds";
  CHECK(has(text, lag + "_bucket{le=\"0.5\"} 0"));
  CHECK(has(text, lag + "_bucket{le=\"1\"} 1"));
  CHECK(has(text, lag + "_bucket{le=\"2\"} 2"));
  CHECK(has(text, lag + "_count 2"));
  CHECK(has(text, "jetstreamd_cleanup_duration_seconds_bucket{le=\"0.0025\"} 0"));
  CHECK(has(text, "jetstreamd_cleanup_duration_seconds_bucket{le=\"0.005\"} 1"));
  CHECK(has(text, "jetstreamd_cleanup_duration_seconds_count 1"));
}

TEST_CASE("a label that holds quotes does not break the line") {
  Snapshot snapshot = running();
  snapshot.version = "1\"\n2";
  CHECK(has(metrics_text(snapshot), "jetstreamd_build_info{version=\"1\\\"\\n2\"} 1"));
}

TEST_CASE("the source of nearly all sessions is found, and forgotten when others come") {
  const auto address = [](std::uint8_t last) { return PeerAddress::v4({172, 17, 0, last}, 1000); };
  MajoritySource sources;
  for (int i = 0; i < 19; ++i) sources.add(address(1));
  CHECK_FALSE(sources.nearly_all(20));
  sources.add(address(1));
  REQUIRE(sources.nearly_all(20));
  CHECK(sources.nearly_all(20)->ip == address(1).ip);

  // Nine in ten are nearly all, and one less is not.
  MajoritySource mixed;
  for (int i = 0; i < 100; ++i) mixed.add(address(i % 10 == 9 ? 2 : 1));
  CHECK(mixed.nearly_all(20));
  mixed.add(address(2));
  CHECK_FALSE(mixed.nearly_all(20));

  for (int i = 0; i < 2000; ++i) sources.add(address(static_cast<std::uint8_t>(i % 200)));
  CHECK_FALSE(sources.nearly_all(20));
}
