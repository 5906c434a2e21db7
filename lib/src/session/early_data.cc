// SPDX-License-Identifier: MIT
#include "session/early_data.h"

#include "stream/stream_ids.h"

namespace jetstream::session {
namespace {

/// The stream a frame is about; none for those that are about none.
StreamId stream_of(const wire::Frame& frame) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.stream; }) {
          return kind.stream;
        } else {
          return StreamId();
        }
      },
      frame);
}

Violation misplaced(std::string_view why) { return {TransportCode::kProtocolViolation, why}; }

}  // namespace

bool legal_in_early_data(const wire::Frame& frame) { return wire::rules_of(frame).in_early_data; }

Result<void, Violation> check_early_frames(Bytes payload) {
  wire::FrameReader reader(payload);
  while (!reader.done()) {
    const auto frame = reader.next();
    if (!frame) return unexpected(frame.error());
    if (!legal_in_early_data(*frame)) {
      return unexpected(misplaced("a frame that is no early data"));
    }
    const StreamId stream = stream_of(*frame);
    if (stream == StreamId()) continue;
    if (stream::opener_of(stream) != Role::kClient) {
      return unexpected(misplaced("early data on a stream of the server"));
    }
    if (stream::sequence_of(stream) > kEarlyStreamsMax) {
      return unexpected(misplaced("early data on too many streams"));
    }
  }
  return {};
}

}  // namespace jetstream::session
