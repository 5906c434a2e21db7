// SPDX-License-Identifier: MIT
//
// Two honest endpoints, and the input is what happens between them: which datagram arrives when,
// twice, damaged or never, what the two applications do meanwhile, where the client moves to. What
// is read has to be what was sent, neither side may ever accuse the other, and once the network is
// whole again everything comes to its end.
#include "fuzz/schedule_side.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// More than what a window of congestion control holds; the oldest is lost first, as in a queue.
constexpr std::size_t kInFlightMax = 2000;
/// Enough for the largest transfer that a schedule can start, at the pace of the repaired network.
constexpr Duration kFinishWithin = 120s;
constexpr Duration kRepairedDelay = 5ms;
constexpr Duration kStep = 20ms;

EndpointConfig endpoint_config(std::uint8_t flags) {
  EndpointConfig config;
  config.session.datagram_bytes_max = 1452;
  config.prefer_aes = (flags & 1) != 0;
  if ((flags & 2) != 0) config.session.key_update.packets = 16;
  if ((flags & 4) != 0) {
    config.session.max_data = 64 * 1024;
    config.session.max_stream_data = 16 * 1024;
    config.session.message_bytes_max = 8 * 1024;
  }
  if ((flags & 8) != 0) config.session.max_streams = 2;
  return config;
}

ServerConfig schedule_server(std::uint8_t flags) {
  ServerConfig config = server_config();
  config.half_open_max = 2;
  if ((flags & 16) != 0) config.retry = RetryMode::kAlways;
  if ((flags & 64) != 0) config.resumption.early_services = {"echo"};
  return config;
}

class Schedule {
 public:
  explicit Schedule(std::uint8_t flags)
      : client_({}, endpoint_config(flags)),
        server_(schedule_server(flags), endpoint_config(flags)) {
    if ((flags & 32) != 0) options_.ticket = earlier_ticket();
    client_.begin(client_.endpoint->connect(client_.endpoint.now, options_).value());
    turn();
  }

  void act(std::uint8_t op, std::uint8_t arg) {
    switch (op % 16) {
      case 8:
        return pass(arg * 4ms);
      case 9:
        return pass(arg * 20ms);
      case 10:
        client_.command(arg);
        break;
      case 11:
        server_.command(arg);
        break;
      case 12:
        address_.port = static_cast<std::uint16_t>(40000 + arg % 8);
        break;
      case 13:
        client_.read_all();
        break;
      case 14:
        server_.read_all();
        break;
      case 15:
        address_.port = static_cast<std::uint16_t>(40000 + arg % 8);
        client_.endpoint->migrate_all(client_.endpoint.now);
        break;
      default:
        disturb(op % 16, arg);
    }
    turn();
  }

  /// The network is whole again and both applications finish what they began.
  void finish() {
    client_.finish_all();
    server_.finish_all();
    const Instant deadline = client_.endpoint.now + kFinishWithin;
    while (client_.endpoint.now < deadline && !(client_.over() && server_.over())) {
      exchange(kRepairedDelay);
      client_.read_all();
      server_.read_all();
    }
    JS_ASSERT(client_.over() && server_.over());
    client_.check_received_from(server_);
    server_.check_received_from(client_);
    client_.close();
    turn();
    const auto forgotten = [this] {
      return client_.endpoint->record_count() == 0 && server_.endpoint->record_count() == 0;
    };
    for (const Instant end = deadline + kFinishWithin;
         client_.endpoint.now < end && !forgotten();) {
      exchange(100ms);
    }
    JS_ASSERT(forgotten());
  }

 private:
  struct Datagram {
    bool to_server;
    PeerAddress from;
    Buffer bytes;
  };

  /// A session before this one, which nothing disturbs.
  SessionTicket earlier_ticket() {
    const SessionHandle session = client_.endpoint->connect(client_.endpoint.now, options_).value();
    client_.begin(session);
    while (client_.endpoint.count(EventKind::kTicket) == 0) exchange(kRepairedDelay);
    SessionTicket ticket = client_.endpoint->take_ticket(session).value();
    JS_ASSERT(client_.endpoint->close(client_.endpoint.now, session, CloseReason::kNormal, ""));
    while (client_.endpoint->record_count() + server_.endpoint->record_count() > 0) {
      exchange(100ms);
    }
    client_.forget();
    server_.forget();
    return ticket;
  }

  /// Both sides act, and everything they said arrives.
  void exchange(Duration delay) {
    deliver_everything();
    pass(delay);
  }

  void disturb(unsigned what, std::uint8_t arg) {
    if (in_flight_.empty()) return;
    const auto at = in_flight_.begin() + arg % static_cast<std::ptrdiff_t>(in_flight_.size());
    switch (what) {
      case 4:
        return deliver(*at);
      case 5:
        in_flight_.erase(at);
        return;
      case 6:
        at->bytes[arg % at->bytes.size()] ^= static_cast<std::uint8_t>(1 << (arg % 8));
        return;
      case 7:
        at->bytes.resize(1 + arg * at->bytes.size() / 256);
        return;
      default:
        break;
    }
    const Datagram datagram = std::move(*at);
    in_flight_.erase(at);
    deliver(datagram);
  }

  void deliver(const Datagram& datagram) {
    if (datagram.to_server) {
      server_.endpoint.give(datagram.from, datagram.bytes);
    } else {
      client_.endpoint.give(kServerAddress, datagram.bytes);
    }
  }

  void deliver_everything() {
    const std::vector<Datagram> arriving(std::move(in_flight_));
    in_flight_.clear();
    for (const Datagram& datagram : arriving) deliver(datagram);
  }

  /// In small steps, so that an application hears of a close before its handle is stale.
  void pass(Duration time) {
    for (Duration left = time; left > Duration{}; left -= kStep) {
      const Duration step = std::min(left, kStep);
      take(client_.endpoint.run_for(step), true);
      take(server_.endpoint.run_for(step), false);
      client_.notice();
      server_.notice();
      JS_ASSERT(!client_.was_reset() || !server_.has_session());
    }
  }
  void turn() { pass(Duration(1)); }

  void take(const SentList& sent, bool to_server) {
    for (const Sent& datagram : sent) {
      // What goes to an address that the client has left is lost.
      if (!to_server && datagram.to != address_) continue;
      in_flight_.push_back({to_server, address_, datagram.bytes});
    }
    if (in_flight_.size() > kInFlightMax) {
      const auto surplus = static_cast<std::ptrdiff_t>(in_flight_.size() - kInFlightMax);
      in_flight_.erase(in_flight_.begin(), in_flight_.begin() + surplus);
    }
  }

  ConnectOptions options_{
      .remote = kServerAddress, .trust = server_trust(), .identity = {}, .session = {}};
  ScheduleSide client_;
  ScheduleSide server_;
  PeerAddress address_ = kClientAddress;
  std::vector<Datagram> in_flight_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Schedule schedule(data[0]);
  for (std::size_t i = 1; i + 1 < size; i += 2) schedule.act(data[i], data[i + 1]);
  schedule.finish();
  return 0;
}
