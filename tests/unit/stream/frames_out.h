// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <variant>
#include <vector>

#include "stream/stream_table.h"

namespace jetstream::stream::testing {

/// One frame as a table wrote it, with what the table remembers of it.
struct FrameOut {
  std::vector<std::uint8_t> bytes;
  wire::SentFrame sent;

  /// A view of `bytes`.
  wire::Frame frame() const { return *wire::FrameReader(bytes).next(); }
};

/// The next frame, written into `room` bytes; nullopt if there is none.
inline std::optional<FrameOut> next_frame(StreamTable& table, std::size_t room = 1200) {
  FrameOut out;
  out.bytes.resize(room);
  base::ByteWriter writer(out.bytes);
  if (!table.write_frame(writer, out.sent)) return std::nullopt;
  out.bytes.resize(writer.position());
  return out;
}

/// All frames that may go now.
inline std::vector<FrameOut> drain(StreamTable& table, std::size_t room = 1200) {
  constexpr std::size_t kFramesMax = 10000;
  std::vector<FrameOut> frames;
  while (auto frame = next_frame(table, room)) {
    if (frames.size() == kFramesMax) throw std::runtime_error("frames without end");
    frames.push_back(std::move(*frame));
  }
  return frames;
}

/// Hands a frame to the other side's table.
inline Result<void, Violation> deliver(StreamTable& table, const FrameOut& out) {
  const wire::Frame frame = out.frame();
  return std::visit(
      [&table](const auto& concrete) -> Result<void, Violation> {
        if constexpr (requires { table.on_frame(concrete); }) return table.on_frame(concrete);
        return {};
      },
      frame);
}

/// Whether a packet with this frame alone would be taken.
template <class F>
bool has_room(StreamTable& table, const F& frame) {
  StreamTable::Needs needs;
  return table.has_room(frame, needs);
}

/// Everything due in both directions arrives and is acknowledged, until both are silent.
inline void exchange(StreamTable& a, StreamTable& b) {
  const auto send_all = [](StreamTable& from, StreamTable& to) {
    const std::vector<FrameOut> frames = drain(from);
    for (const FrameOut& frame : frames) {
      if (!deliver(to, frame)) throw std::runtime_error("violation");
      from.on_acked(frame.sent);
    }
    return !frames.empty();
  };
  bool lively = true;
  while (lively) {
    const bool a_spoke = send_all(a, b);
    const bool b_spoke = send_all(b, a);
    lively = a_spoke || b_spoke;
  }
}

/// All events that wait.
inline std::vector<EventKind> events(StreamTable& table) {
  std::vector<EventKind> kinds;
  while (auto event = table.poll_event()) kinds.push_back(event->kind);
  return kinds;
}

/// Bytes that tell their place: a run of them shifted by anything but 251 looks different.
inline std::vector<std::uint8_t> pattern(std::uint64_t offset, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>((offset + i) % 251);
  }
  return bytes;
}

inline constexpr StreamLimits kLimits{
    .max_streams = 4, .max_data = 20000, .max_stream_data = 8000, .message_bytes_max = 4000};
inline constexpr std::size_t kSendBufferBytes = 10000;

/// A client and a server that have done their handshake.
struct Pair {
  StreamTable client;
  StreamTable server;

  explicit Pair(const StreamLimits& limits = kLimits, std::size_t send_buffer = kSendBufferBytes)
      : client(Role::kClient, limits, limits, send_buffer),
        server(Role::kServer, limits, limits, send_buffer) {}

  /// A stream of the client that both sides know.
  StreamId open(const StreamOptions& options = {}) {
    const StreamId stream = client.open(options).value();
    exchange(client, server);
    events(server);
    return stream;
  }
};

}  // namespace jetstream::stream::testing

/// Whether a result has failed with this code.
#define CHECK_FAILED(result, expected_code)         \
  do {                                              \
    const auto outcome = (result);                  \
    REQUIRE(!outcome.has_value());                  \
    CHECK(outcome.error().code == (expected_code)); \
  } while (false)
