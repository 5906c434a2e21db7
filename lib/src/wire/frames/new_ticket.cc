// SPDX-License-Identifier: MIT
#include "wire/frames/new_ticket.h"

#include "wire/hello.h"

namespace jetstream::wire {
namespace {

/// A day: what a server may promise at most.
constexpr std::uint64_t kLifetimeMaxS = 86400;

tl::unexpected<Violation> ticket_is_cut_off() {
  return malformed(FrameType::kNewTicket, "NEW_TICKET is cut off");
}

}  // namespace

/// [RES-3]
Parsed<NewTicketFrame> parse_new_ticket(base::ByteReader& reader) {
  NewTicketFrame frame;
  if (!read_varints(reader, frame.lifetime_s)) return ticket_is_cut_off();
  const auto age_add = reader.read_u32();
  const auto nonce = reader.read_u16();
  std::uint64_t size = 0;
  if (!age_add || !nonce || !read_varints(reader, frame.early_data_max, size)) {
    return ticket_is_cut_off();
  }
  if (frame.lifetime_s > kLifetimeMaxS) {
    return malformed(FrameType::kNewTicket, "NEW_TICKET lives too long");
  }
  if (size == 0 || size > kTicketSizeMax) {
    return malformed(FrameType::kNewTicket, "NEW_TICKET has no ticket of valid size");
  }
  const auto ticket = reader.read_bytes(static_cast<std::size_t>(size));
  if (!ticket) return ticket_is_cut_off();
  frame.age_add = *age_add;
  frame.nonce = *nonce;
  frame.ticket = *ticket;
  return frame;
}

std::size_t encoded_size(const NewTicketFrame& frame) {
  return 1 + varint_size(frame.lifetime_s) + sizeof(frame.age_add) + sizeof(frame.nonce) +
         varint_size(frame.early_data_max) + varint_size(frame.ticket.size()) + frame.ticket.size();
}

void write(base::ByteWriter& writer, const NewTicketFrame& frame) {
  write_type(writer, FrameType::kNewTicket);
  write_varint(writer, frame.lifetime_s);
  writer.write_u32(frame.age_add);
  writer.write_u16(frame.nonce);
  write_varint(writer, frame.early_data_max);
  write_varint(writer, frame.ticket.size());
  writer.write_bytes(frame.ticket);
}

Parsed<TicketRequestFrame> parse_ticket_request(base::ByteReader& reader) {
  TicketRequestFrame frame;
  if (!read_varints(reader, frame.count)) {
    return malformed(FrameType::kTicketRequest, "TICKET_REQUEST is cut off");
  }
  return frame;
}

std::size_t encoded_size(const TicketRequestFrame& frame) { return 1 + varint_size(frame.count); }

void write(base::ByteWriter& writer, const TicketRequestFrame& frame) {
  write_type(writer, FrameType::kTicketRequest);
  write_varint(writer, frame.count);
}

}  // namespace jetstream::wire
