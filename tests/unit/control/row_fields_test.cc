// SPDX-License-Identifier: MIT
#include "control/row_fields.h"

#include <catch2/catch.hpp>

#include "control/strict_json.h"
#include "jetstream/control.h"

using namespace jetstream;
using namespace jetstream::control;

namespace {

SessionRow a_row() {
  SessionRow row;
  row.id = SessionId(17);
  row.peer = "192.0.2.7:443";
  row.state = "established";
  row.suite = "aes-256-gcm";
  row.created_at = UnixTime(1'800'000'000'000);
  row.age_ms = 3'600'000;
  row.idle_ms = 90'000;
  row.streams_open = 2;
  row.rx_bytes = 64 * 1024;
  row.tx_bytes = 5;
  row.cwnd_bytes = 14720;
  row.worker = 1;
  return row;
}

bool match(std::string_view text, const SessionRow& row = a_row()) {
  const auto filter = Filter::parse(text, filter_fields<SessionRow>());
  if (!filter) FAIL(text << ": " << filter.error().message);
  return filter->matches(RowSubject(row));
}

std::int64_t key(std::string_view order, const SessionRow& row) {
  return RowOrder::parse(order, filter_fields<SessionRow>()).value().key(RowSubject(row));
}

FilterFault order_fault(std::string_view order) {
  const auto parsed = RowOrder::parse(order, filter_fields<SessionRow>());
  REQUIRE_FALSE(parsed);
  return parsed.error();
}

}  // namespace

TEST_CASE("every field of a row's JSON may be asked about, by the same name") {
  const Json row = parse_strict(write_report(a_row()), 6).value();
  REQUIRE(row.size() == filter_fields<SessionRow>().size());
  for (const FilterField& field : filter_fields<SessionRow>()) {
    INFO(field.name);
    CHECK(row.contains(std::string(field.name)));
  }
  CHECK(field_names<SessionRow>().size() == row.size());
  // Lists are fields, but none to ask about.
  CHECK(field_names<SessionDetail>().back() == "streams");
  CHECK(filter_fields<SessionDetail>().back().name == "times_limited");
}

TEST_CASE("fields of rows have the type and the unit that their names say") {
  CHECK(match("id = 17 and streams_open = 2 and worker = 1"));
  CHECK(match("peer = 192.0.2.7:443 and peer in 192.0.2.0/24"));
  CHECK(match("state = established and suite ~ aes*"));
  CHECK(match("age_ms = 1h and idle_ms = 90s"));
  CHECK(match("age >= 1h and idle < 91s"));
  CHECK(match("rx_bytes = 64KiB and tx_bytes < 6B"));
  CHECK(match("created_at = 2027-01-15T08:00:00Z"));
  CHECK(match("created_at > 2027-01-15T07:59:59.999Z"));
  CHECK_FALSE(match("created_at > 2027-01-15T08:00:00.000Z"));
  CHECK_FALSE(match("rtt_us < 1h or rtt >= 0s"));  // not measured yet
  CHECK_FALSE(match("peer_identity ~ *"));
  SessionRow row = a_row();
  row.rtt_us = 1500;
  row.peer_identity = "SHA256:abc";
  CHECK(match("rtt > 1499us and rtt_us < 2ms and peer_identity ~ SHA256:a*", row));
}

TEST_CASE("fields that are enumerators know their words") {
  const auto fault = []<class R>(const R&, std::string_view text) {
    const auto filter = Filter::parse(text, filter_fields<R>());
    REQUIRE_FALSE(filter);
    return filter.error();
  };
  CHECK(fault(SessionRow(), "state = establishd").hint == "did you mean \"established\"?");
  CHECK(fault(SessionRow(), "state != foo").hint ==
        "one of handshaking, established, closing, draining");
  CHECK(fault(SessionRow(), "suite = aes").hint == "one of aes-256-gcm, chacha20-poly1305");
  CHECK(fault(ClosedRow(), "reason = timeou").hint == "did you mean \"timeout\"?");
  CHECK(fault(ClosedRow(), "code = idle_timout").hint == "did you mean \"idle_timeout\"?");
  CHECK(fault(ClosedRow(), "by = me").hint == "one of local, peer");
  const auto& closed = filter_fields<ClosedRow>();
  CHECK(Filter::parse("reason in (normal, internal_error, unknown)", closed));
  CHECK(Filter::parse("code in (no_error, admin_close, unknown) and by = peer", closed));
  CHECK(Filter::parse("cause = admin:1000 and message = foo", closed));
  CHECK(match("suite = aes-256-gcm and state in (handshaking, established, closing, draining)"));
}

