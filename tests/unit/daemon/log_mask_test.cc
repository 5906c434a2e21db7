// SPDX-License-Identifier: MIT
#include "daemon/log/log_mask.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "daemon/log/log_feed.h"

using namespace jetstream::daemon;

namespace {

std::string prefix_of(std::string_view text) { return mask_address(text, PeerAddresses::kPrefix); }

}  // namespace

TEST_CASE("of an address its network stays, or nothing, or all") {
  CHECK(prefix_of("192.0.2.77:40000") == "192.0.2.0/24");
  CHECK(prefix_of("[2001:db8:1:2:3:4:5:6]:1") == "2001:db8:1::/48");
  CHECK(prefix_of("[fe80::1:2:3:4%eth0]:9") == "fe80::/48");
  CHECK(prefix_of("[::1]:65535") == "::/48");
  CHECK(mask_address("192.0.2.77:40000", PeerAddresses::kFull) == "192.0.2.77:40000");
  CHECK(mask_address("192.0.2.77:40000", PeerAddresses::kNone).empty());
}

TEST_CASE("a block is made wider, never narrower") {
  CHECK(prefix_of("192.0.2.77") == "192.0.2.0/24");
  CHECK(prefix_of("192.0.2.64/26") == "192.0.2.0/24");
  CHECK(prefix_of("192.0.2.0/24") == "192.0.2.0/24");
  CHECK(prefix_of("192.0.0.0/16") == "192.0.0.0/16");
  CHECK(prefix_of("2001:db8:1:2::/64") == "2001:db8:1::/48");
  CHECK(prefix_of("2001:db8::/32") == "2001:db8::/32");
  CHECK(mask_address("192.0.0.0/16", PeerAddresses::kNone).empty());
}

TEST_CASE("what is no address is not shown") {
  CHECK(prefix_of("nonsense 192.0.2.77").empty());
  CHECK(prefix_of("").empty());
  CHECK(prefix_of("[").empty());
  CHECK(prefix_of("[]").empty());
  CHECK(prefix_of(":").empty());
}

TEST_CASE("only addresses are masked, and all of them are") {
  const std::string_view secret = "203.0.113.77:4711";
  for (const LogEventSpec& spec : log_event_table()) {
    for (const FieldSpec& field : spec.fields) {
      INFO(spec.name << " " << field.name);
      // What strangers' addresses could stand in; audit records are of the admin socket.
      const bool address = field.name == "peer" || field.name == "block";
      CHECK((field.kind == FieldKind::kAddress) == address);
      const std::vector<LogField> fields = {{field.name, secret}};
      const MaskedFields masked(spec, fields, PeerAddresses::kPrefix);
      CHECK(std::get<std::string_view>(masked.fields()[0].value) ==
            (address ? "203.0.113.0/24" : secret));
    }
  }
}

TEST_CASE("the log and those who follow it see the same, from one moment to the next") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<std::string> fed;
  {
    const Log log({.format = LogFormat::kText,
                   .peer_addresses = PeerAddresses::kPrefix,
                   .descriptor = ends[1]});
    LogInterest interest;
    interest.events.set();
    set_log_interest(interest);
    const auto tell = [&] {
      log_event(LogEvent::kHandshakeCompleted, {{"peer", "192.0.2.7:1"}, {"session_id", 7U}});
      const auto record = log_feed()->pop();
      REQUIRE(record);
      fed.push_back(std::get<std::string>(record->find("peer")->value));
    };
    tell();
    set_log_addresses(PeerAddresses::kNone);
    tell();
    set_log_addresses(PeerAddresses::kFull);
    tell();
  }
  ::close(ends[1]);
  std::string text(4096, '\0');
  text.resize(static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
  ::close(ends[0]);
  CHECK(fed == std::vector<std::string>{"192.0.2.0/24", "", "192.0.2.7:1"});
  CHECK(text.find("handshake completed peer=192.0.2.0/24 session_id=7\n") != std::string::npos);
  CHECK(text.find("handshake completed session_id=7\n") != std::string::npos);
  CHECK(text.find("handshake completed peer=192.0.2.7:1 session_id=7\n") != std::string::npos);
}
