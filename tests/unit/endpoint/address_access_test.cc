// SPDX-License-Identifier: MIT
//
// Whom a server keeps out by address: strangers, sessions there are, and sessions that move.
#include "unit/endpoint/retry_helpers.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

const PeerAddress kElsewhere = PeerAddress::v4({203, 0, 113, 9}, 5555);
const Buffer kPing = frames(wire::PingFrame{});

AddressBlock block(std::string_view text) { return parse_address_block(text).value(); }

std::shared_ptr<const AddressFilter> ban(std::string_view text, Instant until = kNever) {
  return std::make_shared<AddressFilter>(
      AddressLists{.allow = {}, .deny = {}, .bans = {{block(text), until}}});
}
std::shared_ptr<const AddressFilter> deny(std::string_view text) {
  return std::make_shared<AddressFilter>(
      AddressLists{.allow = {}, .deny = {block(text)}, .bans = {}});
}
constexpr std::string_view kClientBlock = "198.51.100.0/24";

bool went_to(const SentList& sent, const PeerAddress& to) {
  return std::any_of(sent.begin(), sent.end(), [&](const Sent& one) { return one.to == to; });
}

/// The CLOSE that the client of a session is told.
std::optional<wire::CloseFrame> close_of(const std::vector<Buffer>& payloads) {
  for (const Buffer& payload : payloads) {
    if (const auto close = find_frame<wire::CloseFrame>(payload)) return close;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a hello from where nobody is welcome is dropped before it is read [ACCESS-1]") {
  LoneEndpoint server(server_config());
  server->set_address_filter(server.now, ban(kClientBlock));
  CHECK_FALSE(connects(server, 1, kClientAddress));
  CHECK(server.drops(DropReason::kBanned) == 1);
  CHECK(server->stats().handshakes_started == 0);
  server->set_address_filter(server.now, deny(kClientBlock));
  CHECK_FALSE(connects(server, 2, kClientAddress));
  CHECK(server.drops(DropReason::kDenied) == 1);
  CHECK(connects(server, 3, kElsewhere));
  server->set_address_filter(server.now, nullptr);
  CHECK(connects(server, 4, kClientAddress));
  CHECK(server.drops(DropReason::kBanned) == 1);
  CHECK(server.drops(DropReason::kDenied) == 1);
}

TEST_CASE("the filter of the configuration counts from the first datagram on [ACCESS-1]") {
  ServerConfig config = server_config();
  config.address_filter = std::make_shared<AddressFilter>(
      AddressLists{.allow = {block("203.0.113.0/24")}, .deny = {}, .bans = {}});
  LoneEndpoint server(std::move(config));
  CHECK_FALSE(connects(server, 1, kClientAddress));
  CHECK(server.drops(DropReason::kDenied) == 1);
  CHECK(connects(server, 2, kElsewhere));
}

TEST_CASE("a ban that is over lets in without anybody's doing") {
  LoneEndpoint server(server_config());
  server->set_address_filter(server.now, ban(kClientBlock, kStart + 10s));
  server.now = kStart + 10s - Duration(1);
  CHECK_FALSE(connects(server, 1, kClientAddress));
  server.now = kStart + 10s;
  CHECK(connects(server, 2, kClientAddress));
}

TEST_CASE("banned strangers get no answer of any kind [ACCESS-1]") {
  LoneEndpoint server(server_config());
  CraftedHello hello(5);
  Buffer other_version = hello.datagram();
  other_version[1] ^= 0x55;
  Buffer nobodys(60, 0x41);
  CHECK_FALSE(server.exchange(kClientAddress, other_version).empty());
  CHECK_FALSE(server.exchange(kClientAddress, nobodys).empty());
  server->set_address_filter(server.now, ban(kClientBlock));
  CHECK(server.exchange(kClientAddress, other_version).empty());
  CHECK(server.exchange(kClientAddress, nobodys).empty());
  CHECK(server.exchange(kClientAddress, hello.datagram()).empty());
  CHECK(server.drops(DropReason::kBanned) == 3);
}

TEST_CASE("a handshake under way ends with the ban [ACCESS-1]") {
  LoneEndpoint server(server_config());
  RawClient client(server.now, server_trust(), {});
  const SentList answer = server.exchange(kClientAddress, client.hello());
  REQUIRE(client.take_flight(answer.at(0).bytes));
  server->set_address_filter(server.now, ban(kClientBlock));
  CHECK(server.exchange(kClientAddress, client.finished()).empty());
  CHECK(server->session_count() == 0);
  CHECK(server.drops(DropReason::kBanned) == 1);
}

TEST_CASE("sessions whose address comes to be banned are closed and told for how long [ACCESS-2]") {
  ServedClient served;
  served.server->set_address_filter(served.server.now, ban(kClientBlock, kStart + 90s));
  const auto close = close_of(opened(served.client.packets(), served.server.turn()));
  REQUIRE(close);
  CHECK(close->error_code == static_cast<std::uint64_t>(TransportCode::kAdminClose));
  CHECK(close->reason == CloseReason::kGoingAway);
  CHECK(close->retry_after_ms == 90'000);
  CHECK(served.server.count(EventKind::kClosed) == 1);
  CHECK(served.server->stats().sessions_banned == 1);
  CHECK(served.server->stats().sessions_denied == 0);
  // Nor does it come back.
  CHECK_FALSE(connects(served.server, 9, kClientAddress));
}

TEST_CASE("sessions whose address comes to be denied are closed, and others are not [ACCESS-2]") {
  ServedClient served;
  served.server->set_address_filter(served.server.now, deny("203.0.113.0/24"));
  served.server.turn();
  CHECK(served.state() == SessionState::kEstablished);
  served.server->set_address_filter(served.server.now, deny(kClientBlock));
  const auto close = close_of(opened(served.client.packets(), served.server.turn()));
  REQUIRE(close);
  CHECK(close->retry_after_ms == 0);
  CHECK(served.server->stats().sessions_denied == 1);
}

TEST_CASE("a session does not follow its client to a banned address [ACCESS-3]") {
  ServedClient served;
  served.say(kPing);
  served.server->set_address_filter(served.server.now, ban("203.0.113.0/24"));
  const SentList sent = served.server.exchange(kElsewhere, served.client.packets().seal(kPing));
  CHECK(sent.empty());
  CHECK(served.server.drops(DropReason::kBanned) == 1);
  CHECK(served.server->info(served.session)->path.remote == kClientAddress);
  CHECK(served.state() == SessionState::kEstablished);
  served.say(kPing);
  CHECK(served.server.drops(DropReason::kBanned) == 1);
}

TEST_CASE("a copy from an address that is banned meanwhile does not end the session [ACCESS-3]") {
  ServedClient served;
  served.say(kPing);
  // Somebody on the path sends the client's packet on from elsewhere; nothing is proven there.
  const SentList moved = served.server.exchange(kElsewhere, served.client.packets().seal(kPing));
  REQUIRE(went_to(moved, kElsewhere));
  served.server->set_address_filter(served.server.now, ban("203.0.113.0/24"));
  served.server.turn();
  CHECK(served.state() == SessionState::kEstablished);
  CHECK(served.server->stats().sessions_banned == 0);
  // What comes from there is not read, so the client is soon looked for where it was.
  served.server.exchange(kElsewhere, served.client.packets().seal(kPing));
  CHECK(served.server.drops(DropReason::kBanned) == 1);
  served.server.run_for(5s);
  CHECK(served.state() == SessionState::kEstablished);
  CHECK(served.server->info(served.session)->path.remote == kClientAddress);
}

TEST_CASE("a session answers for the address that was proven, not for one that it claims") {
  ServedClient served;
  served.say(kPing);
  CHECK(served.server->info(served.session)->proven == kClientAddress);
  served.server.exchange(kElsewhere, served.client.packets().seal(kPing));
  REQUIRE(served.server->info(served.session)->path.remote == kElsewhere);
  CHECK(served.server->info(served.session)->proven == kClientAddress);
}

TEST_CASE("a ban of the proven address ends a session that is moving away [ACCESS-2]") {
  ServedClient served;
  served.say(kPing);
  REQUIRE(
      went_to(served.server.exchange(kElsewhere, served.client.packets().seal(kPing)), kElsewhere));
  served.server->set_address_filter(served.server.now, ban(kClientBlock));
  served.server.turn();
  CHECK(served.state() == SessionState::kClosing);
}

TEST_CASE("many sessions are held against a new filter in pieces") {
  World world(4);
  ServerConfig config{.identity = world.server_identity(), .handshake_rate_per_source = 0};
  Node& server = world.add_server({}, &config);
  Node& client = world.add_client();
  constexpr std::size_t kSessions = 1500;
  for (std::size_t i = 1; i <= kSessions; ++i) {
    world.connect(client, server);
    if (i % 20 == 0) world.run_for(100ms);
  }
  REQUIRE(world.run_until([&] { return server.endpoint->session_count() == kSessions; }));
  world.run_for(1s);
  server.endpoint->set_address_filter(
      world.now(), std::make_shared<AddressFilter>(AddressLists{
                       .allow = {}, .deny = {}, .bans = {{{.ip = client.address.ip}, kNever}}}));
  server.endpoint->handle_timeout(world.now());
  const std::uint64_t first = server.endpoint->stats().sessions_banned;
  CHECK(first > 0);
  CHECK(first < kSessions);
  CHECK(world.run_until([&] { return server.endpoint->session_count() == 0; }));
  CHECK(server.endpoint->stats().sessions_banned == kSessions);
}
