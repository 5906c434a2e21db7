// SPDX-License-Identifier: MIT
//
// Early data from end to end: taken, refused, lost, and recorded by somebody.
#include "endpoint/strike_register.h"
#include "endpoint/ticket_keys.h"
#include "unit/endpoint/early_scene.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

TEST_CASE("early data is answered in the first round trip [RES-12, RES-13, RES-19]") {
  EarlyScene scene;
  const Instant begin = scene.world.now();
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const StreamId stream = scene.say(session, "hello");
  CHECK(scene.world.run_until([&] { return scene.answer(stream) == "hello"; }, 1s));
  CHECK(scene.answered_at - begin < 25ms);  // 10 ms each way
  CHECK(scene.was_early);
  scene.world.run_for(1s);
  CHECK(scene.heard["echo"] == "hello");
  CHECK(scene.stats().early_accepted == 1);
  const auto info = scene.client->endpoint->info(session);
  CHECK(info->early_accepted);
  CHECK(info->resumed);
  CHECK(scene.rejected.empty());
  CHECK(scene.server->count(EventKind::kAccepted) == 1);
  CHECK(scene.server->events.front().kind == EventKind::kAccepted);
  // An ordinary session from here on, tickets included.
  const auto later = scene.client->endpoint->open_stream(session, {.service = "echo"});
  REQUIRE(later);
  REQUIRE(scene.client->endpoint->send(session, *later, as_bytes("more")));
  scene.world.run_for(1s);
  CHECK(scene.answer(*later) == "more");
  CHECK(scene.client->endpoint->take_ticket(session));
}

TEST_CASE("only streams that are marked safe go early, and only with a ticket that allows it") {
  EarlyScene scene;
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const auto careful = scene.client->endpoint->open_stream(session, {.service = "echo"});
  REQUIRE_FALSE(careful);
  CHECK(careful.error().code == LocalCode::kNotConnected);
  const SessionHandle without = scene.connect();
  CHECK_FALSE(scene.client->endpoint->open_stream(without, {.service = "echo", .early = true}));
  SessionTicket none = scene.tickets[1];
  none.early_data_max = 0;
  const SessionHandle plain = scene.connect(none);
  CHECK_FALSE(scene.client->endpoint->open_stream(plain, {.service = "echo", .early = true}));
}

TEST_CASE("early data has room for eight streams, and the ninth waits [RES-17]") {
  EarlyScene scene;
  const SessionHandle session = scene.connect(scene.tickets[0]);
  for (int i = 0; i < 8; ++i) scene.say(session, "y");
  const auto ninth =
      scene.client->endpoint->open_stream(session, {.service = "echo", .early = true});
  REQUIRE_FALSE(ninth);
  CHECK(ninth.error().code == LocalCode::kStreamLimit);
  scene.world.run_for(1s);
  CHECK(scene.client->saw(EventKind::kStreamsAvailable));
  CHECK(scene.heard["echo"] == "yyyyyyyy");
}

TEST_CASE("what is too much for early data follows when the session stands [RES-17, RES-20]") {
  EarlyScene scene;
  const std::string much(100'000, 'm');
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const StreamId stream = scene.say(session, much);
  scene.world.run_for(5s);
  CHECK(scene.heard["echo"] == much);
  CHECK(scene.answer(stream) == much);
  CHECK(scene.stats().early_accepted == 1);
}

TEST_CASE("services that do not take early data hear of it when the client has finished") {
  EarlyScene scene;
  std::vector<bool> early;
  scene.server->on_event = [&](const Event& event) {
    if (event.kind != EventKind::kStreamOpened) return;
    early.push_back(scene.server->endpoint->stream_info(event.session, event.stream)->early);
  };
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, "wait", "sink");
  scene.world.run_for(15ms);  // the hello is there, Finished is not
  CHECK(scene.stats().early_accepted == 1);
  CHECK(scene.server->events.empty());
  scene.world.run_for(1s);
  CHECK(early == std::vector<bool>{false});
  CHECK(scene.server->count(EventKind::kAccepted) == 1);
  CHECK(scene.server->count(EventKind::kReadable) == 1);
}

