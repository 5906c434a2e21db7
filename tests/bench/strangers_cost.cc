// SPDX-License-Identifier: MIT
//
// What strangers cost a server that asks for proof, beside an honest handshake: bytes in and out,
// and processor time of the server alone. `strangers_cost [COUNT [KIND]]` prints a line for each
// kind. Everything the server does happens in serve_datagram(), so that callgrind can count its
// instructions (docs/TESTING.md). The exit code is 1 if a stranger gets more bytes than it sends.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "unit/endpoint/crafted_hello.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;

namespace {

struct Cost {
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::int64_t nanoseconds = 0;
};

std::int64_t cpu_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

}  // namespace

// By this name callgrind knows when to count.
extern "C" [[gnu::noinline]] void serve_datagram(LoneEndpoint& server, const Buffer& datagram,
                                                 SentList& sent) {
  sent = server.exchange(kClientAddress, datagram);
}

namespace {

SentList serve(LoneEndpoint& server, const Buffer& datagram, Cost& cost) {
  SentList sent;
  const std::int64_t before = cpu_nanoseconds();
  serve_datagram(server, datagram, sent);
  cost.nanoseconds += cpu_nanoseconds() - before;
  cost.bytes_in += datagram.size();
  for (const Sent& one : sent) cost.bytes_out += one.bytes.size();
  return sent;
}

ServerConfig config_with(RetryMode retry) {
  ServerConfig config = server_config();
  config.retry = retry;
  config.exempt = {};
  config.handshake_rate_per_source = 0;
  config.resumption.enabled = false;
  return config;
}

/// A hello from who can't show that its address is its own; `cookie` has it try.
Cost refused_hello(int count, bool cookie) {
  LoneEndpoint server(config_with(RetryMode::kAlways));
  SeededRandom random(4);
  CraftedHello hello(3);
  Cost cost;
  for (int i = 0; i < count; ++i) {
    random.fill_public(hello.hello.random);
    if (cookie) {
      wire::AddressProof proof;
      proof.push_back('R');
      while (proof.size() < 22) proof.push_back(static_cast<std::uint8_t>(random.next()));
      hello.hello.cookie = proof;
    }
    server.now += std::chrono::microseconds(100);  // within the budget of answers
    serve(server, hello.datagram(), cost);
  }
  return cost;
}

/// A hundred thousand bans, all over IPv4, and perhaps one of the client's own network.
std::shared_ptr<const AddressFilter> many_bans(bool of_client) {
  AddressLists lists;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    lists.bans.push_back({.block = {.ip = PeerAddress::v4({static_cast<std::uint8_t>(i >> 9 | 1),
                                                           static_cast<std::uint8_t>(i >> 1),
                                                           static_cast<std::uint8_t>(i << 7), 9},
                                                          0)
                                              .ip}});
  }
  if (of_client) lists.bans.push_back({.block = {.ip = kClientAddress.ip}});
  return std::make_shared<AddressFilter>(lists);
}

/// A hello to a server that asks everybody for proof, and keeps very many out.
Cost hello_beside_bans(int count, bool banned) {
  ServerConfig config = config_with(RetryMode::kAlways);
  config.address_filter = many_bans(banned);
  LoneEndpoint server(std::move(config));
  SeededRandom random(4);
  CraftedHello hello(3);
  Cost cost;
  for (int i = 0; i < count; ++i) {
    random.fill_public(hello.hello.random);
    server.now += std::chrono::microseconds(100);
    serve(server, hello.datagram(), cost);
  }
  return cost;
}

/// Hello, flight, ClientFinished and the session's first packets.
Cost honest_handshake(int count) {
  Cost cost;
  for (int i = 0; i < count; ++i) {
    LoneEndpoint server(config_with(RetryMode::kOff));
    RawClient client(kStart, server_trust(), {}, static_cast<std::uint64_t>(i) + 1);
    const SentList flight = serve(server, client.hello(), cost);
    if (flight.size() != 1 || !client.take_flight(flight[0].bytes)) std::abort();
    serve(server, client.finished(), cost);
  }
  return cost;
}

bool print(const char* kind, int count, const Cost& cost) {
  const auto each = [count](auto total) {
    return static_cast<double>(total) / static_cast<double>(count);
  };
  std::printf("%s count %d bytes_in %.0f bytes_out %.0f cpu_us %.2f\n", kind, count,
              each(cost.bytes_in), each(cost.bytes_out), each(cost.nanoseconds) / 1000);
  return cost.bytes_out <= cost.bytes_in;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 200;
  const std::string only = argc > 2 ? argv[2] : "";
  bool good = true;
  if (only.empty() || only == "hello") {
    good = print("hello", count, refused_hello(count, false)) && good;
  }
  if (only.empty() || only == "forged_cookie") {
    good = print("forged_cookie", count, refused_hello(count, true)) && good;
  }
  if (only.empty() || only == "banned") {
    good = print("banned", count, hello_beside_bans(count, true)) && good;
  }
  if (only.empty() || only == "beside_bans") {
    good = print("beside_bans", count, hello_beside_bans(count, false)) && good;
  }
  if (only.empty() || only == "handshake") print("handshake", count, honest_handshake(count));
  return good ? 0 : 1;
}
