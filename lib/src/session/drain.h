// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/endpoint.h"
#include "wire/frame.h"

namespace jetstream::session {

/// How this side leaves a session in order: GOAWAY announces it, the streams that are open come to
/// their ends, and CLOSE follows [CLOSE-8]. Only sessions that leave have one.
class Drain {
 public:
  Drain(Instant now, const DrainOptions& options);

  /// Another call for the same session can only hasten it.
  void hasten(Instant now, const DrainOptions& options);

  bool goaway_due() const { return due_; }
  /// The frame that leaves now. `patience`: after which the peer counts as told, heard or not.
  wire::GoAwayFrame take_goaway(Instant now, Duration patience);
  void on_goaway_acked() { told_at_ = Instant::min(); }
  void on_goaway_lost() { due_ = true; }

  /// CLOSE may be sent: the time is up, or the peer knows and nothing is left to do.
  bool over(Instant now, bool streams_over) const;
  /// When over() becomes true by itself.
  Instant deadline(bool streams_over) const;
  CloseInfo farewell() const;

 private:
  DrainOptions options_;
  Instant closes_at_;
  Instant told_at_ = kNever;  // from when on the peer counts as told
  bool due_ = true;
};

/// What a peer's GOAWAY tells.
GoAwayInfo from_frame(Instant now, const wire::GoAwayFrame& frame);

}  // namespace jetstream::session
