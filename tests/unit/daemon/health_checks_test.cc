// SPDX-License-Identifier: MIT
#include "daemon/health/health_checks.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/health/clock_watch.h"
#include "daemon/health/default_gateway.h"
#include "daemon/health/mapped_ids.h"
#include "temporary_folder.h"

using namespace jetstream;
using namespace jetstream::daemon;
using namespace std::chrono_literals;
using C = HealthCode;

namespace {

/// One second after the other.
struct Patient {
  Patient() {
    snapshot.state = "running";
    snapshot.sessions_max = 1000;
    snapshot.listeners.resize(2);
    for (std::size_t i = 0; i < 2; ++i) {
      snapshot.listeners[i].worker = i;
      snapshot.listeners[i].address = "192.0.2.1:8080";
      snapshot.listeners[i].udp.receive_buffer_bytes = 4 << 20;
      snapshot.listeners[i].stats.memory_budget = 1000;
    }
    facts.receive_buffer_asked = 4 << 20;
  }

  void second(int count = 1) {
    for (int i = 0; i < count; ++i) {
      now += 1s;
      checks.run(now, snapshot, facts);
    }
  }
  /// What is shown about it; empty if it is not.
  std::string detail(C code) {
    for (const HealthFinding& finding : checks.board().visible(now)) {
      if (finding.code == code) return finding.detail;
    }
    return "";
  }

  Instant now{1000s};
  Snapshot snapshot;
  HealthFacts facts;
  HealthChecks checks;
};

}  // namespace

TEST_CASE("ids are kept where every user below 65534 is the same inside and outside") {
  const ipc::PeerCredentials self{990, 990, 1, {}};
  CHECK(mapped_ids_trouble(990, self, "         0          0 4294967295\n").empty());
  CHECK(mapped_ids_trouble(990, self, "0 0 65536\n").empty());  // PrivateUsers=identity
  CHECK(mapped_ids_trouble(990, self, "0 0 1000\n1000 1000 64534\n").empty());
  CHECK(mapped_ids_trouble(990, self, "").empty());  // a kernel without user namespaces
  CHECK(mapped_ids_trouble(990, self, "0 0 65533\n") ==
        "user ids are mapped (/proc/self/uid_map: 0 0 65533)");
  for (const std::string map :
       {"0 0 1\n990 990 1\n",  // PrivateUsers=yes
        "0 1000 1\n1 100000 65536\n", "0 100000 65536\n", "1 1 65535\n", "nonsense"}) {
    INFO(map);
    CHECK_FALSE(mapped_ids_trouble(990, self, map).empty());
  }
}

TEST_CASE("who is somebody else at their own socket is told so") {
  CHECK(mapped_ids_trouble(990, std::nullopt, "0 0 4294967295").find("does not tell") !=
        std::string::npos);
  CHECK(mapped_ids_trouble(990, ipc::PeerCredentials{65534, 65534, 0, {}}, "0 0 4294967295") ==
        "the admin socket shows the daemon itself, uid 990, as 65534");
  Patient patient;
  patient.facts.ids_trouble = "mapped";
  patient.second();
  CHECK(patient.detail(C::kIdsMapped) == "mapped");
  CHECK(is_ready(patient.checks.board().visible(patient.now)));
}

TEST_CASE("a daemon that is well has nothing to tell") {
  Patient patient;
  patient.second(30);
  CHECK(patient.checks.board().visible(patient.now).empty());
}

TEST_CASE("a stalled worker is named at once") {
  Patient patient;
  patient.facts.stalled_workers = {1};
  patient.second();
  CHECK(patient.detail(C::kWorkerStalled) == "worker 1 has not moved for 5 s");
  patient.facts.stalled_workers = {0, 1};
  patient.second();
  CHECK(patient.detail(C::kWorkerStalled) == "workers 0 1 have not moved for 5 s");
  patient.facts.stalled_workers = {};
  patient.second();
  CHECK(patient.detail(C::kWorkerStalled).empty());
}

TEST_CASE("a buffer that is smaller than asked for tells the command that helps") {
  Patient patient;
  patient.snapshot.listeners[1].udp.receive_buffer_bytes = 212992;
  patient.second();
  CHECK(patient.detail(C::kReceiveBufferSmall) ==
        "asked 4096 KiB, got 208 KiB: sysctl -w net.core.rmem_max=4194304 on the host");
  patient.snapshot.listeners[1].udp.receive_buffer_bytes = (4 << 20) - 1;
  patient.second();
  CHECK_FALSE(patient.detail(C::kReceiveBufferSmall).empty());
  // A system that does not tell is not blamed.
  patient.snapshot.listeners[1].udp.receive_buffer_bytes = 0;
  patient.second();
  CHECK(patient.detail(C::kReceiveBufferSmall).empty());
}

