// SPDX-License-Identifier: MIT
#pragma once

#include "wire/frames/common.h"

namespace jetstream::wire {

/// A ticket for the client's next session: lifetime_s v, age_add u32, nonce 2 bytes,
/// early_data_max v, length of ticket v, ticket. Only servers send it.
struct NewTicketFrame {
  std::uint64_t lifetime_s = 0;
  std::uint32_t age_add = 0;
  std::uint16_t nonce = 0;
  std::uint64_t early_data_max = 0;
  /// When parsed, a view of the packet.
  Bytes ticket;
};

Parsed<NewTicketFrame> parse_new_ticket(base::ByteReader& reader);
std::size_t encoded_size(const NewTicketFrame& frame);
void write(base::ByteWriter& writer, const NewTicketFrame& frame);

/// The client would like that many tickets more: count v. Only clients send it.
struct TicketRequestFrame {
  std::uint64_t count = 0;
};

Parsed<TicketRequestFrame> parse_ticket_request(base::ByteReader& reader);
std::size_t encoded_size(const TicketRequestFrame& frame);
void write(base::ByteWriter& writer, const TicketRequestFrame& frame);

}  // namespace jetstream::wire
