// SPDX-License-Identifier: MIT
//
// Client, Server and Connection over loopback, with the real endpoint.
#include "jetstream/connection.h"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <cerrno>

#include "unit/net/faces.h"
#include "unit/net/sockets.h"
#include "unit/net/system_calls.h"

using namespace jetstream;
using namespace jetstream::test;

TEST_CASE("A client connects and is answered, over IPv4 and IPv6") {
  Faces faces(GENERATE("127.0.0.1:0", "[::1]:0"));
  auto near = faces.connect();
  REQUIRE(near);
  auto far = faces.accept();
  REQUIRE(far);
  CHECK(near->info()->id == SessionId(1));
  CHECK(far->info()->id == SessionId(1));
  CHECK(near->info()->peer_identity == faces.identity.public_key());
  CHECK(far->info()->path.remote.port == faces.client->local_endpoint().port);
  CHECK(faces.server->session_count() == 1);
  CHECK(faces.client->session_count() == 1);

  const StreamId stream =
      near->open_stream({.service = "greeting", .framing = Framing::kMessages}).value();
  REQUIRE(faces.send(*near, stream, as_bytes("Hello from client!")));
  REQUIRE(faces.accept_stream(*far).value() == stream);
  CHECK(far->stream_info(stream)->options.service == "greeting");
  auto heard = faces.recv(*far, stream);
  REQUIRE(heard);
  CHECK(as_text(heard->data) == "Hello from client!");
  CHECK(heard->message_end);
  CHECK_FALSE(heard->fin);

  REQUIRE(faces.send(*far, stream, as_bytes("Hello from server!")));
  REQUIRE(far->close_stream(stream));
  auto answer = faces.recv(*near, stream);
  REQUIRE(answer);
  CHECK(as_text(answer->data) == "Hello from server!");
}

TEST_CASE("A connection gives tickets, each once, and with one the next session resumes") {
  Session session;
  // Two come by themselves, two more when they are asked for.
  std::vector<SessionTicket> tickets;
  for (int i = 0; i < 4; ++i) tickets.push_back(session.ticket(session.near).value());
  for (std::size_t i = 1; i < tickets.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(tickets.at(i).ticket_id != tickets.at(j).ticket_id);
  }
  ConnectOptions options = session.options();
  options.import_session_ticket(tickets[3]);
  auto again = session.connect(options);
  REQUIRE(again);
  CHECK(again->info()->resumed);
  CHECK_FALSE(session.near.info()->resumed);

  const auto refused = session.ticket(session.far);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kInvalidArgument);
}

TEST_CASE("Who waits for a ticket that never comes is told when the session ends") {
  Session session;
  for (int i = 0; i < 4; ++i) REQUIRE(session.ticket(session.near));
  std::optional<Result<SessionTicket>> fifth;
  session.near.generate_session_ticket(
      [&](Result<SessionTicket> ticket) { fifth = std::move(ticket); });
  session.far.close();
  static_cast<void>(session.closed(session.near));
  REQUIRE(run_until(session.io, [&] { return fifth.has_value(); }));
  REQUIRE_FALSE(*fifth);
  CHECK(fifth->error().code == LocalCode::kClosing);
  CHECK_FALSE(session.ticket(session.near));
}

TEST_CASE("Sessions of one client share its socket") {
  Faces faces;
  auto first = faces.connect();
  auto second = faces.connect();
  REQUIRE(first);
  REQUIRE(second);
  auto far_first = faces.accept();
  auto far_second = faces.accept();
  REQUIRE(far_second);
  CHECK(far_first->info()->path.remote == far_second->info()->path.remote);
  CHECK(second->info()->id == SessionId(2));

  for (Connection* near : {&*first, &*second}) {
    const StreamId stream =
        near->open_stream({.service = {}, .framing = Framing::kMessages}).value();
    const std::string text = std::to_string(near->info()->id.value());
    REQUIRE(faces.send(*near, stream, as_bytes(text)));
    Connection& far = near == &*first ? *far_first : *far_second;
    REQUIRE(faces.accept_stream(far).value() == stream);
    CHECK(as_text(faces.recv(far, stream)->data) == text);
  }

  first->close(CloseReason::kNormal, "one of two");
  CHECK(faces.closed(*far_first).message == "one of two");
  CHECK(second->info()->state == SessionState::kEstablished);
}

TEST_CASE("A server that is not the trusted one is refused") {
  Faces faces;
  ConnectOptions options = faces.options();
  options.trust = Trust::pins({Pin::of(Identity::generate(system_random()).public_key())});
  auto refused = faces.connect(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kUntrustedIdentity);
  CHECK(faces.client->session_count() == 0);
}

