// SPDX-License-Identifier: MIT
#pragma once

#include <catch2/catch.hpp>
#include <map>

#include "unit/endpoint/lone_endpoint.h"

namespace jetstream::testing {

using namespace std::chrono_literals;

inline ServerConfig early_server(World& world) {
  ServerConfig config{.identity = world.server_identity()};
  config.resumption.early_services = {"echo"};
  return config;
}

/// A server that sends back what it reads, and a client with tickets of it.
struct EarlyScene {
  explicit EarlyScene(std::uint64_t seed = 42, std::optional<ResumptionConfig> resumption = {})
      : world(seed) {
    ServerConfig config = early_server(world);
    if (resumption) config.resumption = *resumption;
    server = add(config);
    client = &world.add_client();
    client->on_event = [this](const Event& event) {
      if (event.kind == EventKind::kReadable) collect(event);
      if (event.kind == EventKind::kEarlyRejected) rejected.push_back(event.stream);
    };
    const SessionHandle first = connect();
    world.run_for(1s);
    while (auto ticket = client->endpoint->take_ticket(first)) tickets.push_back(*ticket);
    REQUIRE(tickets.size() == 2);
    REQUIRE(client->endpoint->close(world.now(), first, CloseReason::kNormal, {}));
    world.run_for(1s);
    client->events.clear();
    server->events.clear();
  }

  Node* add(ServerConfig config, EndpointConfig endpoint = {}) {
    Node* node = &world.add_server(std::move(endpoint), &config);
    node->on_event = [this, node](const Event& event) { echo(*node, event); };
    return node;
  }
  SessionHandle connect(std::optional<SessionTicket> ticket = {}, const Node* to = nullptr) {
    ConnectOptions options{.remote = (to != nullptr ? to : server)->address,
                           .trust = world.trust(),
                           .identity = {},
                           .session = {}};
    options.ticket = std::move(ticket);
    return client->endpoint->connect(world.now(), options).value();
  }
  /// An early stream that says `text`.
  StreamId say(SessionHandle session, std::string_view text, std::string service = "echo") {
    const auto stream =
        client->endpoint->open_stream(session, {.service = std::move(service), .early = true});
    REQUIRE(stream);
    REQUIRE(client->endpoint->send(session, *stream, as_bytes(text)).value() == text.size());
    REQUIRE(client->endpoint->finish(session, *stream));
    return *stream;
  }
  std::string answer(StreamId stream) { return answers[stream]; }

  void echo(Node& node, const Event& event) {
    if (event.kind != EventKind::kReadable) return;
    while (true) {
      const auto view = node.endpoint->read(event.session, event.stream);
      if (!view || (view->data.empty() && !view->fin)) return;
      const auto info = node.endpoint->stream_info(event.session, event.stream);
      heard[std::string(info->options.service)] += as_text(view->data);
      was_early = was_early || info->early;
      if (!node.endpoint->send(event.session, event.stream, view->data)) return;
      if (view->fin) (void)node.endpoint->finish(event.session, event.stream);
      (void)node.endpoint->consume(event.session, event.stream, view->data.size());
      if (view->fin) return;
    }
  }
  void collect(const Event& event) {
    while (true) {
      const auto view = client->endpoint->read(event.session, event.stream);
      if (!view || (view->data.empty() && !view->fin)) return;
      if (answers[event.stream].empty()) answered_at = world.now();
      answers[event.stream] += as_text(view->data);
      (void)client->endpoint->consume(event.session, event.stream, view->data.size());
      if (view->fin) return;
    }
  }
  EndpointStats stats() { return server->endpoint->stats(); }
  std::uint64_t refused(EarlyRefusal why) {
    return stats().early_refused[static_cast<std::size_t>(why)];
  }

  World world;
  Node* server = nullptr;
  Node* client = nullptr;
  std::vector<SessionTicket> tickets;
  std::map<StreamId, std::string> answers;
  std::map<std::string, std::string> heard;
  std::vector<StreamId> rejected;
  Instant answered_at{};
  bool was_early = false;
};

}  // namespace jetstream::testing
