// SPDX-License-Identifier: MIT
#include "daemon/admin/event_ring.h"

#include <catch2/catch.hpp>

namespace jetstream::daemon {
namespace {

LogRecord record(LogEvent event) { return {event, {}, {}}; }

LogEventSet only(LogEvent event) {
  LogEventSet events;
  events.set(static_cast<std::size_t>(event));
  return events;
}

const LogEventSet kAll = LogEventSet().set();

std::vector<std::uint64_t> seqs(const EventRing::Replay& replay) {
  std::vector<std::uint64_t> numbers;
  for (const EventRing::Entry* entry : replay.entries) numbers.push_back(entry->seq);
  return numbers;
}

}  // namespace

TEST_CASE("Events come back in the order of their numbers, whatever their class") {
  EventRing ring;
  CHECK(ring.last_seq() == 0);
  CHECK(ring.add(record(LogEvent::kSessionClosed)) == 1);
  CHECK(ring.add(record(LogEvent::kAdminCommand)) == 2);
  CHECK(ring.add(record(LogEvent::kDaemonReady)) == 3);
  CHECK(seqs(ring.since(0, kAll)) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(seqs(ring.since(1, kAll)) == std::vector<std::uint64_t>{2, 3});
  CHECK(seqs(ring.since(3, kAll)).empty());
  CHECK(seqs(ring.since(0, only(LogEvent::kDaemonReady))) == std::vector<std::uint64_t>{3});
  CHECK(ring.since(0, kAll).missing == 0);
}

TEST_CASE("However many sessions come and go, what operators did is remembered") {
  EventRing ring;
  ring.add(record(LogEvent::kAdminCommand));
  for (std::size_t i = 0; i < 10 * EventRing::kKept; ++i) {
    ring.add(record(LogEvent::kSessionClosed));
  }
  const auto audit = ring.since(0, only(LogEvent::kAdminCommand));
  CHECK(seqs(audit) == std::vector<std::uint64_t>{1});
  CHECK(audit.missing == 0);
  const auto sessions = ring.since(0, only(LogEvent::kSessionClosed));
  CHECK(sessions.entries.size() == EventRing::kKept);
  CHECK(sessions.missing == 9 * EventRing::kKept);
}

TEST_CASE("Only what was asked for and is gone is missing") {
  EventRing ring;
  for (std::size_t i = 0; i <= EventRing::kKept; ++i) ring.add(record(LogEvent::kSessionClosed));
  CHECK(ring.since(0, kAll).missing == 1);
  CHECK(ring.since(1, kAll).missing == 0);
  CHECK(ring.since(1, kAll).entries.size() == EventRing::kKept);
}

TEST_CASE("Events that never came leave their numbers unused and are missing") {
  EventRing ring;
  ring.add(record(LogEvent::kSessionClosed));
  ring.add_lost(EventClass::kSession, 3);
  CHECK(ring.add(record(LogEvent::kAdminCommand)) == 5);
  CHECK(ring.since(0, only(LogEvent::kSessionClosed)).missing == 3);
  CHECK(ring.since(3, only(LogEvent::kSessionClosed)).missing == 1);
  CHECK(ring.since(4, only(LogEvent::kSessionClosed)).missing == 0);
  CHECK(ring.since(0, only(LogEvent::kAdminCommand)).missing == 0);
  ring.add_lost(EventClass::kSession, 0);
  CHECK(ring.last_seq() == 5);
}

}  // namespace jetstream::daemon
