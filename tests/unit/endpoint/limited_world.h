// SPDX-License-Identifier: MIT
#pragma once

#include <map>

#include "support/world.h"

namespace jetstream::testing {

/// A server with rate limits and clients of it. The server reads whatever it is given, and notes
/// when.
class LimitedWorld {
 public:
  explicit LimitedWorld(const RateLimits& limits, std::shared_ptr<SharedLimiter> shared = nullptr,
                        SessionConfig session = {})
      : session_config_(session) {
    EndpointConfig config;
    config.session = session;
    config.limits = limits;
    config.shared_limiter = std::move(shared);
    server = &world.add_server(config);
    server->on_event = [this](const Event& event) { on_server_event(event); };
  }

  struct Client {
    Node* node;
    SessionHandle session;
    SessionHandle served;  ///< The server's handle of the same session.
  };
  Client connect() {
    EndpointConfig config;
    config.session = session_config_;
    Client client{.node = &world.add_client(config), .session = {}, .served = {}};
    const std::size_t accepted = server->count(EventKind::kAccepted);
    client.session = world.connect(*client.node, *server);
    world.run_until([&] { return server->count(EventKind::kAccepted) > accepted; });
    client.served = accepted_.back();
    return client;
  }

  /// What arrived at the service: of messages their ends.
  struct Delivery {
    Instant at;
    SessionHandle session;
    StreamId stream;
    std::size_t bytes;
    bool message_end;
  };
  std::vector<Delivery> delivered;
  std::size_t messages(std::optional<StreamId> stream = {}) const {
    std::size_t count = 0;
    for (const Delivery& one : delivered) {
      count += one.message_end && (!stream || *stream == one.stream) ? 1 : 0;
    }
    return count;
  }
  /// When each message was complete.
  std::vector<Instant> message_times() const {
    std::vector<Instant> times;
    for (const Delivery& one : delivered) {
      if (one.message_end) times.push_back(one.at);
    }
    return times;
  }
  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const Delivery& one : delivered) sum += one.bytes;
    return sum;
  }

  World world{7};
  Node* server;
  bool reads = true;

 private:
  void on_server_event(const Event& event) {
    if (event.kind == EventKind::kAccepted) accepted_.push_back(event.session);
    if (event.kind == EventKind::kReadable && reads) drain(event.session, event.stream);
  }
  void drain(SessionHandle session, StreamId stream) {
    while (true) {
      const auto view = server->endpoint->read(session, stream);
      if (!view || (view->data.empty() && !view->message_end)) return;
      delivered.push_back({world.now(), session, stream, view->data.size(), view->message_end});
      if (!server->endpoint->consume(session, stream, view->data.size())) return;
    }
  }

  SessionConfig session_config_;
  std::vector<SessionHandle> accepted_;
};

inline StreamId open_messages(const LimitedWorld::Client& client) {
  return client.node->endpoint
      ->open_stream(client.session, {.service = {}, .framing = Framing::kMessages})
      .value();
}

inline StreamId open_bytes(const LimitedWorld::Client& client) {
  return client.node->endpoint->open_stream(client.session, {}).value();
}

/// Hands over `count` messages of `size` bytes.
inline void send_messages(const LimitedWorld::Client& client, StreamId stream, int count,
                          std::size_t size) {
  const std::vector<std::uint8_t> message(size, 0x6d);
  for (int i = 0; i < count; ++i) {
    (void)client.node->endpoint->send(client.session, stream, message).value();
  }
}

}  // namespace jetstream::testing
