// SPDX-License-Identifier: MIT
//
// Clients of a server that asks for proof of their address.
#pragma once

#include <catch2/catch.hpp>

#include "unit/endpoint/crafted_hello.h"
#include "unit/endpoint/lone_endpoint.h"

namespace jetstream::testing {

inline ServerConfig always() {
  ServerConfig config = server_config();
  config.retry = RetryMode::kAlways;
  return config;
}

inline std::uint64_t count(LoneEndpoint& server, Admission what) {
  return server->stats().admission[static_cast<std::size_t>(what)];
}

/// The cookie of the Retry in `sent`, which is nothing else.
inline wire::AddressProof cookie_of(const SentList& sent, const CraftedHello& hello) {
  REQUIRE(sent.size() == 1);
  Buffer copy = sent[0].bytes;
  MutableBytes rest = copy;
  bool malformed = false;
  const auto packet = wire::next_packet(rest, malformed);
  REQUIRE(packet);
  REQUIRE(packet->type == wire::PacketType::kRetry);
  CHECK(rest.empty());
  CHECK(packet->destination == hello.hello.connection_id);
  CHECK(packet->source == hello.destination);
  const auto retry = wire::parse_retry(packet->bytes.subspan(packet->pn_offset));
  REQUIRE(retry);
  CHECK(to_hex(retry->echo) == to_hex(Bytes(hello.hello.random).first(16)));
  wire::AddressProof cookie;
  for (const std::uint8_t byte : retry->cookie) cookie.push_back(byte);
  return cookie;
}

inline bool is_retry(const SentList& sent) { return sent.size() == 1 && sent[0].bytes[0] == 0xf0; }
inline bool is_flight(const SentList& sent) { return sent.size() == 1 && sent[0].bytes[0] == 0xc0; }

/// A hello with the cookie that the server gave to it.
inline CraftedHello cookied(LoneEndpoint& server, std::uint64_t seed = 77,
                            const PeerAddress& from = kClientAddress) {
  CraftedHello hello(seed);
  hello.hello.cookie = cookie_of(server.exchange(from, hello.datagram()), hello);
  return hello;
}

/// A client that does what it is asked to, up to the session.
inline bool connects(LoneEndpoint& server, std::uint64_t seed, const PeerAddress& from) {
  RawClient client(server.now, server_trust(), {}, seed);
  const std::size_t before = server->session_count();
  SentList answer = server.exchange(from, client.hello());
  if (is_retry(answer)) {
    Buffer copy = answer[0].bytes;
    MutableBytes rest = copy;
    bool malformed = false;
    REQUIRE(client.handshake().take_retry(*wire::next_packet(rest, malformed)));
    answer = server.exchange(from, client.hello());
  }
  if (!is_flight(answer) || !client.take_flight(answer[0].bytes)) return false;
  server.exchange(from, client.finished());
  return server->session_count() == before + 1;
}

}  // namespace jetstream::testing
