// SPDX-License-Identifier: MIT
#include "stream/stream_ids.h"

#include <catch2/catch.hpp>

#include "stream/stream_map.h"

using namespace jetstream;
using namespace jetstream::stream;

TEST_CASE("the client's streams are odd, the server's even") {
  CHECK(nth_stream(Role::kClient, 1) == StreamId(1));
  CHECK(nth_stream(Role::kServer, 1) == StreamId(2));
  CHECK(nth_stream(Role::kClient, 3) == StreamId(5));
  CHECK(opener_of(StreamId(5)) == Role::kClient);
  CHECK(opener_of(StreamId(6)) == Role::kServer);
  CHECK(sequence_of(StreamId(5)) == 3);
  CHECK(sequence_of(StreamId(6)) == 3);
  CHECK(nth_stream(Role::kServer, kStreamsMax) == StreamId(0xfffffffe));
  CHECK(sequence_of(StreamId(0xffffffff)) == kStreamsMax + 1);
}

TEST_CASE("own streams are opened up to the peer's limit [STR-1, STR-3]") {
  OwnIds ids(1);
  CHECK_FALSE(ids.was_opened(1));
  CHECK(ids.may_open());
  CHECK(ids.open() == 1);
  CHECK(ids.was_opened(1));
  CHECK_FALSE(ids.may_open());
  ids.raise(0);
  CHECK_FALSE(ids.may_open());
  ids.raise(2);
  CHECK(ids.open() == 2);
}

TEST_CASE("a limit of streams is announced before the peer runs out [FLOW-8]") {
  PeerIds ids(10);
  CHECK(ids.is_allowed(10));
  CHECK_FALSE(ids.is_allowed(11));
  for (std::uint32_t n = 1; n <= 4; ++n) {
    ids.on_named(n);
    ids.on_closed(n);
  }
  // Four to gain, six left.
  CHECK_FALSE(ids.update_due());
  ids.on_named(5);
  CHECK_FALSE(ids.update_due());
  ids.on_named(6);
  CHECK(ids.update_due());
  CHECK_FALSE(ids.is_allowed(11));
  ids.announce();
  CHECK(ids.announced() == 14);
  CHECK(ids.is_allowed(14));
  CHECK_FALSE(ids.is_allowed(15));
  CHECK_FALSE(ids.update_due());
  CHECK(ids.was_closed(4));
  CHECK_FALSE(ids.was_closed(5));
}

TEST_CASE("a single stream that closes is announced where all others stay open") {
  PeerIds ids(10);
  ids.on_named(10);
  CHECK_FALSE(ids.update_due());
  ids.on_closed(7);
  CHECK(ids.update_due());
}

TEST_CASE("the limit of streams stays where ids end") {
  PeerIds ids(std::uint64_t{1} << 40);
  CHECK(ids.is_allowed(kStreamsMax));
  CHECK_FALSE(ids.is_allowed(kStreamsMax + 1));
  ids.on_named(kStreamsMax);
  ids.on_closed(kStreamsMax);
  CHECK_FALSE(ids.update_due());
}

TEST_CASE("a stream map finds what is there after any coming and going") {
  BlockPool pool;
  std::uint32_t gaps = 0;
  StreamMap map;
  const auto expected = [](std::uint32_t id) { return id % 3 != 0 && id % 7 != 0; };
  CHECK(map.find(StreamId(1)) == nullptr);
  for (std::uint32_t id = 1; id <= 2000; ++id) {
    map.insert(
        std::make_unique<Stream>(StreamId(id), true, Stream::Memory{pool, pool}, gaps, 0, 0));
  }
  for (std::uint32_t id = 1; id <= 2000; ++id) {
    if (!expected(id)) map.erase(StreamId(id));
  }
  std::size_t visited = 0;
  map.for_each([&visited](const Stream&) { ++visited; });
  CHECK(visited == map.size());
  for (std::uint32_t id = 1; id <= 2000; ++id) {
    const Stream* stream = map.find(StreamId(id));
    REQUIRE((stream != nullptr) == expected(id));
    if (stream != nullptr) {
      REQUIRE(stream->id == StreamId(id));
      map.erase(StreamId(id));
    }
  }
  CHECK(map.empty());
  CHECK(map.find(StreamId(1)) == nullptr);
}
