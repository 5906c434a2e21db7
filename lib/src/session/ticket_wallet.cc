// SPDX-License-Identifier: MIT
#include "session/ticket_wallet.h"

#include <algorithm>

#include "crypto/resumption.h"

namespace jetstream::session {

void TicketWallet::add(Instant now, const wire::NewTicketFrame& frame) {
  if (frame.lifetime_s == 0 || !server_) return;
  SessionTicket ticket;
  ticket.ticket_id = crypto::sha256(frame.ticket);
  ticket.encrypted_state.assign(frame.ticket.begin(), frame.ticket.end());
  ticket.created_at = now;
  ticket.lifetime = std::chrono::seconds(frame.lifetime_s);
  ticket.server = *server_;
  ticket.suite = suite_;
  const crypto::Secret psk = crypto::ticket_psk(resumption_, frame.nonce);
  std::ranges::copy(psk.view(), ticket.psk.begin());
  ticket.age_add = frame.age_add;
  ticket.early_data_max = frame.early_data_max;
  ticket.max_data = params_.max_data;
  ticket.max_stream_data = params_.max_stream_data;
  ticket.max_streams = params_.max_streams;
  ticket.message_bytes_max = params_.message_bytes_max;
  if (tickets_.size() == kKept) tickets_.erase(tickets_.begin());
  tickets_.push_back(std::move(ticket));
  news_ = true;
}

std::optional<SessionTicket> TicketWallet::take() {
  if (tickets_.empty()) return std::nullopt;
  SessionTicket newest = std::move(tickets_.back());
  tickets_.pop_back();
  news_ = false;
  return newest;
}

}  // namespace jetstream::session