TEST_CASE("refused early data is told and forgotten [RES-15, RES-21]") {
  EarlyScene scene;
  SessionTicket ticket = scene.tickets[0];
  EarlyRefusal why = EarlyRefusal::kStale;
  SECTION("too old by its own account") { ticket.created_at -= 6s; }
  SECTION("too young by its own account") { ticket.age_add -= 6000; }
  SECTION("used before") {
    scene.connect(ticket);
    scene.world.run_for(1s);
    why = EarlyRefusal::kReplay;
  }
  const auto before = scene.stats().early_accepted;
  const SessionHandle session = scene.connect(ticket);
  const StreamId first = scene.say(session, "one");
  const StreamId second = scene.say(session, "two");
  REQUIRE(scene.world.run_until(
      [&] { return !scene.client->events.empty() && scene.client->saw(EventKind::kEarlyRejected); },
      20s));
  CHECK(scene.rejected == std::vector<StreamId>{first, second});
  CHECK(scene.refused(why) == 1);
  CHECK(scene.stats().early_accepted == before);
  CHECK(scene.heard.empty());
  // They come before kConnected, and the ids start anew.
  const auto kind_at = [&](EventKind kind) {
    return std::find_if(scene.client->events.rbegin(), scene.client->events.rend(),
                        [&](const Event& e) { return e.kind == kind; });
  };
  CHECK(kind_at(EventKind::kConnected) < kind_at(EventKind::kEarlyRejected));
  const StreamId again = scene.say(session, "again");
  CHECK(again == first);
  scene.world.run_for(30s);
  CHECK(scene.heard["echo"] == "again");
  CHECK(scene.answer(again) == "again");
}

TEST_CASE("a server whose terms have changed refuses early data but resumes [RES-12]") {
  EarlyScene scene;
  endpoint::TicketKeyRing keys(scene.world.random);
  endpoint::StrikeRegister strikes(scene.world.random);
  const auto meet = [&](auto change, bool has_store = true) {
    EndpointConfig config;
    config.session.message_bytes_max = 128 * 1024;
    config.ticket_keys = &keys;
    if (has_store) config.replay_store = &strikes;
    ServerConfig server = early_server(scene.world);
    Node* giver = scene.add(server, config);
    const SessionHandle first = scene.connect({}, giver);
    scene.world.run_for(1s);
    const SessionTicket ticket = scene.client->endpoint->take_ticket(first).value();
    change(server, config);
    Node* changed = scene.add(server, config);
    const SessionHandle session = scene.connect(ticket, changed);
    scene.say(session, "x");
    scene.world.run_for(1s);
    CHECK(scene.client->endpoint->info(session)->resumed);
    const EndpointStats stats = changed->endpoint->stats();
    for (std::size_t i = 0; i < kEarlyRefusalCount; ++i) {
      if (stats.early_refused[i] > 0) return std::optional(static_cast<EarlyRefusal>(i));
    }
    CHECK(stats.early_accepted == 1);
    return std::optional<EarlyRefusal>();
  };
  using S = ServerConfig&;
  using E = EndpointConfig&;
  CHECK_FALSE(meet([](S, E) {}));
  CHECK(meet([](S, E e) { e.session.max_data -= 1; }) == EarlyRefusal::kPolicy);
  CHECK(meet([](S, E e) { e.session.max_stream_data -= 1; }) == EarlyRefusal::kPolicy);
  CHECK(meet([](S, E e) { e.session.max_streams -= 1; }) == EarlyRefusal::kPolicy);
  CHECK(meet([](S, E e) { e.session.message_bytes_max -= 1; }) == EarlyRefusal::kPolicy);
  CHECK_FALSE(meet([](S, E e) { e.session.max_streams += 1; }));
  CHECK(meet([](S s, E) { s.resumption.policy_epoch = 2; }) == EarlyRefusal::kPolicy);
  CHECK(meet([](S s, E) { s.resumption.early_data_max = 1000; }) == EarlyRefusal::kPolicy);
  CHECK(meet([](S s, E) { s.resumption.early_data_max = 0; }) == EarlyRefusal::kDisabled);
  CHECK(meet([](S s, E) { s.resumption.early_services = {}; }) == EarlyRefusal::kDisabled);
  CHECK(meet([](S, E) {}, false) == EarlyRefusal::kDisabled);
}