TEST_CASE("Nothing is trusted by omission") {
  Faces faces;
  ConnectOptions options = faces.options();
  options.trust = {};
  auto refused = faces.connect(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kNoTrust);
}

TEST_CASE("Where nobody listens, connecting fails after the handshake timeout") {
  asio::io_context io(1);
  EndpointConfig config;
  config.handshake_timeout = std::chrono::seconds(1);
  Client client = Client::create(io, config).value();
  ConnectOptions options;
  auto silent = open_socket("127.0.0.1:0");
  options.remote = silent.local_address();
  options.trust = Trust::insecure_accept_any();
  auto refused = wait_for<Connection>(io, [&](auto done) { client.connect(options, done); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kHandshakeTimeout);
}

TEST_CASE("An IPv4 socket does not try IPv6") {
  Faces faces;
  Client v4 = Client::create(faces.io, {}, bound_to("127.0.0.1:0")).value();
  ConnectOptions options = faces.options();
  options.remote = parse_endpoint("[::1]:9").value();
  auto refused = wait_for<Connection>(faces.io, [&](auto done) { v4.connect(options, done); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kInvalidArgument);
}

TEST_CASE("Who closes says why, and both ends hear it") {
  Session session;
  const bool client_closes = GENERATE(true, false);
  Connection& closer = client_closes ? session.near : session.far;
  Connection& other = client_closes ? session.far : session.near;
  closer.close(CloseReason::kRateLimitExceeded, "enough");
  const CloseInfo told = session.closed(other);
  CHECK(told.reason == CloseReason::kRateLimitExceeded);
  CHECK(told.message == "enough");
  CHECK(told.by_peer);
  const CloseInfo own = session.closed(closer);
  CHECK(own.reason == CloseReason::kRateLimitExceeded);
  CHECK_FALSE(own.by_peer);

  // After the end everything is refused, and asking again gets the same answer.
  CHECK(session.closed(other).message == "enough");
  CHECK(other.open_stream().error().code == LocalCode::kClosing);
  CHECK(other.info().error().code == LocalCode::kClosing);
  CHECK(session.accept_stream(other).error().code == LocalCode::kClosing);
  CHECK(session.recv(other, StreamId(1)).error().code == LocalCode::kClosing);
  CHECK(session.send(other, StreamId(1), as_bytes("x")).error().code == LocalCode::kClosing);
  other.close();
}

TEST_CASE("What waits ends with the session") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  std::vector<LocalCode> codes;
  auto note = [&](auto result) { codes.push_back(result.error().code); };
  const std::vector<std::uint8_t> more_than_fits(8 * 1024 * 1024);
  session.far.recv(stream, note);
  session.far.accept_stream(note);
  session.near.send_on_stream(stream, more_than_fits, note);
  session.near.send_on_stream(stream, more_than_fits, note);
  session.near.close();
  REQUIRE(run_until(session.io, [&] { return codes.size() == 4; }));
}

TEST_CASE("More bytes than any window holds arrive in order") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  const auto bytes = pattern(5 * 1024 * 1024);
  std::optional<Result<>> sent;
  session.near.send_on_stream(stream, bytes, [&](Result<> result) { sent = std::move(result); });
  REQUIRE(session.near.close_stream(stream));

  std::vector<std::uint8_t> arrived;
  bool fin = false;
  while (!fin) {
    auto part = session.recv(session.far, stream);
    REQUIRE(part);
    CHECK_FALSE(part->message_end);
    arrived.insert(arrived.end(), part->data.begin(), part->data.end());
    fin = part->fin;
  }
  CHECK(arrived == bytes);
  REQUIRE(sent);
  CHECK(*sent);
}

TEST_CASE("Messages arrive whole and in order, empty ones too") {
  Session session;
  const StreamId stream = session.stream(Framing::kMessages);
  const std::vector<std::vector<std::uint8_t>> messages = {
      pattern(1), pattern(200 * 1024), {}, pattern(70000, 5), pattern(256 * 1024), {}};
  int sent = 0;
  for (const auto& message : messages) {
    session.near.send_on_stream(stream, message, [&](Result<> result) { sent += result ? 1 : 0; });
  }
  REQUIRE(session.near.close_stream(stream));
  for (const auto& message : messages) {
    auto received = session.recv(session.far, stream);
    REQUIRE(received);
    CHECK(received->message_end);
    CHECK(received->data == message);
    if (received->fin) CHECK(&message == &messages.back());
  }
  CHECK(sent == 6);
}

