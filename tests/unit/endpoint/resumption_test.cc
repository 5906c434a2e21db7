// SPDX-License-Identifier: MIT
//
// Clients that come back with a ticket, to servers that still take it and to others.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// A server, a client, and what the client gets by its first session.
struct Return {
  explicit Return(std::optional<ServerConfig> server_config = {}, EndpointConfig config = {},
                  std::optional<Identity> who = {})
      : identity(std::move(who)) {
    if (server_config) server_config->identity = world.server_identity();
    server = &world.add_server(std::move(config), server_config ? &*server_config : nullptr);
    client = &world.add_client();
  }

  ConnectOptions options() {
    return {.remote = server->address, .trust = world.trust(), .identity = identity, .session = {}};
  }
  /// A session, and the tickets that have come in it after a second.
  std::vector<SessionTicket> tickets(std::optional<SessionTicket> with = {}) {
    ConnectOptions wanted = options();
    if (with) wanted.import_session_ticket(*std::move(with));
    session = client->endpoint->connect(world.now(), wanted).value();
    world.run_for(1s);
    std::vector<SessionTicket> all;
    while (auto ticket = client->endpoint->take_ticket(session)) all.push_back(*ticket);
    return all;
  }
  bool resumed() {
    const auto info = client->endpoint->info(session);
    REQUIRE(info);
    REQUIRE(info->state == SessionState::kEstablished);
    bool both = info->resumed;
    server->endpoint->visit_sessions([&](const SessionInfo& its) {
      if (its.id == info->id) both = both && its.resumed;
    });
    return both;
  }

  World world{42};
  std::optional<Identity> identity;
  Node* server = nullptr;
  Node* client = nullptr;
  SessionHandle session;
};

}  // namespace

TEST_CASE("a client comes back with the ticket of its last session [RES-7]") {
  Return again;
  const auto first = again.tickets();
  CHECK_FALSE(again.resumed());
  REQUIRE(first.size() == 2);
  CHECK(first[0].ticket_id != first[1].ticket_id);
  CHECK(first[0].psk != first[1].psk);
  CHECK(again.client->count(EventKind::kTicket) >= 1);
  const auto second = again.tickets(first[0]);
  CHECK(again.resumed());
  REQUIRE(second.size() == 2);
  again.tickets(second[1]);
  CHECK(again.resumed());
  CHECK(again.server->endpoint->stats().handshakes_resumed == 2);
  CHECK(again.server->endpoint->stats().tickets_issued == 6);
}

TEST_CASE("tickets are given on request, four in all, and never without a session [RES-4]") {
  Return again;
  CHECK(again.tickets().size() == 2);
  for (const std::size_t expected : {1u, 1u, 0u}) {
    REQUIRE(again.client->endpoint->generate_session_ticket(again.session));
    again.world.run_for(1s);
    std::size_t came = 0;
    while (again.client->endpoint->take_ticket(again.session)) ++came;
    CHECK(came == expected);
  }
  CHECK_FALSE(again.client->endpoint->take_ticket({}));
  CHECK_FALSE(again.client->endpoint->generate_session_ticket({}));
}

TEST_CASE("a server gives a ticket when its application says so") {
  Return again;
  again.tickets();
  const auto theirs = again.server->endpoint->find(again.client->address);
  REQUIRE(theirs);
  REQUIRE(again.server->endpoint->generate_session_ticket(*theirs));
  again.world.run_for(1s);
  CHECK(again.client->endpoint->take_ticket(again.session));
}

TEST_CASE("lost tickets are replaced by others") {
  Return again;
  again.session = again.client->endpoint->connect(again.world.now(), again.options()).value();
  REQUIRE(again.world.run_until([&] { return again.server->saw(EventKind::kAccepted); }));
  again.world.network.link.loss = 1;
  again.world.run_for(100ms);
  CHECK(again.server->endpoint->stats().tickets_issued >= 2);
  again.world.network.link.loss = 0;
  again.world.run_for(5s);
  CHECK(again.client->endpoint->take_ticket(again.session));
  CHECK(again.client->endpoint->take_ticket(again.session));
}

TEST_CASE("a ticket that the server can't read makes a full handshake [RES-6]") {
  Return again;
  const auto tickets = again.tickets();
  SECTION("changed") {
    SessionTicket changed = tickets.at(0);
    changed.encrypted_state[50] ^= 1;
    again.tickets(changed);
  }
  SECTION("without its key") {
    SessionTicket wrong = tickets.at(0);
    wrong.psk[0] ^= 1;
    again.tickets(wrong);
  }
  SECTION("too short to be one") {
    SessionTicket tiny = tickets.at(0);
    tiny.encrypted_state.resize(1);
    again.tickets(tiny);
  }
  SECTION("of the largest size") {
    SessionTicket large = tickets.at(0);
    large.encrypted_state.resize(512);
    again.tickets(large);
  }
  SECTION("after a restart") {
    Node& restarted = again.world.add_server();
    again.server = &restarted;
    again.tickets(tickets.at(0));
  }
  SECTION("after the keys have changed twice") {
    again.world.run_for(12h);
    again.tickets();
    again.world.run_for(11h + 59min);
    again.tickets();  // the key after the ticket's is replaced now
    again.world.run_for(2min);
    SessionTicket old = tickets.at(0);
    old.lifetime = 48h;  // the client does not know
    again.tickets(old);
  }
  CHECK_FALSE(again.resumed());
  CHECK(again.server->endpoint->stats().handshakes_resumed == 0);
}

