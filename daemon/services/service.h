// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "daemon/config/config.h"
#include "jetstream/endpoint.h"

namespace jetstream::daemon {

/// One stream of one session on one worker, as a service sees it. Valid during the call it is
/// passed to.
struct StreamRef {
  Endpoint& endpoint;
  SessionHandle session;
  StreamId stream;
};

/// Reads of one stream before the others have their turn. A million empty messages fit into a
/// megabyte, so it is reads that have to be counted, not bytes.
inline constexpr std::size_t kRoundsPerPump = 256;

/// What became of a pump.
enum class Pumped : std::uint8_t {
  kIdle,  ///< Nothing more to do until the next event.
  kMore,  ///< Stopped to let others have their turn; wants another one.
};

/// What a service does with one stream, from its opening to its end. Called on the worker's thread,
/// after the datagrams of a turn were taken in. Not reading is the way to slow a sender down: what
/// is not consumed gives it no new credit.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  /// There is something new to read, or room to send again.
  virtual Pumped pump(const StreamRef& stream) = 0;
  /// Bytes handed to the stream so far, for the log.
  virtual std::uint64_t bytes_sent() const { return 0; }
};

std::unique_ptr<StreamHandler> make_handler(ServiceType type, Framing framing);

}  // namespace jetstream::daemon