TEST_CASE("a recorded flight is taken once, from wherever it comes again [RES-14]") {
  EarlyScene scene;
  endpoint::TicketKeyRing keys(scene.world.random);
  endpoint::StrikeRegister strikes(scene.world.random);
  EndpointConfig config;
  config.ticket_keys = &keys;
  config.replay_store = &strikes;
  Node* one = scene.add(early_server(scene.world), config);
  config.worker = 1;
  Node* two = scene.add(early_server(scene.world), config);
  const SessionHandle first = scene.connect({}, one);
  scene.world.run_for(1s);
  const SessionTicket ticket = scene.client->endpoint->take_ticket(first).value();

  std::vector<Buffer> record;
  scene.world.network.observer = [&](const PeerAddress& from, const PeerAddress&, Bytes bytes) {
    if (from == scene.client->address) record.emplace_back(bytes.begin(), bytes.end());
  };
  const SessionHandle session = scene.connect(ticket, one);
  scene.say(session, "once");
  scene.world.run_for(2s);
  scene.world.network.observer = {};
  REQUIRE(scene.heard["echo"] == "once");
  REQUIRE(record.size() >= 2);

  const auto replay = [&](Node& to, const PeerAddress& from) {
    for (const Buffer& datagram : record) {
      Buffer copy = datagram;
      to.endpoint->handle(scene.world.now(), {from, to.address}, copy);
    }
    scene.world.run_for(100ms);
  };
  SECTION("the same worker, another address") { replay(*one, kOtherAddress); }
  SECTION("the same worker, the same address") { replay(*one, scene.client->address); }
  SECTION("another worker") { replay(*two, kOtherAddress); }
  SECTION("again and again") {
    for (std::uint16_t port = 1; port < 50; ++port) {
      replay(port % 2 == 0 ? *one : *two, PeerAddress::v4({203, 0, 113, 9}, port + 2000));
    }
  }
  SECTION("after a restart, when the keys are gone") {
    Node* restarted = scene.add(early_server(scene.world));
    replay(*restarted, kOtherAddress);
    CHECK(restarted->endpoint->stats().handshakes_resumed == 0);
  }
  SECTION("when the register has forgotten, the ticket's age tells") {
    scene.world.run_for(21s);
    replay(*one, kOtherAddress);
    CHECK(one->endpoint->stats().early_refused[static_cast<std::size_t>(EarlyRefusal::kStale)] ==
          1);
  }
  scene.world.run_for(30s);
  CHECK(scene.heard["echo"] == "once");
  CHECK(one->endpoint->stats().early_accepted + two->endpoint->stats().early_accepted == 1);
}

TEST_CASE("early data arrives once whatever the network does to it [RES-18, RES-20]") {
  int delivered = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    EarlyScene scene(seed);
    scene.world.network.link = {.delay = 10ms,
                                .jitter = Duration(seed % 3 == 0 ? 20ms : 0ms),
                                .loss = seed % 2 == 0 ? 0.2 : 0.1,
                                .duplicate = 0.3};
    const SessionHandle session = scene.connect(scene.tickets[0]);
    const std::string text(1 + seed * 400, static_cast<char>('a' + seed % 26));
    StreamId stream = scene.say(session, text);
    bool again = false;
    const bool done = scene.world.run_until(
        [&] {
          if (!scene.rejected.empty() && !again && scene.client->saw(EventKind::kConnected)) {
            again = true;
            stream = scene.say(session, text);
          }
          return scene.answer(stream) == text;
        },
        60s);
    if (scene.client->saw(EventKind::kClosed)) {  // it gave up: the server may have heard or not
      CHECK(text.starts_with(scene.heard["echo"]));
      continue;
    }
    ++delivered;
    CHECK(done);
    CHECK((scene.heard["echo"] == text));
  }
  CHECK(delivered > 35);
}

TEST_CASE("a hello with early data that is lost comes again with it") {
  EarlyScene scene;
  scene.world.network.link.loss = 1;
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const StreamId stream = scene.say(session, "late");
  scene.world.run_for(200ms);
  scene.world.network.link.loss = 0;
  scene.world.run_for(2s);
  CHECK(scene.answer(stream) == "late");
  CHECK(scene.stats().early_accepted == 1);
}