TEST_CASE("a client does not offer what can't be good [RES-2]") {
  Return again;
  const auto tickets = again.tickets();
  SessionTicket ticket = tickets.at(0);
  SECTION("an expired ticket") { ticket.lifetime = 500ms; }
  SECTION("a ticket from the future") { ticket.created_at += 2s; }
  SECTION("another server's ticket") { ticket.server[0] ^= 1; }
  SECTION("one too long for a hello") { ticket.encrypted_state.resize(513); }
  bool offered = false;
  again.world.network.observer = [&](const PeerAddress&, const PeerAddress&, Bytes bytes) {
    offered = offered || as_text(bytes).find("ticket_age") != std::string_view::npos;
  };
  again.tickets(ticket);
  CHECK_FALSE(offered);
  CHECK_FALSE(again.resumed());
}

TEST_CASE("a client that must say who it is says so again when it comes back") {
  ServerConfig config = server_config();
  config.client_auth = ClientAuth::kRequired;
  const Identity friendly = identity_of_seed(3);
  config.authorized_clients = {friendly.public_key()};
  Return again(config, {}, friendly);
  const auto tickets = again.tickets();
  REQUIRE(tickets.size() == 2);
  again.tickets(tickets[0]);
  CHECK(again.resumed());
  again.server->endpoint->visit_sessions(
      [&](const SessionInfo& info) { CHECK(info.peer_identity == friendly.public_key()); });
  again.identity.reset();  // somebody who only has the ticket
  ConnectOptions stolen = again.options();
  stolen.import_session_ticket(tickets[1]);
  const auto session = again.client->endpoint->connect(again.world.now(), stolen).value();
  again.world.run_for(1s);
  CHECK(again.client->endpoint->info(session)->state != SessionState::kEstablished);
}

TEST_CASE("the suite of the ticket wins [RES-8]") {
  EndpointConfig slow;
  slow.prefer_aes = false;
  Return again({}, slow);
  const auto tickets = again.tickets();
  REQUIRE(tickets.at(0).suite == CipherSuite::kChaCha20Poly1305);
  Return other;
  const auto its = other.tickets();
  REQUIRE(its.at(0).suite == CipherSuite::kAes256Gcm);
  other.client = &other.world.add_client(slow);  // which now wants the other one
  other.tickets(its.at(0));
  CHECK(other.resumed());
  CHECK(other.client->endpoint->info(other.session)->suite == CipherSuite::kAes256Gcm);
}

TEST_CASE("frames about tickets in the wrong direction close [RES-10]") {
  LoneEndpoint server(server_config());
  RawClient client(kStart, server_trust(), {});
  REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
  const Buffer ticket = {1};
  const Buffer wrong = frames(wire::NewTicketFrame{.lifetime_s = 1, .ticket = ticket});
  server.exchange(kClientAddress, joined(client.finished(), client.packets().seal(wrong)));
  CHECK(server->stats().sessions_closed[static_cast<std::size_t>(CloseReason::kProtocolError)] ==
        1);

  LoneEndpoint own;
  RawServer raw;
  const ConnectOptions options{
      .remote = kServerAddress, .trust = raw.trust(), .identity = {}, .session = {}};
  const auto session = own->connect(kStart, options).value();
  own.now = kStart;
  const SentList hello = own.turn();
  const SentList finished = own.exchange(kServerAddress, raw.flight(kStart, hello.at(0).bytes));
  REQUIRE(raw.take_finished(finished.at(0).bytes));
  own.exchange(kServerAddress, raw.packets().seal(frames(wire::TicketRequestFrame{1})));
  CHECK(own->close_info(session) != nullptr);
}

TEST_CASE("a request for very many tickets gives four [RES-4]") {
  LoneEndpoint server(server_config());
  RawClient client(kStart, server_trust(), {});
  REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
  const Buffer greedy = client.packets().seal(frames(wire::TicketRequestFrame{wire::kVarintMax}));
  server.exchange(kClientAddress, joined(client.finished(), greedy));
  const Buffer more = client.packets().seal(frames(wire::TicketRequestFrame{wire::kVarintMax}));
  server.exchange(kClientAddress, more);
  CHECK(server->stats().tickets_issued == 4);
}