TEST_CASE("drops at a socket are told beside our own, as long as they are new") {
  Patient patient;
  patient.snapshot.listeners[0].stats.drops[0] = 7;
  patient.second();
  patient.snapshot.listeners[0].udp.socket_drops = 100;
  patient.snapshot.listeners[1].udp.socket_drops = 20;
  patient.second();
  CHECK(patient.detail(C::kSocketDrops) ==
        "120 datagrams at 192.0.2.1:8080, the daemon itself dropped 7");
  patient.second(60);
  CHECK_FALSE(patient.detail(C::kSocketDrops).empty());
  patient.second();
  CHECK(patient.detail(C::kSocketDrops).empty());
}

TEST_CASE("a refused reload and changes that wait for a restart are told until that is mended") {
  Patient patient;
  patient.snapshot.reloads.last_error = "jetstreamd.yaml:14: no";
  patient.snapshot.restart_required = {"server.listen", "server.workers"};
  patient.second();
  CHECK(patient.detail(C::kConfigReloadFailed) == "jetstreamd.yaml:14: no");
  CHECK(patient.detail(C::kConfigRestartRequired) == "server.listen, server.workers");
  patient.snapshot.reloads.last_error.clear();
  patient.snapshot.restart_required.clear();
  patient.second();
  CHECK(patient.detail(C::kConfigReloadFailed).empty());
  CHECK(patient.detail(C::kConfigRestartRequired).empty());
}

TEST_CASE("what could not be taken back is told alone, and what was until the file is read again") {
  Patient patient;
  patient.snapshot.reloads.not_taken_back = "jetstreamd.yaml:3: it is taken";
  patient.snapshot.config_taken_back = {"sessions.max", "log.level"};
  patient.second();
  CHECK(patient.detail(C::kConfigNotTakenBack) == "jetstreamd.yaml:3: it is taken");
  CHECK(patient.detail(C::kConfigDiffers).empty());
  patient.snapshot.reloads.not_taken_back.clear();
  patient.second();
  CHECK(patient.detail(C::kConfigNotTakenBack).empty());
  CHECK(patient.detail(C::kConfigDiffers) == "sessions.max, log.level");
  patient.snapshot.config_taken_back.clear();
  patient.second();
  CHECK(patient.detail(C::kConfigDiffers).empty());
}

TEST_CASE("a full table is told after five seconds, and for a refusal as for the last places") {
  Patient patient;
  patient.snapshot.listeners[0].sessions = 989;
  patient.second(10);
  CHECK(patient.detail(C::kTableFull).empty());
  patient.snapshot.listeners[0].sessions = 990;
  patient.second(5);
  CHECK(patient.detail(C::kTableFull).empty());
  patient.second();
  CHECK(patient.detail(C::kTableFull) == "990 of 1000 sessions, 0 clients refused so far");

  // A worker's share can be full long before.
  Patient other;
  auto& refused =
      other.snapshot.listeners[0].stats.admission[static_cast<std::size_t>(Admission::kServerFull)];
  for (int i = 0; i < 6; ++i) {
    ++refused;
    other.second();
    // Once more, with the same figures.
    other.checks.run(other.now, other.snapshot, other.facts);
  }
  CHECK(other.detail(C::kTableFull) == "0 of 1000 sessions, 6 clients refused so far");
}

TEST_CASE("one worker's tight memory is told, however much the others have") {
  Patient patient;
  patient.snapshot.listeners[1].stats.memory_held = 899;
  patient.second(11);
  CHECK(patient.detail(C::kMemoryTight).empty());
  patient.snapshot.listeners[1].stats.memory_held = 900;
  patient.second(11);
  CHECK(patient.detail(C::kMemoryTight) == "worker 1 at 192.0.2.1:8080: 900 B of 1000 B held");
}

