// SPDX-License-Identifier: MIT
#include "net/switchboard.h"

#include <catch2/catch.hpp>

#include "unit/net/fake_endpoint.h"
#include "unit/net/sockets.h"

using namespace jetstream;
using namespace jetstream::test;

TEST_CASE("A drain is done when the last record is gone") {
  asio::io_context io(1);
  auto fake = std::make_unique<FakeEndpoint>();
  FakeEndpoint& endpoint = *fake;
  net::Switchboard board(CloseReason::kGoingAway);
  board.run(UdpDriver::create(io, bound_to("127.0.0.1:0"), std::move(fake)).value());

  // A closed session is still there, to send its CLOSE again if that was lost.
  endpoint.records = 1;
  bool done = false;
  board.drain({.message = {}, .alternate = {}},
              {[&](Result<> result) { done = result.has_value(); }, io.get_executor()});
  io.poll();
  CHECK_FALSE(done);

  endpoint.records = 0;
  board.driver().wake();
  io.restart();
  io.poll();
  CHECK(done);
}
