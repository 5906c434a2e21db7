// SPDX-License-Identifier: MIT
//
// ping_phases ADDRESS:PORT KEY_FILE: sends 64 bytes to the service echo and back again and again,
// one message a millisecond, while somebody else does something to the server. Each line of
// standard input names the phase that begins; when one ends, a line tells of its round trips.
// Standard input's end ends the last one.
#include <unistd.h>

#include <algorithm>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/streambuf.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <vector>

#include "jetstream/client.h"

using namespace jetstream;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMessageBytes = 64;
constexpr auto kPause = std::chrono::milliseconds(1);

/// What one phase has measured.
struct Phase {
  std::string name;
  std::vector<double> round_trips_us;

  void print() {
    if (name.empty() || round_trips_us.empty()) return;  // before the first phase, or too short
    std::sort(round_trips_us.begin(), round_trips_us.end());
    const auto at = [&](double share) {
      return round_trips_us[static_cast<std::size_t>(
          share * static_cast<double>(round_trips_us.size() - 1))];
    };
    std::printf("%s pings %zu p50_us %.0f p99_us %.0f p999_us %.0f max_us %.0f\n", name.c_str(),
                round_trips_us.size(), at(0.5), at(0.99), at(0.999), at(1));
    std::fflush(stdout);
  }
};

asio::awaitable<void> follow_input(Phase& phase, bool& over) {
  asio::posix::stream_descriptor input(co_await asio::this_coro::executor, ::dup(STDIN_FILENO));
  asio::streambuf lines;
  asio::error_code error;
  while (true) {
    co_await asio::async_read_until(input, lines, '\n',
                                    asio::redirect_error(asio::use_awaitable, error));
    phase.print();
    phase = {};
    if (error) break;
    std::istream stream(&lines);
    std::getline(stream, phase.name);
  }
  over = true;
}

asio::awaitable<void> measure(Client client, ConnectOptions options) {
  Connection server = (co_await client.connect(options, asio::use_awaitable)).value();
  const StreamId stream =
      server.open_stream({.service = "echo", .urgency = 0, .framing = Framing::kMessages}).value();
  const std::vector<std::uint8_t> message(kMessageBytes, 0xa5);
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  Phase phase;
  bool over = false;
  asio::co_spawn(executor, follow_input(phase, over), asio::detached);
  std::puts("ready");
  std::fflush(stdout);
  while (!over) {
    const auto sent = Clock::now();
    const Result<> taken = co_await server.send_on_stream(stream, message, asio::use_awaitable);
    if (!taken) throw tl::bad_expected_access(taken.error());
    (void)(co_await server.recv(stream, asio::use_awaitable)).value();
    phase.round_trips_us.push_back(
        std::chrono::duration<double, std::micro>(Clock::now() - sent).count());
    timer.expires_after(kPause);
    co_await timer.async_wait(asio::use_awaitable);
  }
  server.close(CloseReason::kNormal, "done");
  (co_await server.closed(asio::use_awaitable)).value();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::cerr << "usage: ping_phases ADDRESS:PORT KEY_FILE\n";
    return 2;
  }
  ConnectOptions options;
  options.remote = parse_endpoint(argv[1]).value();
  std::ifstream file(argv[2]);
  std::string key;
  std::getline(file, key);
  options.trust = Trust::pins({Pin::parse(key).value()});
  asio::io_context io(1);
  asio::co_spawn(io, measure(Client::create(io).value(), options),
                 [](const std::exception_ptr& failure) {
                   if (failure) std::rethrow_exception(failure);
                 });
  io.run();
} catch (const tl::bad_expected_access<Error>& failure) {
  std::cerr << "ping_phases: " << failure.error().message << "\n";
  return 1;
}