TEST_CASE("sessions that all come from our gateway are told of, from any other address not") {
  const auto gateway = PeerAddress::v4({172, 17, 0, 1}, 0);
  const auto from = [](std::uint8_t last) { return PeerAddress::v4({172, 17, 0, last}, 4711); };
  Patient patient;
  patient.facts.gateways = {gateway};
  for (int i = 0; i < 19; ++i) patient.snapshot.listeners[0].figures.sources.add(from(1));
  patient.second(11);
  CHECK(patient.detail(C::kProxyAddress).empty());
  patient.snapshot.listeners[1].figures.sources.add(from(1));
  patient.second(11);
  CHECK(patient.detail(C::kProxyAddress) ==
        "nearly all of the last 20 sessions come from 172.17.0.1, our default gateway: a container "
        "engine's proxy?");
  // One worker with others: no longer nearly all.
  for (int i = 0; i < 3; ++i) patient.snapshot.listeners[1].figures.sources.add(from(2));
  patient.second(61);
  CHECK(patient.detail(C::kProxyAddress).empty());

  Patient other;
  other.facts.gateways = {gateway};
  for (int i = 0; i < 100; ++i) other.snapshot.listeners[0].figures.sources.add(from(9));
  other.second(11);
  CHECK(other.detail(C::kProxyAddress).empty());
}

TEST_CASE("a drain is told at once, and lost log lines for a minute") {
  Patient patient;
  patient.snapshot.state = "draining";
  patient.snapshot.log_lines_lost = 3;
  patient.second();
  CHECK(patient.detail(C::kDraining) == "draining, no new sessions are taken");
  CHECK(patient.detail(C::kLogLinesLost) == "3 so far");
  patient.snapshot.state = "running";
  patient.second(61);
  CHECK(patient.detail(C::kDraining).empty());
  CHECK(patient.detail(C::kLogLinesLost).empty());
}

TEST_CASE(
    "a ban for which there was no room is told for a minute, and again when there is another") {
  Patient patient;
  patient.snapshot.bans_refused = 2;
  patient.second();
  CHECK(patient.detail(C::kBansFull) == "2 bans not made so far");
  CHECK(is_ready(patient.checks.board().visible(patient.now)));
  patient.second(61);
  CHECK(patient.detail(C::kBansFull).empty());
  patient.snapshot.bans_refused = 3;
  patient.second();
  CHECK(patient.detail(C::kBansFull) == "3 bans not made so far");
}

TEST_CASE("a wall clock that is set shows, one that is slewed or slept does not") {
  ClockWatch watch;
  CHECK_FALSE(watch.look(10s, 1000s));
  CHECK_FALSE(watch.look(11s, 1001s + 999ms));
  CHECK_FALSE(watch.look(12s, 1002s));
  CHECK(watch.look(13s, 1003s + 1s) == Duration(1s));
  CHECK_FALSE(watch.look(14s, 1005s));
  CHECK(watch.look(15s, 1s) == Duration(-1005s));
  // Both go on while the machine sleeps.
  CHECK_FALSE(watch.look(5000s, 4986s));

  Patient patient;
  patient.facts.clock_step = -3h - 500ms;
  patient.second();
  patient.facts.clock_step.reset();
  CHECK(patient.detail(C::kClockStepped) == "set back by 3h");
  patient.second(599);
  CHECK_FALSE(patient.detail(C::kClockStepped).empty());
  patient.second(2);
  CHECK(patient.detail(C::kClockStepped).empty());
}

TEST_CASE("a key that others can read is told of with its mode") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "identity.key";
  std::ofstream(key) << "x";
  for (const mode_t fine : {0400u, 0440u, 0600u, 0640u}) {
    ::chmod(key.c_str(), fine);
    CHECK(key_file_trouble(key, 0027) == "");
  }
  for (const mode_t open : {0604u, 0620u, 0644u, 0601u}) {
    ::chmod(key.c_str(), open);
    CHECK_FALSE(key_file_trouble(key, 0027).empty());
  }
  ::chmod(key.c_str(), 0644);
  CHECK(key_file_trouble(key, 0027).find(" has mode 0644, owner ") != std::string::npos);
  std::filesystem::remove(key);
  CHECK(key_file_trouble(key, 0027).find("No such file") != std::string::npos);
}

TEST_CASE("gateways are read from the kernel's tables, and junk in them is passed over") {
  const std::string route =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
      "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
      "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
      "eth0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"
      "eth0\t00000000\tjunk\t0003\t0\t0\t0\t00000000\n"
      "short\n\n";
  const std::string zeros(32, '0');
  const std::string ipv6 = zeros + " 00 " + zeros +
                           " 00 20010db8000000000000000000000001 00000400 " +
                           "00000001 00000000 00000003 eth0\n" + zeros + " 00 " + zeros + " 00 " +
                           zeros + " ffffffff 00000001 00000000 00200200 lo\n";
  const auto gateways = parse_gateways(route, ipv6);
  REQUIRE(gateways.size() == 2);
  CHECK(gateways[0].to_string() == "172.17.0.1:0");
  CHECK(gateways[1].to_string() == "[2001:db8::1]:0");
  CHECK(parse_gateways("", "").empty());
}
