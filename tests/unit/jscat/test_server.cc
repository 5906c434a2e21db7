// SPDX-License-Identifier: MIT
#include "unit/jscat/test_server.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "jetstream/system_random.h"

namespace jetstream::test {
namespace {

/// Leaves the turn before anything is sent.
struct Frozen {};

/// Catch knows only one thread, and this is another.
template <class T>
void must(const T& good) {
  if (!good) std::abort();
}

}  // namespace

TestServer::TestServer(Setup setup)
    : setup_(std::move(setup)), identity_(Identity::generate(system_random())) {
  EndpointConfig config;
  config.session = setup_.session;
  config.session_ids = &ids_;
  config.server = {.identity = identity_,
                   .client_auth = setup_.client_auth,
                   .authorized_clients = setup_.authorized};
  UdpOptions udp;
  udp.bind = PeerAddress::v4({127, 0, 0, 1}, 0);
  driver_ = UdpDriver::create(io_, udp, Endpoint::create(config, system_random()).value()).value();
  address_ = driver_->local_address();
  driver_->on_turn([this](Instant now) { on_turn(now); });
  driver_->start();
  thread_ = std::thread([this] {
    try {
      io_.run();
    } catch (const Frozen&) {
    }
  });
}

TestServer::~TestServer() {
  io_.stop();
  thread_.join();
}

jscat::ServerArgs TestServer::args() const {
  jscat::ServerArgs args;
  args.host = parse_host_port(address()).value();
  args.name = address();
  args.pins = {Pin::of(key())};
  return args;
}

CloseInfo TestServer::wait_closed(std::uint64_t sessions) {
  std::unique_lock lock(mutex_);
  const bool came =
      changed_.wait_for(lock, std::chrono::seconds(10), [&] { return closed_ >= sessions; });
  if (!came) FAIL("the server saw " << closed_ << " sessions close");
  return last_close_;
}

bool TestServer::wait_held() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return held_; });
}

void TestServer::note_held() {
  const Endpoint& endpoint = driver_->endpoint();
  const bool held = std::any_of(streams_.begin(), streams_.end(), [&](const auto& entry) {
    const auto& [session, stream] = entry.first;
    const auto info = endpoint.info(session);
    const auto flow = endpoint.stream_info(session, stream);
    return info && flow && flow->send_window == 0 && info->bytes_in_flight == 0 &&
           flow->bytes_sent > flow->bytes_acked;
  });
  const std::lock_guard lock(mutex_);
  held_ = held;
  if (held) changed_.notify_all();
}

void TestServer::on_turn(Instant now) {
  Endpoint& endpoint = driver_->endpoint();
  while (const auto event = endpoint.poll_event()) {
    const auto stream = streams_.find({event->session, event->stream});
    switch (event->kind) {
      case EventKind::kAccepted:
        ++accepted_;
        if (setup_.freezes) throw Frozen{};
        break;
      case EventKind::kStreamOpened:
        on_opened(now, *event);
        break;
      case EventKind::kReadable:
      case EventKind::kWritable:
        if (stream != streams_.end()) pump(*event);
        break;
      case EventKind::kClosed: {
        const std::lock_guard lock(mutex_);
        ++closed_;
        if (const CloseInfo* info = endpoint.close_info(event->session)) last_close_ = *info;
        changed_.notify_all();
        break;
      }
      default:
        break;
    }
  }
  note_held();
}

void TestServer::say(const Event& event, std::string_view text) {
  must(driver_->endpoint().send(event.session, event.stream, as_bytes(text)));
  must(driver_->endpoint().finish(event.session, event.stream));
}

void TestServer::on_opened(Instant now, const Event& event) {
  Endpoint& endpoint = driver_->endpoint();
  const StreamOptions options = endpoint.stream_info(event.session, event.stream).value().options;
  const std::string& service = options.service;
  streams_[{event.session, event.stream}] = {service, options.framing, {}};
  if (service == "greet") return say(event, "hello\n");
  if (service == "signal") {
    must(::kill(::getpid(), SIGINT) == 0);
  } else if (service == "unknown") {
    must(endpoint.reset(event.session, event.stream, stream_error::kUnknownService));
    must(endpoint.stop_sending(event.session, event.stream, stream_error::kUnknownService));
  } else if (service == "stop") {
    must(endpoint.stop_sending(event.session, event.stream, stream_error::kRefused));
    say(event, "enough\n");
  } else if (service == "hangup") {
    must(endpoint.close(now, event.session, CloseReason::kGoingAway, "closing\x1b time"));
  }
}

void TestServer::pump(const Event& event) {
  Endpoint& endpoint = driver_->endpoint();
  Stream& stream = streams_.at({event.session, event.stream});
  while (true) {
    const auto view = endpoint.read(event.session, event.stream);
    if (!view || (view->data.empty() && !view->message_end && !view->fin)) return;
    const auto taken = stream.service == "echo" ? echo(event, stream, *view) : view->data.size();
    if (!taken) return;
    bytes_received_ += *taken;
    const bool last = view->fin && *taken == view->data.size();
    must(endpoint.consume(event.session, event.stream, *taken));
    if (last && stream.service != "mute" && stream.service != "signal") {
      static_cast<void>(endpoint.finish(event.session, event.stream));
    }
    if (last) return;
  }
}

/// How much of `view` was sent back; nothing if there was no room.
std::optional<std::size_t> TestServer::echo(const Event& event, Stream& stream,
                                            const ReadView& view) {
  Endpoint& endpoint = driver_->endpoint();
  if (stream.framing == Framing::kBytes) {
    if (view.data.empty()) return 0;
    const auto sent = endpoint.send(event.session, event.stream, view.data);
    if (!sent) return std::nullopt;
    const std::lock_guard lock(mutex_);
    bytes_echoed_ += *sent;
    changed_.notify_all();
    return *sent;
  }
  const std::size_t before = stream.message.size();
  stream.message.append(as_text(view.data));
  if (!view.message_end) return view.data.size();
  if (!endpoint.send(event.session, event.stream, as_bytes(stream.message))) {
    stream.message.resize(before);
    return std::nullopt;
  }
  stream.message.clear();
  return view.data.size();
}

}  // namespace jetstream::test
