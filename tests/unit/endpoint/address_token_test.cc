// SPDX-License-Identifier: MIT
//
// Clients that come back and show that they have been here.
#include "unit/endpoint/retry_helpers.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// The token in what a server sent first.
Buffer token_in(const std::vector<Buffer>& payloads) {
  for (const Buffer& payload : payloads) {
    if (const auto frame = find_frame<wire::AddressTokenFrame>(payload)) {
      return {frame->token.begin(), frame->token.end()};
    }
  }
  return {};
}

wire::AddressProof proof(Bytes bytes) {
  wire::AddressProof list;
  for (const std::uint8_t byte : bytes) list.push_back(byte);
  return list;
}

/// Two servers with one secret: the first gives tokens without asking for proof, the second
/// asks.
struct Pair {
  std::shared_ptr<const HelloSecret> secret = [] {
    SeededRandom random(5);
    return HelloSecret::generate(random);
  }();
  ServerConfig config(RetryMode retry) const {
    ServerConfig config = server_config();
    config.retry = retry;
    config.hello_secret = secret;
    return config;
  }
  ServedClient giving{config(RetryMode::kOff)};
  LoneEndpoint asking{config(RetryMode::kAlways)};
  Buffer token = token_in(giving.first);

  SentList come_back(const PeerAddress& from, std::uint64_t seed = 77) {
    CraftedHello hello(seed);
    hello.hello.cookie = proof(token);
    return asking.exchange(from, hello.datagram());
  }
};

}  // namespace

TEST_CASE("a server gives one token a session, with its first packet [RETRY-14]") {
  ServedClient served;
  REQUIRE_FALSE(served.first.empty());
  const Buffer token = token_in({served.first[0]});
  REQUIRE(token.size() == 70);
  CHECK(token[0] == 'A');
  served.say(ack_of(0, 0));
  std::vector<Buffer> later = opened(served.client.packets(), served.server.run_for(20s));
  CHECK(token_in(later).empty());
  const Buffer other = token_in(ServedClient().first);
  CHECK(other.size() == 70);
}

TEST_CASE("a token is sent again until it has arrived") {
  ServedClient served;
  const Buffer token = token_in(served.first);
  // Packet 0 had it. Later ones are acknowledged, it is not: so it is lost, and comes again.
  served.server.run_for(5s);
  const auto sent = served.server->info(served.session)->packets_sent;
  REQUIRE(sent >= 4);
  CHECK(token_in(served.say(ack_of(1, sent - 1))) == token);
  served.say(ack_of(1, served.server->info(served.session)->packets_sent - 1));
  CHECK(token_in(opened(served.client.packets(), served.server.run_for(5s))).empty());
}

TEST_CASE("a client keeps the last token it was given") {
  ServingRaw serving;
  REQUIRE(serving.established);
  CHECK(serving.client->info(serving.session)->address_token.empty());
  for (const std::uint8_t letter : {std::uint8_t{1}, std::uint8_t{2}}) {
    const Buffer token(70, letter);
    serving.say(frames(wire::AddressTokenFrame{token}));
    CHECK(serving.client->info(serving.session)->address_token == token);
  }
}

TEST_CASE("a server that is given a token closes [RETRY-18]") {
  ServedClient served;
  const Buffer token(70, 'A');
  CHECK(ServedClient::close_code(served.say(frames(wire::AddressTokenFrame{token}))) ==
        TransportCode::kProtocolViolation);
}

TEST_CASE("a token spares the Retry, from any port of its address [RETRY-12, RETRY-15]") {
  Pair pair;
  CHECK(is_retry(pair.asking.exchange(kClientAddress, CraftedHello().datagram())));
  CHECK(is_flight(pair.come_back(kClientAddress)));
  CHECK(is_flight(pair.come_back(kOtherAddress)));
  CHECK(count(pair.asking, Admission::kTokenAccepted) == 2);
  CHECK(count(pair.asking, Admission::kCookieAccepted) == 0);
  PeerAddress stranger = kClientAddress;
  stranger.ip[15]++;
  CHECK(is_retry(pair.come_back(stranger)));
  CHECK(count(pair.asking, Admission::kTokenInvalid) == 1);
}

