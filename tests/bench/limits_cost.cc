// SPDX-License-Identifier: MIT
//
// Messages of 100 bytes from a client to a server that reads them, one turn each, on virtual time
// and without rate limits: limits_cost MESSAGES. Prints how many packets that took. What rate
// limits cost where there are none is found by limits_cost.py, which counts the instructions of
// this.
#include <cstdio>
#include <cstdlib>

#include "base/assert.h"
#include "support/world.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
  const int messages = argc > 1 ? std::atoi(argv[1]) : 1000;
  World world(1);
  Node& server = world.add_server();
  Node& client = world.add_client();
  int received = 0;
  server.on_event = [&](const Event& event) {
    if (event.kind != EventKind::kReadable) return;
    while (true) {
      const auto view = server.endpoint->read(event.session, event.stream);
      if (!view || (view->data.empty() && !view->message_end)) return;
      received += view->message_end ? 1 : 0;
      (void)server.endpoint->consume(event.session, event.stream, view->data.size());
    }
  };
  const SessionHandle session = world.connect(client, server);
  JS_ASSERT(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
  const StreamId stream =
      client.endpoint->open_stream(session, {.service = "sink", .framing = Framing::kMessages})
          .value();
  const std::vector<std::uint8_t> message(100, 0x6d);
  for (int i = 0; i < messages; ++i) {
    JS_ASSERT(client.endpoint->send(session, stream, message).has_value());
    world.run_for(1ms);
  }
  world.run_for(1s);
  JS_ASSERT(received == messages);
  const EndpointStats stats = server.endpoint->stats();
  std::printf("%llu\n",
              static_cast<unsigned long long>(stats.packets_received + stats.packets_sent));
  return 0;
}
