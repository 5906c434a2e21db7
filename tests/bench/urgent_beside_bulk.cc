// SPDX-License-Identifier: MIT
//
// urgent_beside_bulk ADDRESS:PORT KEY_FILE SECONDS: how long a message of 64 bytes takes to the
// service echo and back, on an urgent stream alone and beside a stream of the same session that
// sends to the service sink as much as it can. One line for each.
#include <algorithm>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <vector>

#include "jetstream/client.h"

using namespace jetstream;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMessageBytes = 64;
constexpr std::size_t kBulkBytes = 64 * 1024;
/// From an answer to the next message: urgent ones are rare.
constexpr auto kPause = std::chrono::milliseconds(1);

/// Sends until the session ends.
asio::awaitable<void> keep_sending(Connection server, std::uint64_t& sent) {
  const StreamId stream = server.open_stream({.service = "sink", .urgency = 7}).value();
  const std::vector<std::uint8_t> data(kBulkBytes, 0x5a);
  while (co_await server.send_on_stream(stream, data, asio::use_awaitable)) sent += data.size();
}

asio::awaitable<void> measure(Client& client, ConnectOptions options, Clock::duration time,
                              const char* name, bool beside_bulk) {
  Connection server = (co_await client.connect(options, asio::use_awaitable)).value();
  std::uint64_t bulk = 0;
  const auto executor = co_await asio::this_coro::executor;
  if (beside_bulk) asio::co_spawn(executor, keep_sending(server, bulk), asio::detached);
  const StreamId stream =
      server.open_stream({.service = "echo", .urgency = 0, .framing = Framing::kMessages}).value();
  const std::vector<std::uint8_t> message(kMessageBytes, 0xa5);
  std::vector<double> delays_us;
  asio::steady_timer timer(executor);
  const auto begin = Clock::now();
  while (Clock::now() - begin < time) {
    const auto sent = Clock::now();
    const Result<> taken = co_await server.send_on_stream(stream, message, asio::use_awaitable);
    if (!taken) throw tl::bad_expected_access(taken.error());
    (void)(co_await server.recv(stream, asio::use_awaitable)).value();
    delays_us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - sent).count());
    timer.expires_after(kPause);
    co_await timer.async_wait(asio::use_awaitable);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::sort(delays_us.begin(), delays_us.end());
  const auto at = [&](std::size_t percent) {
    return delays_us[std::min(delays_us.size() - 1, delays_us.size() * percent / 100)];
  };
  std::printf("%s messages %zu p50_us %.1f p99_us %.1f bulk_bytes_per_second %.0f\n", name,
              delays_us.size(), at(50), at(99), static_cast<double>(bulk) / seconds);
  server.close(CloseReason::kNormal, "done");
  (co_await server.closed(asio::use_awaitable)).value();
}

asio::awaitable<void> measure_both(Client client, ConnectOptions options, Clock::duration time) {
  co_await measure(client, options, time, "alone", false);
  co_await measure(client, options, time, "beside_bulk", true);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) {
    std::cerr << "usage: urgent_beside_bulk ADDRESS:PORT KEY_FILE SECONDS\n";
    return 2;
  }
  ConnectOptions options;
  options.remote = parse_endpoint(argv[1]).value();
  std::ifstream file(argv[2]);
  std::string key;
  std::getline(file, key);
  options.trust = Trust::pins({Pin::parse(key).value()});
  asio::io_context io(1);
  const std::chrono::seconds time(std::atoi(argv[3]));
  asio::co_spawn(io, measure_both(Client::create(io).value(), options, time),
                 [](const std::exception_ptr& failure) {
                   if (failure) std::rethrow_exception(failure);
                 });
  io.run();
} catch (const tl::bad_expected_access<Error>& failure) {
  std::cerr << "urgent_beside_bulk: " << failure.error().message << "\n";
  return 1;
}
