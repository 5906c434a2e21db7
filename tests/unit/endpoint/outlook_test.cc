// SPDX-License-Identifier: MIT
//
// What an operator is told of an address is what happens when a client comes from there.
#include "session/blocked_ports.h"
#include "unit/endpoint/retry_helpers.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

ServerConfig limited(RetryMode retry = RetryMode::kAuto) {
  ServerConfig config = server_config();
  config.retry = retry;
  config.handshake_rate_per_source = 1;
  config.handshake_burst_per_source = 3;
  return config;
}

std::shared_ptr<const AddressFilter> ban(const PeerAddress& address, Instant until = kNever) {
  return std::make_shared<AddressFilter>(
      AddressLists{.allow = {}, .deny = {}, .bans = {{{.ip = address.ip}, until}}});
}

Outlook outlook(LoneEndpoint& server, const PeerAddress& address = kClientAddress) {
  return server->outlook(server.now, address);
}

std::vector<SourceInfo> sources(LoneEndpoint& server) {
  std::vector<SourceInfo> all;
  server->visit_sources(server.now, [&](const SourceInfo& one) { all.push_back(one); });
  return all;
}

}  // namespace

TEST_CASE("a new client of an idle server is accepted, and asking changes nothing") {
  LoneEndpoint server(limited());
  for (int i = 0; i < 10; ++i) {
    CHECK(outlook(server).unproven == HelloFate::kAccepted);
    CHECK(outlook(server).proven == HelloFate::kAccepted);
  }
  CHECK(outlook(server).source.handshake_tokens == 3);
  CHECK_FALSE(outlook(server).source.since);
  CHECK(sources(server).empty());
  CHECK(connects(server, 1, kClientAddress));
}

TEST_CASE("a banned address is told with its ban") {
  LoneEndpoint server(limited());
  server->set_address_filter(server.now, ban(kClientAddress, kStart + 1min));
  const Outlook told = outlook(server);
  CHECK(told.unproven == HelloFate::kBanned);
  CHECK(told.proven == HelloFate::kBanned);
  CHECK(told.finding.block == AddressBlock{.ip = kClientAddress.ip});
  CHECK(told.finding.until == kStart + 1min);
  server.now = kStart + 1min;
  CHECK(outlook(server).unproven == HelloFate::kAccepted);
}

TEST_CASE("a denied address, and a port that no client has") {
  LoneEndpoint server(limited());
  PeerAddress reflected = kClientAddress;
  reflected.port = session::kBlockedPorts.back();
  CHECK(outlook(server, reflected).unproven == HelloFate::kBlockedPort);
  reflected.port = 0;
  CHECK(outlook(server, reflected).unproven == HelloFate::kAccepted);
  server->set_address_filter(
      server.now, std::make_shared<AddressFilter>(
                      AddressLists{.allow = {{.ip = kServerAddress.ip}}, .deny = {}, .bans = {}}));
  CHECK(outlook(server).unproven == HelloFate::kDenied);
  CHECK_FALSE(outlook(server).finding.block);
  CHECK(outlook(server, kServerAddress).unproven == HelloFate::kAccepted);
}

TEST_CASE("a source that has used up its handshakes is asked for proof, and then not answered") {
  LoneEndpoint server(limited());
  for (std::uint64_t i = 1; i <= 3; ++i) {
    CHECK(outlook(server).source.handshake_tokens == 4 - i);
    CHECK(connects(server, i, kClientAddress));
  }
  CHECK(outlook(server).unproven == HelloFate::kRetry);
  CHECK(outlook(server).proven == HelloFate::kSourceRate);
  const CraftedHello proven = cookied(server);
  CHECK(server.exchange(kClientAddress, proven.datagram()).empty());
  const SourceInfo source = outlook(server).source;
  CHECK(source.handshakes_limited == 1);
  CHECK(source.handshake_tokens == 0);
  CHECK(source.handshakes_per_second == 1);
  CHECK(source.handshake_burst == 3);
  CHECK(source.since == kStart);
  CHECK(source.sessions == 3);
  CHECK(source.block == AddressBlock{.ip = kClientAddress.ip});
  REQUIRE(sources(server).size() == 1);
  CHECK(sources(server)[0].handshakes_limited == 1);
  // Others are not concerned.
  CHECK(outlook(server, kServerAddress).unproven == HelloFate::kAccepted);

  CHECK(server->forget_source(kClientAddress));
  CHECK(sources(server).empty());
  CHECK(outlook(server).proven == HelloFate::kAccepted);
  CHECK(outlook(server).source.sessions == 3);
  CHECK(connects(server, 9, kClientAddress));
  CHECK_FALSE(server->forget_source(kServerAddress));
}

TEST_CASE("an exempt source has no bucket") {
  ServerConfig config = limited();
  config.exempt = {{.ip = kClientAddress.ip}};
  LoneEndpoint server(std::move(config));
  for (std::uint64_t i = 1; i <= 9; ++i) CHECK(connects(server, i, kClientAddress));
  CHECK(outlook(server).source.exempt);
  CHECK(outlook(server).unproven == HelloFate::kAccepted);
  CHECK(sources(server).empty());
}

TEST_CASE("a source full of sessions, a full server, and one that takes none") {
  ServerConfig config = server_config();
  config.sessions_max = 2;
  config.sessions_max_per_source = 1;
  LoneEndpoint server(std::move(config));
  CHECK(connects(server, 1, kClientAddress));
  CHECK(outlook(server).proven == HelloFate::kSourceFull);
  CHECK(outlook(server, kServerAddress).proven == HelloFate::kAccepted);
  CHECK(connects(server, 2, kServerAddress));
  CHECK(outlook(server, kServerAddress).unproven == HelloFate::kServerFull);
  server->refuse_sessions(CloseInfo{});
  CHECK(outlook(server).unproven == HelloFate::kNoNewSessions);
}

TEST_CASE("where everybody has to prove the address, a retry is foretold") {
  LoneEndpoint server(always());
  CHECK(outlook(server).unproven == HelloFate::kRetry);
  CHECK(outlook(server).proven == HelloFate::kAccepted);
}

TEST_CASE("a table full of handshakes is foretold, and asking does not press for proof") {
  ServerConfig config = server_config();
  config.half_open_max = 4;
  config.retry = RetryMode::kOff;
  LoneEndpoint server(std::move(config));
  for (std::uint64_t i = 1; i <= 2; ++i) {
    CHECK(outlook(server).unproven == HelloFate::kAccepted);
    CHECK(is_flight(server.exchange(kClientAddress, CraftedHello(i).datagram())));
  }
  CHECK(outlook(server).unproven == HelloFate::kHalfOpenFull);
  CHECK(outlook(server).proven == HelloFate::kAccepted);
  CHECK(server.exchange(kClientAddress, CraftedHello(3).datagram()).empty());
}

TEST_CASE("the source of an IPv6 client is its /64") {
  LoneEndpoint server(limited());
  PeerAddress client;
  client.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9};
  client.port = 4000;
  CHECK(connects(server, 1, client));
  REQUIRE(sources(server).size() == 1);
  CHECK(sources(server)[0].block.to_string() == "2001:db8:1:2::/64");
  client.ip[15] = 10;
  CHECK(outlook(server, client).source.block.to_string() == "2001:db8:1:2::/64");
  CHECK(outlook(server, client).source.handshake_tokens == 2);
  CHECK(server->forget_source(client));
}

TEST_CASE("a client has no outlook") {
  LoneEndpoint client;
  CHECK(outlook(client).unproven == HelloFate::kAccepted);
  CHECK(sources(client).empty());
  CHECK_FALSE(client->forget_source(kClientAddress));
}
