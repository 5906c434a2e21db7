// SPDX-License-Identifier: MIT
//
// Early data through the faces that people use: at once, taken, refused, and said again.
#include "unit/net/faces.h"

using namespace jetstream;
using namespace jetstream::test;
using namespace std::chrono_literals;

namespace {

/// A server whose service "echo" takes early data and sends back what it hears, and a client with a
/// ticket of it.
struct EarlyFaces : Faces {
  std::optional<SessionTicket> ticket_;
  std::string heard;
  int sessions = 0;

  EarlyFaces() {
    serve();
    take_ticket();
  }
  /// A server with other keys at another port, as after a restart.
  void serve(std::uint32_t max_streams = 100) {
    EndpointConfig config;
    config.session.max_streams = max_streams;
    config.server = {.identity = identity, .authorized_clients = {}};
    config.server->resumption.early_services = {"echo"};
    server.reset();
    server.emplace(Server::bind(io, parse_endpoint("127.0.0.1:0").value(), config).value());
    accept_next();
  }
  void take_ticket() {
    Connection first = connect().value();
    ticket_ = ticket(first).value();
    first.close();
    REQUIRE(run_until(io, [&] { return client->session_count() == 0; }));
    sessions = 0;
  }
  void accept_next() {
    server->accept([this](Result<Connection> accepted) {
      if (!accepted) return;
      ++sessions;
      accept_streams(*accepted);
      accept_next();
    });
  }
  void accept_streams(Connection far) {
    far.accept_stream([this, far](Result<StreamId> stream) {
      if (!stream) return;
      echo(far, *stream);
      accept_streams(far);
    });
  }
  void echo(Connection far, StreamId stream) {
    far.recv(stream, [this, far, stream](Result<Received> received) mutable {
      if (!received) return;
      heard += as_text(received->data);
      auto kept = std::make_shared<Received>(*std::move(received));
      far.send_on_stream(stream, kept->data, [kept](Result<>) {});
      if (kept->fin) return static_cast<void>(far.close_stream(stream));
      echo(far, stream);
    });
  }

  ConnectOptions with_ticket() {
    ConnectOptions with = options();
    with.import_session_ticket(*ticket_);
    return with;
  }
  Result<> connected(Connection& at) {
    return wait_for<void>(io, [&](auto done) { at.connected(done); });
  }
  /// All that comes until the stream's end.
  std::string answer(Connection& at, StreamId stream) {
    std::string all;
    while (true) {
      const auto received = recv(at, stream);
      if (!received) return all + " (" + received.error().message + ")";
      all += as_text(received->data);
      if (received->fin) return all;
    }
  }
};

const StreamOptions kEarly{.service = "echo", .early = true};

}  // namespace

TEST_CASE("early data goes with the hello and is answered [RES-16]") {
  EarlyFaces faces;
  Connection near = faces.client->connect_early(faces.with_ticket()).value();
  const StreamId stream = near.open_stream(kEarly).value();
  CHECK(near.stream_info(stream)->options.service == "echo");
  REQUIRE(faces.send(near, stream, as_bytes("no waiting")));
  REQUIRE(near.close_stream(stream));
  CHECK(near.info()->state == SessionState::kHandshaking);
  CHECK(faces.answer(near, stream) == "no waiting");
  REQUIRE(faces.connected(near));
  CHECK(near.info()->early_accepted);
  CHECK(faces.heard == "no waiting");
  CHECK(faces.sessions == 1);
  // From here on it is a session as any other.
  const StreamId later = near.open_stream({.service = "echo"}).value();
  CHECK(later > stream);
  REQUIRE(faces.send(near, later, as_bytes("!")));
  REQUIRE(near.close_stream(later));
  CHECK(faces.answer(near, later) == "!");
}