TEST_CASE("a token is good for a day [RETRY-15]") {
  Pair pair;
  pair.asking.now += 24h;
  CHECK(is_flight(pair.come_back(kClientAddress, 1)));
  pair.asking.now += 1s;
  CHECK(is_retry(pair.come_back(kClientAddress, 2)));
  CHECK(count(pair.asking, Admission::kTokenExpired) == 1);
}

TEST_CASE("with a token a client connects at once, and `retried` is false [RETRY-12]") {
  Pair pair;
  ConnectOptions options{.remote = kServerAddress,
                         .trust = server_trust(),
                         .identity = {},
                         .session = {},
                         .address_token = pair.token};
  LoneEndpoint client;
  const SessionHandle session = client->connect(client.now, options).value();
  const SentList hello = client.turn();
  REQUIRE(hello.size() == 1);
  const SentList flight = pair.asking.exchange(kClientAddress, hello[0].bytes);
  REQUIRE(is_flight(flight));
  client.exchange(kServerAddress, flight[0].bytes);
  CHECK(client->info(session)->state == SessionState::kEstablished);
  CHECK(client.count(EventKind::kConnected) == 1);
}

TEST_CASE("a token that is no good costs a Retry and nothing else [RETRY-7, RETRY-16]") {
  Pair pair;
  pair.token[69] ^= 1;
  ConnectOptions options{.remote = kServerAddress,
                         .trust = server_trust(),
                         .identity = {},
                         .session = {},
                         .address_token = pair.token};
  LoneEndpoint client;
  const SessionHandle session = client->connect(client.now, options).value();
  SentList sent = pair.asking.exchange(kClientAddress, client.turn().at(0).bytes);
  REQUIRE(is_retry(sent));
  sent = client.exchange(kServerAddress, sent[0].bytes);
  REQUIRE(sent.size() == 1);
  sent = pair.asking.exchange(kClientAddress, sent[0].bytes);
  REQUIRE(is_flight(sent));
  client.exchange(kServerAddress, sent[0].bytes);
  CHECK(client->info(session)->state == SessionState::kEstablished);
}

TEST_CASE("connect() refuses what can't be a token") {
  LoneEndpoint client;
  for (const std::size_t size : {1u, 22u, 69u, 71u}) {
    ConnectOptions options{.remote = kServerAddress,
                           .trust = server_trust(),
                           .identity = {},
                           .session = {},
                           .address_token = Buffer(size)};
    const auto refused = client->connect(client.now, options);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == LocalCode::kInvalidArgument);
  }
  CHECK(client->record_count() == 0);
}

TEST_CASE("a cookie in a token's place and the other way round prove nothing [RETRY-7]") {
  Pair pair;
  const CraftedHello asked = cookied(pair.asking);
  Buffer padded(asked.hello.cookie->begin(), asked.hello.cookie->end());
  padded.resize(70);
  CraftedHello hello;
  for (const std::uint8_t type : {std::uint8_t{'R'}, std::uint8_t{'A'}}) {
    padded[0] = type;
    hello.hello.cookie = proof(padded);
    CHECK(is_retry(pair.asking.exchange(kClientAddress, hello.datagram())));
    Buffer cut(pair.token.begin(), pair.token.begin() + 22);
    cut[0] = type;
    hello.hello.cookie = proof(cut);
    CHECK(is_retry(pair.asking.exchange(kClientAddress, hello.datagram())));
    Buffer relabelled = pair.token;
    relabelled[0] = type;
    hello.hello.cookie = proof(relabelled);
    CHECK(is_flight(pair.asking.exchange(kClientAddress, hello.datagram())) == (type == 'A'));
  }
}