TEST_CASE("A message larger than the peer takes is refused, the next one goes") {
  Session session;
  const StreamId stream = session.stream(Framing::kMessages);
  const auto too_large = pattern(256 * 1024 + 1);
  auto refused = session.send(session.near, stream, too_large);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kMessageTooLarge);
  REQUIRE(session.send(session.near, stream, as_bytes("fine")));
  CHECK(as_text(session.recv(session.far, stream)->data) == "fine");
}

TEST_CASE("One recv at a time on a stream") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  std::optional<Result<Received>> first;
  session.far.recv(stream, [&](Result<Received> result) { first = std::move(result); });
  auto second = session.recv(session.far, stream);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == LocalCode::kInvalidArgument);
  REQUIRE(session.send(session.near, stream, as_bytes("x")));
  REQUIRE(run_until(session.io, [&] { return first.has_value(); }));
  CHECK(as_text(first->value().data) == "x");
}

TEST_CASE("A reset ends both ends' waiting") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  std::optional<Result<Received>> far;
  std::optional<Result<Received>> near;
  session.far.recv(stream, [&](Result<Received> result) { far = std::move(result); });
  session.near.recv(stream, [&](Result<Received> result) { near = std::move(result); });
  session.io.restart();
  session.io.poll();
  REQUIRE(session.near.reset_stream(stream, 42));
  REQUIRE(run_until(session.io, [&] { return far && near; }));
  CHECK(far->error().code == LocalCode::kReset);
  CHECK(far->error().message == "the peer reset the stream, code 42");
  CHECK(near->error().code == LocalCode::kReset);
  CHECK(session.recv(session.near, StreamId(99)).error().code == LocalCode::kUnknownStream);
}

TEST_CASE("A stream that is over before anybody accepts it is passed over") {
  Session session;
  const StreamId cancelled = session.near.open_stream().value();
  REQUIRE(session.send(session.near, cancelled, as_bytes("x")));
  REQUIRE(run_until(session.io, [&] { return session.far.stream_info(cancelled).has_value(); }));
  REQUIRE(session.near.reset_stream(cancelled, 1));
  REQUIRE(run_until(session.io, [&] { return !session.far.stream_info(cancelled).has_value(); }));
  const StreamId next = session.near.open_stream().value();
  REQUIRE(session.send(session.near, next, as_bytes("y")));
  CHECK(session.accept_stream(session.far).value() == next);
}

TEST_CASE("The stream limit is told and goes away with a stream") {
  SessionConfig config;
  config.max_streams = 1;
  Session session(config);
  const StreamId stream = session.stream(Framing::kBytes);
  CHECK(session.near.open_stream().error().code == LocalCode::kStreamLimit);
  REQUIRE(session.near.close_stream(stream));
  REQUIRE(session.far.close_stream(stream));
  CHECK(session.recv(session.far, stream)->fin);
  CHECK(session.recv(session.near, stream)->fin);
  std::optional<StreamId> next;
  REQUIRE(run_until(session.io, [&] {
    if (auto opened = session.near.open_stream()) next = *opened;
    return next.has_value();
  }));
  CHECK(*next == StreamId(3));
}

TEST_CASE("A server finds its sessions by address") {
  Session session;
  Connection found = session.server->get_session(session.far.info()->path.remote);
  REQUIRE(found);
  CHECK(found.handle() == session.far.handle());
  CHECK_FALSE(session.server->get_session(parse_endpoint("127.0.0.1:1").value()));
}

TEST_CASE("Shutdown tells every client and waits until they are gone") {
  Faces faces;
  auto first = faces.connect();
  auto second = faces.connect();
  REQUIRE(second);
  std::optional<Result<Connection>> accepted;
  REQUIRE(faces.accept());
  REQUIRE(faces.accept());
  faces.server->accept([&](Result<Connection> result) { accepted = std::move(result); });
  auto done = wait_for<void>(faces.io, [&](auto token) { faces.server->shutdown(token); });
  REQUIRE(done);
  CHECK(faces.server->session_count() == 0);
  REQUIRE(accepted);
  CHECK(accepted->error().code == LocalCode::kClosing);
  CHECK(faces.closed(*first).reason == CloseReason::kGoingAway);
  CHECK(faces.closed(*second).reason == CloseReason::kGoingAway);
  auto late = wait_for<Connection>(faces.io, [&](auto token) { faces.server->accept(token); });
  CHECK(late.error().code == LocalCode::kClosing);
}