TEST_CASE("refused early data is said again, once, on the same streams [RES-21]") {
  EarlyFaces faces;
  SECTION("because the ticket was used before") {
    Connection first = faces.client->connect_early(faces.with_ticket()).value();
    REQUIRE(faces.connected(first));
    CHECK(first.info()->early_accepted);
  }
  SECTION("because the server has started again") { faces.serve(); }
  Connection near = faces.client->connect_early(faces.with_ticket()).value();
  const StreamId bytes = near.open_stream(kEarly).value();
  StreamOptions in_messages = kEarly;
  in_messages.framing = Framing::kMessages;
  const StreamId messages = near.open_stream(in_messages).value();
  REQUIRE(faces.send(near, bytes, as_bytes("one ")));
  REQUIRE(faces.send(near, bytes, as_bytes("two")));
  REQUIRE(near.close_stream(bytes));
  REQUIRE(faces.send(near, messages, as_bytes("A")));
  REQUIRE(faces.send(near, messages, {}));
  CHECK(faces.answer(near, bytes) == "one two");
  CHECK_FALSE(near.info()->early_accepted);
  REQUIRE(faces.connected(near));
  for (const std::string_view expected : {"A", ""}) {
    const auto received = faces.recv(near, messages);
    REQUIRE(received);
    CHECK(received->message_end);
    CHECK(as_text(received->data) == expected);
  }
  std::string sorted = faces.heard;
  std::sort(sorted.begin(), sorted.end());
  CHECK(sorted ==
        " Aeno"
        "otw");
  const StreamId later = near.open_stream({.service = "echo"}).value();
  CHECK(later > messages);
}

TEST_CASE("refused early data is told to who wants to know [RES-21]") {
  EarlyFaces faces;
  faces.serve();
  Connection near = faces.client->connect_early(faces.with_ticket(), EarlyRefused::kTell).value();
  const StreamId stream = near.open_stream(kEarly).value();
  REQUIRE(faces.send(near, stream, as_bytes("lost")));
  const auto received = faces.recv(near, stream);
  REQUIRE_FALSE(received);
  CHECK(received.error().code == LocalCode::kEarlyRejected);
  REQUIRE(faces.connected(near));
  CHECK(faces.heard.empty());
  // The id is free again.
  CHECK(near.open_stream({.service = "echo"}).value() == stream);
}

TEST_CASE("a stream that was abandoned early keeps its place, and the others theirs") {
  EarlyFaces faces;
  faces.serve();
  Connection near = faces.client->connect_early(faces.with_ticket()).value();
  const StreamId gone = near.open_stream(kEarly).value();
  const StreamId stays = near.open_stream(kEarly).value();
  REQUIRE(faces.send(near, gone, as_bytes("no")));
  REQUIRE(near.reset_stream(gone, 7));
  REQUIRE(faces.send(near, stays, as_bytes("yes")));
  REQUIRE(near.close_stream(stays));
  CHECK(faces.answer(near, stays) == "yes");
  CHECK(faces.heard == "yes");
}

TEST_CASE("streams that a server does not allow any more are told as refused") {
  EarlyFaces faces;
  faces.serve(1);
  Connection near = faces.client->connect_early(faces.with_ticket()).value();
  const StreamId first = near.open_stream(kEarly).value();
  const StreamId second = near.open_stream(kEarly).value();
  REQUIRE(faces.send(near, second, as_bytes("2")));
  REQUIRE(faces.send(near, first, as_bytes("1")));
  REQUIRE(near.close_stream(first));
  const auto refused = faces.recv(near, second);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == LocalCode::kEarlyRejected);
  CHECK(faces.answer(near, first) == "1");
}

TEST_CASE("without a ticket only the handshake is waited for") {
  EarlyFaces faces;
  Connection near = faces.client->connect_early(faces.options()).value();
  const auto early = near.open_stream(kEarly);
  REQUIRE_FALSE(early);
  CHECK(early.error().code == LocalCode::kNotConnected);
  REQUIRE(faces.connected(near));
  CHECK_FALSE(near.info()->early_accepted);
  CHECK(near.open_stream(kEarly));
  REQUIRE(faces.connected(near));  // as often as one likes
}

TEST_CASE("a handshake that fails ends what waits for it") {
  EarlyFaces faces;
  ConnectOptions with = faces.with_ticket();
  const bool by_this_side = GENERATE(true, false);
  if (!by_this_side) {
    faces.identity = Identity::generate(system_random());
    faces.serve();
    with.remote = faces.server->local_endpoint();  // and its key is not the one in `with.trust`
  }
  Connection near = faces.client->connect_early(with).value();
  const StreamId stream = near.open_stream(kEarly).value();
  REQUIRE(faces.send(near, stream, as_bytes("never")));
  if (by_this_side) near.close();
  const auto connected = faces.connected(near);
  REQUIRE_FALSE(connected);
  CHECK(connected.error().code ==
        (by_this_side ? LocalCode::kClosing : LocalCode::kUntrustedIdentity));
  CHECK_FALSE(near.open_stream(kEarly));
  if (!by_this_side) CHECK(faces.heard.empty());
}
