// SPDX-License-Identifier: MIT
//
// Clients that move, NATs that forget, and attackers who pretend that either has happened.
#include <catch2/catch.hpp>
#include <set>

#include "session/blocked_ports.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

const PeerAddress kElsewhere = PeerAddress::v4({203, 0, 113, 9}, 5555);
const Buffer kPing = frames(wire::PingFrame{});

/// What the server sent to `to`, and the bytes of it.
std::vector<Buffer> opened_at(RawPackets& packets, const SentList& sent, const PeerAddress& to,
                              std::size_t* bytes = nullptr) {
  SentList there;
  for (const Sent& datagram : sent) {
    if (datagram.to != to) continue;
    if (bytes != nullptr) *bytes += datagram.bytes.size();
    there.push_back(datagram);
  }
  return opened(packets, there);
}

template <class F>
std::optional<F> find_in(const std::vector<Buffer>& payloads) {
  for (const Buffer& payload : payloads) {
    if (const auto frame = find_frame<F>(payload)) return frame;
  }
  return std::nullopt;
}

/// A client that has proven itself, moves as a test wants, and answers challenges only if asked to.
struct Mover : ServedClient {
  explicit Mover(EndpointConfig config = {}) : ServedClient(server_config(), std::move(config)) {
    say(frames(wire::PingFrame{}));
    acknowledge();
  }
  RawPackets& packets() { return client.packets(); }
  SentList send_from(const PeerAddress& from, Bytes payload) {
    return server.exchange(from, packets().seal(payload));
  }
  void acknowledge() { say(ack_of(0, server->info(session)->packets_sent - 1)); }
  PeerAddress peer() { return server->info(session)->path.remote; }
};

/// A world with a session, and a client that can be moved by giving it another address.
struct Roaming {
  explicit Roaming(EndpointConfig config = {}, std::uint64_t seed = 3)
      : world(seed), server(world.add_server(config)), client(world.add_client(config)) {
    session = world.connect(client, server);
    world.run_for(1s);
    accepted = server.events.at(0).session;
  }
  PeerAddress peer() { return server.endpoint->info(accepted)->path.remote; }

  World world;
  Node& server;
  Node& client;
  SessionHandle session;
  SessionHandle accepted;
};

}  // namespace

TEST_CASE("the server follows a NAT that has chosen another port and proves it [MIG-2, MIG-5]") {
  Mover mover;
  const auto before = mover.server->info(mover.session);
  const SentList sent = mover.send_from(kOtherAddress, kPing);
  CHECK(mover.peer() == kOtherAddress);
  const auto answers = opened_at(mover.packets(), sent, kOtherAddress);
  const auto challenge = find_in<wire::PathChallengeFrame>(answers);
  REQUIRE(challenge);
  for (const Sent& datagram : sent) CHECK(datagram.to == kOtherAddress);
  CHECK(mover.server.count(EventKind::kPathChanged) == 0);
  mover.send_from(kOtherAddress, frames(wire::PathResponseFrame{challenge->data}));
  CHECK(mover.server.count(EventKind::kPathChanged) == 1);
  const auto after = mover.server->info(mover.session);
  CHECK(after->smoothed_rtt == before->smoothed_rtt);  // [MIG-8]
  CHECK(after->congestion_window >= before->congestion_window);
  CHECK(mover.server->find(kOtherAddress) == mover.session);
  CHECK_FALSE(mover.server->find(kClientAddress));
}

TEST_CASE("a new address is told when it is in use, not while another one is in question") {
  Mover mover;
  const auto answers =
      opened_at(mover.packets(), mover.send_from(kOtherAddress, kPing), kOtherAddress);
  const auto challenge = find_in<wire::PathChallengeFrame>(answers);
  REQUIRE(challenge);
  // The answer and, before anybody asks for events, a packet that came another way.
  const Buffer response = frames(wire::PathResponseFrame{challenge->data});
  mover.server.give(kOtherAddress, mover.packets().seal(response));
  mover.send_from(kElsewhere, kPing);
  CHECK(mover.peer() == kElsewhere);
  CHECK(mover.server.count(EventKind::kPathChanged) == 0);
  mover.send_from(kOtherAddress, kPing);
  CHECK(mover.peer() == kOtherAddress);
  CHECK(mover.server.count(EventKind::kPathChanged) == 1);
}

TEST_CASE("another host starts with a new window, and the old one is asked too [MIG-6, MIG-8]") {
  Mover mover;
  REQUIRE(mover.server->info(mover.session)->smoothed_rtt < 333ms);
  const SentList sent = mover.send_from(kElsewhere, kPing);
  CHECK(mover.server->info(mover.session)->smoothed_rtt == 333ms);
  CHECK(mover.server->info(mover.session)->congestion_window == 12000);
  std::size_t to_old = 0, to_new = 0;
  for (const Sent& datagram : sent) {
    to_old += datagram.to == kClientAddress ? 1 : 0;
    to_new += datagram.to == kElsewhere ? 1 : 0;
  }
  CHECK(to_old == 1);
  CHECK(to_new >= 1);
  CHECK(find_in<wire::PathChallengeFrame>(opened_at(mover.packets(), sent, kClientAddress)));
}

