// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "crypto/digest.h"
#include "jetstream/ticket.h"
#include "session/handshake_schedule.h"
#include "wire/frames/new_ticket.h"

namespace jetstream::session {

/// The tickets that a client got in one session and nobody has taken yet, the newest last.
class TicketWallet {
 public:
  /// More than a server should send; older ones make room.
  static constexpr std::size_t kKept = 4;

  /// `session`: what the tickets of this session are made of.
  explicit TicketWallet(const Established& session)
      : resumption_(session.resumption),
        server_(session.peer_identity),
        params_(session.peer_params),
        suite_(session.suite) {}

  void add(Instant now, const wire::NewTicketFrame& frame);
  /// The newest, which is then no longer here: it is good for one session [RES-2].
  std::optional<SessionTicket> take();

  /// A TICKET_REQUEST for that many is to be sent.
  void request(std::uint64_t count) { request_due_ += count; }
  std::uint64_t request_due() const { return request_due_; }
  void on_request_sent() { request_due_ = 0; }

  /// A ticket came that the application was not told of.
  bool has_news() const { return news_; }
  void tell_news() { news_ = false; }

 private:
  crypto::Secret resumption_;
  std::optional<PublicKey> server_;
  wire::HelloParams params_;
  CipherSuite suite_;
  std::vector<SessionTicket> tickets_;
  std::uint64_t request_due_ = 0;
  bool news_ = false;
};

}  // namespace jetstream::session
