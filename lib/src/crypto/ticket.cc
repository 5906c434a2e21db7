// SPDX-License-Identifier: MIT
#include "crypto/ticket.h"

#include <algorithm>

#include "base/bytes.h"

namespace jetstream::crypto {
namespace {

constexpr std::string_view kLabel = "ticket";

}  // namespace

void seal_ticket(const TicketKey& key, const TicketSalt& salt, Bytes state, MutableBytes out) {
  JS_ASSERT(out.size() == state.size() + kTicketOverhead);
  base::ByteWriter writer(out);
  writer.write_bytes(key.id);
  writer.write_bytes(salt);
  writer.write_bytes(state);
  seal_box(key.secret, kLabel, out, kTicketStartSize);
}

std::optional<TicketKeyId> key_id_of(Bytes ticket) {
  if (ticket.size() <= kTicketOverhead) return std::nullopt;
  TicketKeyId id;
  std::copy_n(ticket.begin(), id.size(), id.begin());
  return id;
}

std::optional<MutableBytes> open_ticket(const TicketKey& key, MutableBytes ticket) {
  if (key_id_of(ticket) != key.id) return std::nullopt;
  return open_box(key.secret, kLabel, ticket, kTicketStartSize);
}

StrikeKey strike_key(Bytes ticket) {
  const Digest digest = sha256(ticket);
  StrikeKey key;
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

}  // namespace jetstream::crypto