TEST_CASE("only what is newest and more than a probe moves a session [MIG-2]") {
  Mover mover;
  const Buffer late = mover.packets().seal(kPing);
  mover.say(kPing);
  mover.server.exchange(kElsewhere, late);
  CHECK(mover.peer() == kClientAddress);
  mover.send_from(kElsewhere, frames(wire::PathChallengeFrame{}, wire::PaddingFrame{40}));
  CHECK(mover.peer() == kClientAddress);
  mover.send_from(kElsewhere, joined(frames(wire::PathChallengeFrame{}), kPing));
  CHECK(mover.peer() == kElsewhere);
}

TEST_CASE("what was copied and does not authenticate moves nothing [PKT-14, MIG-2]") {
  Mover mover;
  Buffer forged = mover.packets().seal(kPing);
  forged.back() ^= 1;
  CHECK(mover.server.exchange(kElsewhere, forged).empty());
  const Buffer genuine = mover.packets().seal(kPing);
  mover.server.exchange(kClientAddress, genuine);
  CHECK(mover.server.exchange(kElsewhere, genuine).empty());  // a duplicate by now
  CHECK(mover.peer() == kClientAddress);
}

TEST_CASE("an unproven address gets three times what came from it, and no more [MIG-3]") {
  Mover mover;
  const StreamId stream = mover.server->open_stream(mover.session, {}).value();
  std::size_t received = 0;
  std::size_t sent_there = 0;
  const auto count = [&](const SentList& sent) {
    opened_at(mover.packets(), sent, kElsewhere, &sent_there);
  };
  const Buffer data(100000);
  REQUIRE(mover.server->send(mover.session, stream, data));
  for (int i = 0; i < 5; ++i) {
    const Buffer packet = mover.packets().seal(joined(kPing, frames(wire::PaddingFrame{200})));
    received += packet.size();
    count(mover.server.exchange(kElsewhere, packet));
    CHECK(sent_there <= 3 * received);
  }
  count(mover.server.run_for(900ms));
  CHECK(sent_there <= 3 * received);
  CHECK(sent_there > 2 * received);
}

TEST_CASE("a path that does not answer is given up for the old one [MIG-5]") {
  Mover mover;
  std::size_t challenges = 0;
  const auto count = [&](const SentList& sent) {
    const auto payloads = opened_at(mover.packets(), sent, kElsewhere);
    challenges += count_frames<wire::PathChallengeFrame>(payloads);
  };
  // Enough for three full challenges.
  count(mover.send_from(kElsewhere, joined(kPing, frames(wire::PaddingFrame{1100}))));
  const Instant begin = mover.server.now;
  CHECK(mover.peer() == kElsewhere);
  count(mover.server.run_to(begin + 999ms - 1ns));
  CHECK(mover.peer() == kElsewhere);
  count(mover.server.run_to(begin + 1000ms));
  CHECK(mover.peer() == kClientAddress);
  CHECK(challenges == 3);
  CHECK(mover.server.count(EventKind::kPathChanged) == 0);
}

TEST_CASE("an answer counts once, from the path that was asked, with its own bytes [MIG-5]") {
  Mover mover;
  const auto answers = opened_at(mover.packets(), mover.send_from(kElsewhere, kPing), kElsewhere);
  const auto challenge = find_in<wire::PathChallengeFrame>(answers);
  REQUIRE(challenge);
  wire::PathResponseFrame wrong{challenge->data};
  wrong.data[0] ^= 1;
  mover.send_from(kElsewhere, frames(wrong));
  CHECK(mover.server.count(EventKind::kPathChanged) == 0);
  mover.send_from(kOtherAddress, frames(wire::PathResponseFrame{challenge->data}));
  CHECK(mover.server.count(EventKind::kPathChanged) == 0);
  mover.send_from(kElsewhere, frames(wire::PathResponseFrame{challenge->data}));
  mover.send_from(kElsewhere, frames(wire::PathResponseFrame{challenge->data}));
  CHECK(mover.server.count(EventKind::kPathChanged) == 1);
}

TEST_CASE("the client's own next packet brings a hijacked session back at once [MIG-6]") {
  Mover mover;
  mover.send_from(kElsewhere, kPing);  // an attacker was faster with the copy
  REQUIRE(mover.peer() == kElsewhere);
  mover.send_from(kClientAddress, kPing);
  CHECK(mover.peer() == kClientAddress);
  CHECK(mover.server.count(EventKind::kPathChanged) == 0);  // it was proven all along
}