TEST_CASE("a server sends no more than three times what came before the client finished") {
  EarlyScene scene;
  std::uint64_t to_server = 0, to_client = 0;
  scene.world.network.observer = [&](const PeerAddress& from, const PeerAddress&, Bytes bytes) {
    (from == scene.client->address ? to_server : to_client) += bytes.size();
    if (from != scene.client->address) CHECK(to_client <= 3 * to_server);
  };
  const SessionHandle session = scene.connect(scene.tickets[0]);
  scene.say(session, std::string(10'000, 'x'));
  // The client gets nothing, so its Finished never comes.
  scene.world.run_for(9ms);
  scene.world.network.link.loss = 1;
  scene.world.run_for(30s);
  CHECK(to_client > 1200);
  CHECK(scene.server->endpoint->record_count() == 0);
  CHECK(scene.server->endpoint->session_count() == 0);
  CHECK(scene.server->count(EventKind::kAccepted) == 1);
  CHECK(scene.server->count(EventKind::kClosed) == 1);
}

TEST_CASE("early data goes through a Retry with new keys and new numbers [RES-20]") {
  EarlyScene scene;
  ServerConfig config = early_server(scene.world);
  endpoint::TicketKeyRing keys(scene.world.random);
  endpoint::StrikeRegister strikes(scene.world.random);
  EndpointConfig endpoint;
  endpoint.ticket_keys = &keys;
  endpoint.replay_store = &strikes;
  Node* giver = scene.add(config, endpoint);
  const SessionHandle first = scene.connect({}, giver);
  scene.world.run_for(1s);
  const SessionTicket ticket = scene.client->endpoint->take_ticket(first).value();
  config.retry = RetryMode::kAlways;
  Node* strict = scene.add(config, endpoint);
  const SessionHandle session = scene.connect(ticket, strict);
  const StreamId stream = scene.say(session, std::string(5000, 'r'));
  scene.world.run_for(2s);
  CHECK(scene.answer(stream) == std::string(5000, 'r'));
  CHECK(strict->endpoint->stats().early_accepted == 1);
  CHECK(scene.heard["echo"] == std::string(5000, 'r'));
}

TEST_CASE("an ACK of early data is no sign that Finished has arrived [RES-22]") {
  EarlyScene scene;
  // The answer with an ACK comes together with the flight. Every Finished gets lost.
  scene.client->on_event = [&](const Event& event) {
    if (event.kind == EventKind::kConnected) scene.world.network.link.loss = 1;
    if (event.kind == EventKind::kReadable) scene.collect(event);
  };
  const SessionHandle session = scene.connect(scene.tickets[0]);
  const StreamId stream = scene.say(session, "hello");
  REQUIRE(scene.world.run_until([&] { return scene.answer(stream) == "hello"; }, 1s));
  scene.world.run_for(30ms);
  CHECK(scene.server->endpoint->stats().handshakes_completed == 1);  // of the first session
  scene.world.network.link.loss = 0;
  scene.world.run_for(2s);
  CHECK(scene.server->endpoint->stats().handshakes_completed == 2);
}

TEST_CASE("a client that answers to nobody but its ticket must be one that is welcome [RES-12]") {
  const Identity friendly = identity_of_seed(3);
  ResumptionConfig resumption{.early_services = {"echo"}};
  World world(5);
  for (const bool reauthenticate : {true, false}) {
    resumption.reauthenticate = reauthenticate;
    ServerConfig config{.identity = world.server_identity(),
                        .client_auth = ClientAuth::kRequired,
                        .authorized_clients = {friendly.public_key()}};
    config.resumption = resumption;
    Node& server = world.add_server({}, &config);
    Node& client = world.add_client();
    ConnectOptions options{
        .remote = server.address, .trust = world.trust(), .identity = friendly, .session = {}};
    const auto first = client.endpoint->connect(world.now(), options).value();
    world.run_for(1s);
    options.import_session_ticket(client.endpoint->take_ticket(first).value());
    const auto session = client.endpoint->connect(world.now(), options).value();
    REQUIRE(client.endpoint->open_stream(session, {.service = "echo", .early = true}));
    world.run_for(1s);
    CHECK(client.endpoint->info(session)->resumed);
    CHECK(client.endpoint->info(session)->early_accepted == !reauthenticate);
  }
}