TEST_CASE("A drain waits long enough for a lost CLOSE to be sent again") {
  Session session;
  const StreamId stream = session.stream(Framing::kBytes);
  std::optional<Result<>> done;
  session.server->drain(Duration::zero(), [&](Result<> result) { done = std::move(result); });
  {
    FailingSends lost({ENOBUFS});
    REQUIRE(run_until(session.io, [&] { return lost.used_up(); }));
  }
  REQUIRE(session.send(session.near, stream, as_bytes("are you there?")));
  REQUIRE(run_until(session.io, [&] { return done.has_value(); }));
  CHECK(*done);
  session.server.reset();
  CHECK(session.closed(session.near).reason == CloseReason::kGoingAway);
}

TEST_CASE("A session that ends before anybody accepts it is passed over") {
  Faces faces;
  auto first = faces.connect();
  REQUIRE(first);
  first->close();
  REQUIRE(run_until(faces.io, [&] { return faces.server->session_count() == 0; }));
  auto second = faces.connect();
  REQUIRE(second);
  auto far = faces.accept();
  REQUIRE(far);
  CHECK(far->info()->id == second->info()->id);
}

TEST_CASE("Configurations of the wrong kind are refused") {
  asio::io_context io(1);
  EndpointConfig plain;
  CHECK(Server::bind(io, UdpOptions{}, plain).error().code == LocalCode::kInvalidArgument);
  EndpointConfig serving;
  serving.server = {.identity = Identity::generate(system_random()), .authorized_clients = {}};
  CHECK(Client::create(io, serving).error().code == LocalCode::kInvalidArgument);
  plain.session.max_streams = 0;
  CHECK(Client::create(io, plain).error().code == LocalCode::kInvalidArgument);
}

TEST_CASE("Numeric names are resolved without asking anybody") {
  asio::io_context io(1);
  for (const char* text : {"127.0.0.1:80", "[::1]:81"}) {
    auto found = wait_for<std::vector<PeerAddress>>(
        io, [&](auto done) { resolve(io, parse_host_port(text).value(), done); });
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().to_string() == text);
  }
  const HostPort nowhere{"no such host", 1};
  auto none =
      wait_for<std::vector<PeerAddress>>(io, [&](auto done) { resolve(io, nowhere, done); });
  REQUIRE_FALSE(none);
  CHECK(none.error().code == LocalCode::kSystem);
}

TEST_CASE("Coroutines get results, not exceptions") {
  Faces faces;
  bool done = false;
  auto talk = [&]() -> asio::awaitable<void> {
    Result<Connection> near = co_await faces.client->connect(faces.options(), asio::use_awaitable);
    REQUIRE(near);
    Result<Connection> far = co_await faces.server->accept(asio::use_awaitable);
    REQUIRE(far);
    const StreamId stream = near->open_stream().value();
    Result<> sent = co_await near->send_on_stream(stream, as_bytes("x"), asio::use_awaitable);
    CHECK(sent);
    Result<StreamId> opened = co_await far->accept_stream(asio::use_awaitable);
    CHECK(opened == stream);
    Result<Received> received = co_await far->recv(stream, asio::use_awaitable);
    CHECK(received->data.size() == 1);
    near->close();
    Result<CloseInfo> closed = co_await far->closed(asio::use_awaitable);
    CHECK(closed->by_peer);
    received = co_await far->recv(stream, asio::use_awaitable);
    CHECK(received.error().code == LocalCode::kClosing);
    done = true;
  };
  asio::co_spawn(faces.io, talk(), [](std::exception_ptr failure) { CHECK_FALSE(failure); });
  REQUIRE(run_until(faces.io, [&] { return done; }));
}

TEST_CASE("A client goes on from another socket with its session") {
  Session session;
  const StreamId stream = session.stream(Framing::kMessages);
  REQUIRE(session.send(session.far, stream, as_bytes("here")));
  REQUIRE(session.recv(session.near, stream));
  const std::uint16_t before = session.client->local_endpoint().port;
  REQUIRE(session.client->migrate());
  const std::uint16_t port = session.client->local_endpoint().port;
  CHECK(port != before);
  CHECK(run_until(session.io, [&] { return session.far.info()->path.remote.port == port; }));
  REQUIRE(session.send(session.far, stream, as_bytes("there")));
  CHECK(as_text(session.recv(session.near, stream)->data) == "there");
  CHECK(session.server->session_count() == 1);
  // A socket that can't be had changes nothing.
  UdpOptions taken;
  taken.bind = session.server->local_endpoint();
  CHECK_FALSE(session.client->migrate(taken));
  CHECK(session.client->local_endpoint().port == port);
}