TEST_CASE("new addresses are followed four at once and ten a second [MIG-4]") {
  Mover mover;
  std::uint16_t port = 20000;
  std::size_t moves = 0;
  const auto hop = [&] {
    const PeerAddress next = PeerAddress::v4({203, 0, 113, 9}, ++port);
    mover.send_from(next, kPing);
    moves += mover.peer() == next ? 1 : 0;
  };
  for (int i = 0; i < 1000; ++i) hop();
  CHECK(moves == 4);
  for (int i = 0; i < 1000; ++i) {
    mover.server.now += 1ms;
    hop();
  }
  CHECK(moves == 14);
  mover.send_from(kClientAddress, kPing);
  CHECK(mover.peer() == kClientAddress);  // the last proven path was kept
}

TEST_CASE("no session moves to a reflector's port or from outside to loopback [PKT-28, MIG-1]") {
  Mover mover;
  for (const std::uint16_t port : session::kBlockedPorts) {
    CHECK(mover.send_from(PeerAddress::v4({203, 0, 113, 9}, port), kPing).empty());
  }
  CHECK(mover.send_from(PeerAddress::v4({127, 0, 0, 1}, 5555), kPing).empty());
  CHECK(mover.peer() == kClientAddress);
  CHECK(mover.server.drops(DropReason::kUnexpected) == 10);
}

TEST_CASE("challenges are answered where they came from, the three newest of them [MIG-7]") {
  Mover mover;
  for (std::uint8_t i = 0; i < 100; ++i) {
    mover.server.give(kClientAddress, mover.packets().seal(frames(wire::PathChallengeFrame{{i}})));
  }
  const auto answers = opened(mover.packets(), mover.server.turn());
  CHECK(count_frames<wire::PathResponseFrame>(answers) == 3);
  for (const int newest : {97, 98, 99}) {
    const bool there = std::any_of(answers.begin(), answers.end(), [&](const Buffer& payload) {
      const auto response = find_frame<wire::PathResponseFrame>(payload);
      return response && response->data[0] == newest;
    });
    CHECK(there);
  }
}

TEST_CASE("a stranger's address gets an answer no larger than the question [MIG-3, MIG-7]") {
  Mover mover;
  const Buffer small = mover.packets().seal(frames(wire::PathChallengeFrame{{1}}));
  const SentList answer = mover.server.exchange(kElsewhere, small);
  REQUIRE(!answer.empty());
  CHECK(answer[0].to == kElsewhere);
  CHECK(answer[0].bytes.size() <= small.size());
  for (std::size_t i = 1; i < answer.size(); ++i) CHECK(answer[i].to == kClientAddress);
}

TEST_CASE("a client that changes its socket takes its session along [MIG-9, CID-2]") {
  Roaming roaming;
  const auto rtt = roaming.client.endpoint->info(roaming.session)->smoothed_rtt;
  std::set<std::vector<std::uint8_t>> ids_before, ids_after;
  bool moved = false;
  const PeerAddress server_address = roaming.server.address;
  roaming.world.network.observer = [&](const PeerAddress&, const PeerAddress& to, Bytes bytes) {
    if (to != server_address) return;
    (moved ? ids_after : ids_before).emplace(bytes.begin() + 1, bytes.begin() + 9);
  };
  REQUIRE(roaming.client.endpoint->ping(roaming.world.now(), roaming.session));
  roaming.world.run_for(100ms);
  moved = true;
  roaming.client.address = kElsewhere;
  REQUIRE(roaming.client.endpoint->migrate(roaming.world.now(), roaming.session));
  roaming.world.run_for(1s);
  CHECK(roaming.peer() == kElsewhere);
  CHECK(roaming.server.count(EventKind::kPathChanged) == 1);
  CHECK(roaming.client.count(EventKind::kPathChanged) == 1);
  CHECK(roaming.client.endpoint->info(roaming.session)->smoothed_rtt <= 2 * rtt);
  // Nobody who sees both paths can tell by the ids that they belong together.
  CHECK(ids_before.size() == 1);
  for (const auto& id : ids_after) CHECK(ids_before.count(id) == 0);
}

TEST_CASE("a client moves a hundred times and never runs out of ids [CID-1, CID-2]") {
  Roaming roaming;
  for (std::uint16_t i = 0; i < 100; ++i) {
    roaming.client.address.port = static_cast<std::uint16_t>(10000 + i);
    if (i % 2 == 0) roaming.client.address.ip[15] ^= 1;
    REQUIRE(roaming.client.endpoint->migrate(roaming.world.now(), roaming.session));
    roaming.world.run_for(1s);
    REQUIRE(roaming.peer() == roaming.client.address);
  }
  CHECK(roaming.server.count(EventKind::kPathChanged) == 100);
  CHECK(roaming.client.count(EventKind::kClosed) == 0);
}

