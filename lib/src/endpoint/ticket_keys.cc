// SPDX-License-Identifier: MIT
#include "endpoint/ticket_keys.h"

#include <utility>

namespace jetstream::endpoint {

void TicketKeyRing::rotate(Instant now) {
  const Duration age = now - current_since_;
  if (current_ && age < kRotateAfter) return;
  // After two periods without use the key in use is as old as the one before may get.
  previous_ = age < 2 * kRotateAfter ? std::move(current_) : std::nullopt;
  current_.emplace();
  random_.fill_public(current_->id);
  random_.fill_secret(current_->secret.writable());
  current_since_ = now;
}

std::vector<std::uint8_t> TicketKeyRing::seal(Instant now, Bytes state) {
  rotate(now);
  crypto::TicketSalt salt;
  random_.fill_public(salt);
  std::vector<std::uint8_t> ticket(state.size() + crypto::kTicketOverhead);
  crypto::seal_ticket(*current_, salt, state, ticket);
  return ticket;
}

std::optional<std::vector<std::uint8_t>> TicketKeyRing::open(Instant now, Bytes ticket) {
  rotate(now);
  const auto id = crypto::key_id_of(ticket);
  if (!id) return std::nullopt;
  const auto& key = previous_ && previous_->id == *id ? previous_ : current_;
  std::vector<std::uint8_t> copy(ticket.begin(), ticket.end());
  const auto state = crypto::open_ticket(*key, copy);
  if (!state) return std::nullopt;
  return std::vector<std::uint8_t>(state->begin(), state->end());
}

}  // namespace jetstream::endpoint
