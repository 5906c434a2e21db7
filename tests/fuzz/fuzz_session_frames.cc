// SPDX-License-Identifier: MIT
//
// A peer with real keys and any frames: the input is cut into packets, sealed and given to an
// endpoint whose application echoes. The session may close or live on, but it has to end in time,
// stay inside its windows, and answer with packets that are well formed.
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// Far more than any honest endpoint needs for the seconds that pass here.
constexpr std::size_t kDatagramsMax = 100000;

/// Reads, echoes and looks at everything, as a careless application would.
void react(LoneEndpoint& endpoint, std::size_t& seen) {
  for (; seen < endpoint.events.size(); ++seen) {
    const Event event = endpoint.events[seen];
    if (event.kind != EventKind::kReadable) continue;
    while (const auto view = endpoint->read(event.session, event.stream)) {
      if (view->data.empty() && !view->message_end && !view->fin) break;
      const bool fin = view->fin;
      const Buffer data(view->data.begin(), view->data.end());
      (void)endpoint->send(event.session, event.stream, data);
      if (!endpoint->consume(event.session, event.stream, data.size())) break;
      if (fin) (void)endpoint->finish(event.session, event.stream);
      if (fin) break;
    }
  }
}

void check_answer(const std::vector<Buffer>& payloads) {
  for (const Buffer& payload : payloads) {
    JS_ASSERT(!payload.empty());
    wire::FrameReader reader(payload);
    while (!reader.done()) JS_ASSERT(reader.next().has_value());
  }
}

void check_session(LoneEndpoint& endpoint, SessionHandle session, const SessionConfig& limits) {
  const auto info = endpoint->info(session);
  if (!info) return;
  JS_ASSERT(info->streams_open <= 2 * limits.max_streams);
  JS_ASSERT(endpoint->record_count() == 1);
  const bool ended = info->state != SessionState::kEstablished;
  JS_ASSERT(ended == (endpoint->close_info(session) != nullptr));
}

/// The peer goes elsewhere: another port, or another host.
void move(PeerAddress& from, unsigned where) {
  from.port = static_cast<std::uint16_t>(40000 + (where & 7));
  from.ip[15] = static_cast<std::uint8_t>(where >> 3 != 0 ? 77 : 1);
}

void run(LoneEndpoint& endpoint, RawPackets& peer, PeerAddress from, SessionHandle session,
         Bytes input) {
  base::ByteReader script(input);
  const SessionConfig limits;
  std::size_t seen = 0;
  std::size_t datagrams = 0;
  const auto take = [&](const SentList& sent) {
    datagrams += sent.size();
    JS_ASSERT(datagrams < kDatagramsMax);
    check_answer(opened(peer, sent));
    react(endpoint, seen);
    check_session(endpoint, session, limits);
  };
  if (const auto stream = endpoint->open_stream(session, {.service = "echo"})) {
    (void)endpoint->send(session, *stream, Buffer(3000, 0x42));
  }
  take(endpoint.turn());
  while (const auto size = script.read_u8()) {
    if (*size >= 0xf0) {
      take(endpoint.run_for((*size & 0x0f) * 40ms));
      continue;
    }
    if (*size == 0xef) {
      peer.update_keys();
      continue;
    }
    if (*size >= 0xe0) {
      move(from, *size & 0x0f);
      continue;
    }
    const std::size_t wanted = std::size_t{*size} * 4 + 1;
    const Bytes payload = *script.read_bytes(std::min(wanted, script.remaining()));
    if (payload.empty()) break;
    take(endpoint.exchange(from, peer.seal(payload)));
  }
  // Without another word of the peer everything is over when the timeout is.
  take(endpoint.run_for(32s));
  take(endpoint.run_for(10s));
  JS_ASSERT(endpoint->record_count() == 0);
  JS_ASSERT(endpoint->session_count() == 0);
  JS_ASSERT(endpoint.count(EventKind::kClosed) == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input = Bytes(data, size).subspan(1);
  // Small tables and datagrams, because both sides are made anew for every input.
  EndpointConfig endpoint;
  endpoint.session.datagram_bytes_max = 1452;
  if (data[0] % 2 == 0) {
    ServerConfig config = server_config();
    config.half_open_max = 2;
    ServedClient served(config, endpoint);
    JS_ASSERT(served.server->session_count() == 1);
    run(served.server, served.client.packets(), kClientAddress, served.session, input);
  } else {
    ServingRaw serving(endpoint);
    JS_ASSERT(serving.established);
    run(serving.client, serving.server.packets(), kServerAddress, serving.session, input);
  }
  return 0;
}
