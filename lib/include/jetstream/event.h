// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jetstream/error.h"
#include "jetstream/time.h"
#include "jetstream/types.h"

namespace jetstream {

/// Names a session inside one Endpoint. A handle outlives its session without harm: calls with a
/// stale one are refused with kUnknownSession.
struct SessionHandle {
  std::uint32_t slot = UINT32_MAX;
  std::uint32_t generation = 0;
  friend auto operator<=>(const SessionHandle&, const SessionHandle&) = default;
};

enum class EventKind : std::uint8_t {
  kConnected,     ///< Client: server authenticated, session usable.
  kAccepted,      ///< Server: client finished its handshake, session usable; or the first stream
                  ///< of early data is to be told, of services that take it.
  kStreamOpened,  ///< The peer opened `stream`; stream_info() tells service and framing.
  kReadable,  ///< read() on `stream` has something new: data, a message's end or the stream's end.
  kWritable,  ///< send() on `stream` said kWouldBlock (or took only a part) and has room again.
  kStreamReset,    ///< The peer reset its sending side of `stream` with `code`.
  kStreamStopped,  ///< The peer asks to stop sending on `stream` with `code`; it was reset already.
  kStreamClosed,  ///< Both directions of `stream` are over and everything was read; its id is gone.
  kStreamsAvailable,  ///< open_stream() said kStreamLimit and would work again.
  kHeartbeatSent,     ///< A heartbeat went out; its sequence is `code`.
  kClosed,            ///< The session is over; close_info() tells why until the handle is stale.
  kPathChanged,       ///< The session goes on at another address, which is proven: info() tells it.
  kKeysUpdated,       ///< The session sends with its next keys; `code` counts them.
  /// The peer will close soon; goaway_info() tells when. Streams that are open go on, new ones are
  /// refused: finish what is open, and do the rest on another session.
  kGoAway,
  kRateLimited,    ///< `stream` has to wait for tokens; `code` is the RateLimit.
  kTicket,         ///< Client: a ticket came; take_ticket() hands it out.
  kEarlyRejected,  ///< Client: `stream` was opened by early data that the server refused. It is
                   ///< gone, and nothing of it has arrived; open another one if that is safe. Told
                   ///< before kConnected.
  /// Server: a client finished its handshake, so its address is proven, but gets no session; `code`
  /// is the TransportCode it was told. info() tells the address while the event is looked at.
  kClientRefused,
};
std::string_view to_string(EventKind kind);

/// What happened, as a small value. The same kind for the same stream is reported once however
/// often it happened, so a peer can't make the queue grow.
struct Event {
  EventKind kind;
  SessionHandle session;
  StreamId stream;
  std::uint64_t code = 0;
};

/// How a session ended.
struct CloseInfo {
  CloseReason reason = CloseReason::kNormal;
  TransportCode code = TransportCode::kNoError;
  /// At most 255 bytes, from whoever closed. The peer's text is untrusted: escape it before showing
  /// it.
  std::string message;
  /// True if the peer closed, false if this side did (or found that it is over).
  bool by_peer = false;
  /// Type of the frame that broke a rule, 0 where there is none.
  std::uint64_t frame_type = 0;
  /// When whoever closed says that connecting again makes sense; 0 says nothing about it.
  Duration retry_after{};
  /// Where whoever closed says to connect instead. An advice of the authenticated peer: the other
  /// server still has to prove who it is.
  std::optional<PeerAddress> alternate{};
  /// For close() only: sends no CLOSE. The peer learns of it when it sends next and gets a reset,
  /// or when the session expires there. For peers that are not worth an answer.
  bool silent = false;
  /// For a client whose handshake failed: what to tell the person. For one whose session ended
  /// before the server confirmed it, as it does when the client's address changes during the
  /// handshake: kNotConnected if nothing was sent on streams, so that connecting again is safe, and
  /// otherwise kDeliveryUnknown, because nobody knows what has arrived. Unset otherwise.
  std::optional<LocalCode> local;
};

/// What a peer that goes away has announced.
struct GoAwayInfo {
  /// When it closes at the latest; earlier if all streams are over.
  Instant closes_at;
  /// As in CloseInfo.
  Duration retry_after{};
  std::optional<PeerAddress> alternate{};
};

}  // namespace jetstream
