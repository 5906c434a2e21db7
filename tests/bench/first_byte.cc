// SPDX-License-Identifier: MIT
//
// How long after connect() the first byte of an answer comes, on virtual time and a path with a
// round trip of 50 ms: with a full handshake, with a ticket, and with early data. One line for each
// of them. The exit code is 1 if one takes other than its whole number of round trips.
#include <cstdio>
#include <string_view>

#include "base/assert.h"
#include "support/world.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kRoundTrip = 50ms;

Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A server that answers what it reads, and a client that has been there before.
class Meeting {
 public:
  Meeting() : world_(1) {
    world_.network.link.delay = kRoundTrip / 2;
    ServerConfig config{.identity = world_.server_identity()};
    config.resumption.early_services = {"echo"};
    server_ = &world_.add_server({}, &config);
    server_->on_event = [this](const Event& event) {
      if (event.kind == EventKind::kReadable) answer(event);
    };
    client_ = &world_.add_client();
  }

  /// A ticket of a session before this one.
  SessionTicket ticket() {
    const SessionHandle session = world_.connect(*client_, *server_);
    world_.run_for(1s);
    SessionTicket ticket = client_->endpoint->take_ticket(session).value();
    JS_ASSERT(client_->endpoint->close(world_.now(), session, CloseReason::kNormal, {}));
    world_.run_for(1s);
    return ticket;
  }

  /// From connect() to the first byte of the answer.
  Duration first_byte(const std::optional<SessionTicket>& ticket, bool early) {
    ConnectOptions options{
        .remote = server_->address, .trust = world_.trust(), .identity = {}, .session = {}};
    options.ticket = ticket;
    std::optional<Instant> answered;
    client_->on_event = [&](const Event& event) {
      if (event.kind == EventKind::kConnected && !early) ask(event.session, false);
      if (event.kind == EventKind::kReadable) answered = world_.now();
    };
    const Instant begin = world_.now();
    const SessionHandle session = client_->endpoint->connect(begin, options).value();
    if (early) ask(session, true);
    if (!world_.run_until([&] { return answered.has_value(); })) return Duration::max();
    client_->on_event = {};
    return *answered - begin;
  }

 private:
  void ask(SessionHandle session, bool early) {
    const auto stream =
        client_->endpoint->open_stream(session, {.service = "echo", .early = early});
    JS_ASSERT(client_->endpoint->send(session, stream.value(), as_bytes("question")));
  }

  void answer(const Event& event) {
    const auto view = server_->endpoint->read(event.session, event.stream);
    if (!view || view->data.empty()) return;
    JS_ASSERT(server_->endpoint->send(event.session, event.stream, view->data));
    JS_ASSERT(server_->endpoint->consume(event.session, event.stream, view->data.size()));
  }

  World world_;
  Node* server_ = nullptr;
  Node* client_ = nullptr;
};

bool report(const char* name, Duration took, int round_trips) {
  const double ms = std::chrono::duration<double, std::milli>(took).count();
  std::printf("%s first_byte_ms %.1f round_trips %d\n", name, ms, round_trips);
  return took >= round_trips * kRoundTrip && took < round_trips * kRoundTrip + 1ms;
}

}  // namespace

int main() {
  Meeting meeting;
  const SessionTicket first = meeting.ticket();
  const SessionTicket second = meeting.ticket();
  bool good = report("full", meeting.first_byte({}, false), 2);
  good = report("resumed", meeting.first_byte(first, false), 2) && good;
  good = report("early", meeting.first_byte(second, true), 1) && good;
  return good ? 0 : 1;
}