TEST_CASE("the headings of tables lead to fields to filter and to order by") {
  const auto hint = [](std::string_view text) {
    return Filter::parse(text, filter_fields<SessionRow>()).error().hint.value();
  };
  CHECK(hint("STREAMS = 1") == "did you mean \"streams_open\"?");
  CHECK(hint("TX > 1KiB") == "did you mean \"tx_bytes\"?");
  CHECK(hint("lost > 1") == "did you mean \"packets_lost\"?");
  CHECK(hint("identity = x") == "did you mean \"peer_identity\"?");
  CHECK(hint("agee > 1m") == "did you mean \"age\"?");
  CHECK(hint("nonsense = 1").find("age_ms or age, idle_ms or idle") != std::string::npos);
  CHECK(order_fault("-RX").hint == "did you mean \"rx_bytes\"?");
  CHECK(order_fault("lost").hint == "did you mean \"packets_lost\"?");
}

TEST_CASE("peers with a scope are met by their address") {
  SessionRow row = a_row();
  row.peer = "[fe80::1%2]:8080";
  CHECK(match("peer in fe80::/10 and peer = [fe80::1]:8080", row));
  row.peer = "nonsense";
  CHECK_FALSE(match("peer in ::/0", row));
}

TEST_CASE("numbers that no filter can reach count as the largest") {
  SessionRow row = a_row();
  row.rx_bytes = row.age_ms = UINT64_MAX;
  CHECK(match("rx_bytes > 1000GiB and age > 1000d", row));
}

TEST_CASE("wrong times and misspelt fields are told") {
  const auto fault = [](std::string_view text) {
    return Filter::parse(text, filter_fields<SessionRow>()).error();
  };
  CHECK(fault("created_at > yesterday").message == "\"yesterday\" is no time");
  CHECK(fault("created_at > 2027-01-15").hint == "write it in UTC, as 2026-11-22T06:00:00Z");
  CHECK(fault("created_at ~ x").offset == 11);
  CHECK(fault("idlle > 5m").hint == "did you mean \"idle\"?");
  CHECK(fault("rx_byte > 5B").hint == "did you mean \"rx_bytes\"?");
}

TEST_CASE("rows are ordered by numbers, durations, sizes and times, either way") {
  SessionRow more = a_row();
  ++more.rx_bytes;
  ++more.idle_ms;
  ++more.streams_open;
  more.created_at = UnixTime(more.created_at.value() + 1);
  for (const std::string name : {"rx_bytes", "idle_ms", "idle", "streams_open", "created_at"}) {
    INFO(name);
    CHECK(key(name, a_row()) < key(name, more));
    CHECK(key("-" + name, a_row()) > key("-" + name, more));
  }
  // Without a value: at the end, either way.
  more.rtt_us = UINT64_MAX;
  CHECK(key("rtt", a_row()) > key("rtt", more));
  CHECK(key("-rtt", a_row()) > key("-rtt", more));

  CHECK(order_fault("rx_byte").hint == "did you mean \"rx_bytes\"?");
  CHECK(order_fault("-rx_byte").offset == 1);
  CHECK(order_fault("peer").message == "there is no order by \"peer\"");
  CHECK(order_fault("state").hint->starts_with("there is one by id, created_at, age_ms or age, "));
  CHECK(order_fault("").offset == 0);
  CHECK(order_fault("--rx_bytes").offset == 1);
}
