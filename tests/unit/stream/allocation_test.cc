// SPDX-License-Identifier: MIT
//
// A program of its own, because it replaces operator new to count.
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "stream/stream_table.h"

using namespace jetstream;
using namespace jetstream::stream;

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

/// Sends what is due over to the other side, where it arrives in pairs the wrong way round. Catch's
/// macros allocate, so what is measured uses them only when something is wrong.
void carry(StreamTable& from, StreamTable& to) {
  std::array<std::array<std::uint8_t, 1200>, 2> packets;
  std::array<wire::SentFrame, 2> sent;
  for (;;) {
    std::array<std::size_t, 2> sizes{};
    std::size_t count = 0;
    for (; count < 2; ++count) {
      base::ByteWriter writer(packets[count]);
      if (!from.write_frame(writer, sent[count])) break;
      sizes[count] = writer.position();
    }
    for (std::size_t i = count; i-- > 0;) {
      const auto frame = wire::FrameReader(Bytes(packets[i]).first(sizes[i])).next();
      const bool taken = std::visit(
          [&to](const auto& concrete) {
            if constexpr (requires { to.on_frame(concrete); }) {
              return to.on_frame(concrete).has_value();
            }
            return false;
          },
          *frame);
      if (!taken) FAIL("a frame was refused");
      from.on_acked(sent[i]);
    }
    if (count < 2) return;
  }
}

}  // namespace

TEST_CASE("data in a steady flow allocates nothing") {
  constexpr StreamLimits kLimits{
      .max_streams = 4, .max_data = 100000, .max_stream_data = 50000, .message_bytes_max = 50000};
  StreamTable client(Role::kClient, kLimits, kLimits, 20000);
  StreamTable server(Role::kServer, kLimits, kLimits, 20000);
  const StreamId bytes = *client.open({"b", 3, 16, Framing::kBytes});
  const StreamId messages = *client.open({"m", 3, 16, Framing::kMessages});
  static const std::array<std::uint8_t, 7000> data{};

  const auto round = [&] {
    for (const StreamId stream : {bytes, messages}) {
      while (client.send(stream, data)) {
      }
    }
    carry(client, server);
    for (const StreamId stream : {bytes, messages}) {
      for (;;) {
        const auto view = server.read(stream);
        if (view->data.empty()) break;
        if (!server.consume(stream, view->data.size())) FAIL("consume was refused");
      }
    }
    carry(server, client);
    while (client.poll_event()) {
    }
    while (server.poll_event()) {
    }
  };
  for (int i = 0; i < 10; ++i) round();
  const std::uint64_t before = server.info(bytes)->bytes_received;
  const std::size_t warm = allocations;
  for (int i = 0; i < 200; ++i) round();
  const std::size_t counted = allocations - warm;
  const std::uint64_t moved = server.info(bytes)->bytes_received - before;
  CHECK(moved >= 200 * 20000);
  CHECK(counted == 0);
}