TEST_CASE("a NAT that forgets during a transfer costs no byte [MIG-2, MIG-5]") {
  Roaming roaming;
  const StreamId stream = roaming.client.endpoint->open_stream(roaming.session, {}).value();
  std::uint64_t written = 0, got = 0;
  bool intact = true;
  const auto byte_at = [](std::uint64_t i) { return static_cast<std::uint8_t>(i * 7 >> 2); };
  const auto write = [&] {
    std::vector<std::uint8_t> chunk(5000);
    while (written < 3'000'000) {
      for (std::size_t i = 0; i < chunk.size(); ++i) chunk[i] = byte_at(written + i);
      const auto taken = roaming.client.endpoint->send(roaming.session, stream, chunk);
      if (!taken || *taken == 0) return;
      written += *taken;
    }
  };
  roaming.client.on_event = [&](const Event&) { write(); };
  roaming.server.on_event = [&](const Event& event) {
    if (event.kind != EventKind::kReadable) return;
    while (true) {
      const auto view = roaming.server.endpoint->read(event.session, event.stream);
      if (!view || view->data.empty()) return;
      for (const std::uint8_t byte : view->data) intact = intact && byte == byte_at(got++);
      const std::size_t size = view->data.size();
      intact =
          intact && roaming.server.endpoint->consume(event.session, event.stream, size).has_value();
    }
  };
  roaming.world.network.link.loss = 0.02;
  roaming.world.network.link.datagram_bytes_max = 1500;
  write();
  for (std::uint16_t i = 0; i < 40 && got < 3'000'000; ++i) {
    roaming.world.run_for(250ms);
    roaming.client.address.port = static_cast<std::uint16_t>(50000 + i);
  }
  CHECK(roaming.world.run_until([&] { return got >= 3'000'000; }, 120s));
  CHECK(intact);
  CHECK(roaming.server.count(EventKind::kPathChanged) >= 3);
}

TEST_CASE("heartbeats keep a session through a move that only they notice [MIG-2]") {
  Roaming roaming;
  roaming.world.run_for(3s);
  roaming.client.address = kElsewhere;
  roaming.world.run_for(60s);
  CHECK(roaming.peer() == kElsewhere);
  CHECK(roaming.client.count(EventKind::kClosed) == 0);
  CHECK(roaming.server.count(EventKind::kPathChanged) == 1);
}

TEST_CASE("migrate() is the confirmed client's [MIG-9]") {
  Roaming roaming;
  const auto refused = roaming.server.endpoint->migrate(roaming.world.now(), roaming.accepted);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kNotConnected);
  REQUIRE(roaming.client.endpoint->close(roaming.world.now(), roaming.session, CloseReason::kNormal,
                                         ""));
  const auto closing = roaming.client.endpoint->migrate(roaming.world.now(), roaming.session);
  REQUIRE_FALSE(closing);
  CHECK(closing.error().code == LocalCode::kClosing);
}

TEST_CASE("an attacker who forwards every packet from its own address keeps nothing [MIG-6]") {
  // It sees what the client sends, is faster than the client, and swallows what it gets.
  Roaming roaming;
  const PeerAddress client_address = roaming.client.address;
  bool attacking = true;
  bool busy = false;
  roaming.world.network.observer = [&](const PeerAddress& from, const PeerAddress& to,
                                       Bytes bytes) {
    if (!attacking || busy || from != client_address || to != roaming.server.address) return;
    busy = true;
    const Duration delay = std::exchange(roaming.world.network.link.delay, 1ms);
    roaming.world.network.send(roaming.world.now(), kElsewhere, to, bytes);
    roaming.world.network.link.delay = delay;
    busy = false;
  };
  roaming.world.run_for(30s);
  CHECK(roaming.client.count(EventKind::kClosed) == 0);
  attacking = false;
  roaming.world.run_for(6s);
  CHECK(roaming.peer() == client_address);
  CHECK(roaming.server.count(EventKind::kPathChanged) == 0);
}

TEST_CASE("not even CLOSE goes beyond three times what came from an unproven address [MIG-3]") {
  Mover mover;
  const Buffer small = mover.packets().seal(kPing);
  std::size_t sent_there = 0;
  opened_at(mover.packets(), mover.server.exchange(kElsewhere, small), kElsewhere, &sent_there);
  const std::string message(200, 'x');
  REQUIRE(mover.server->close(mover.server.now, mover.session, CloseReason::kNormal, message));
  opened_at(mover.packets(), mover.server.run_for(10s), kElsewhere, &sent_there);
  CHECK(sent_there <= 3 * small.size());
  CHECK(mover.server->record_count() == 0);
}
