// SPDX-License-Identifier: MIT
//
// A client's ticket as bytes: version u8, then the fields in their order, numbers big endian.
#include <string.h>

#include <algorithm>

#include "base/bytes.h"
#include "crypto/digest.h"
#include "jetstream/ticket.h"
#include "wire/hello.h"

namespace jetstream {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kFixedSize = 1 + 8 + 8 + 32 + 2 + 32 + 4 + 5 * 8 + 2;
constexpr Duration kLifetimeMax = std::chrono::hours(24);

std::uint64_t in_ms(Duration duration) {
  return static_cast<std::uint64_t>(
      std::max(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(),
               std::chrono::milliseconds::rep{0}));
}

tl::unexpected<Error> no_ticket(std::string why) {
  return refuse(LocalCode::kInvalidArgument, "not a session ticket: " + std::move(why));
}

template <std::size_t N>
void read_into(base::ByteReader& in, std::array<std::uint8_t, N>& out) {
  std::ranges::copy(*in.read_bytes(N), out.begin());
}

}  // namespace

SessionTicket::~SessionTicket() { explicit_bzero(psk.data(), psk.size()); }

std::vector<std::uint8_t> SessionTicket::serialize(Instant now) const {
  std::vector<std::uint8_t> bytes(kFixedSize + encrypted_state.size());
  base::ByteWriter out(bytes);
  out.write_u8(kVersion);
  out.write_u64(in_ms(now - created_at));
  out.write_u64(in_ms(lifetime));
  out.write_bytes(server);
  out.write_u16(static_cast<std::uint16_t>(suite));
  out.write_bytes(psk);
  out.write_u32(age_add);
  for (const std::uint64_t limit :
       {early_data_max, max_data, max_stream_data, max_streams, message_bytes_max}) {
    out.write_u64(limit);
  }
  out.write_u16(static_cast<std::uint16_t>(encrypted_state.size()));
  out.write_bytes(encrypted_state);
  return bytes;
}

Result<SessionTicket> SessionTicket::parse(Bytes bytes, Instant now, Duration stored_for) {
  base::ByteReader in(bytes);
  if (bytes.size() <= kFixedSize) return no_ticket("it is too short");
  if (in.read_u8() != kVersion) return no_ticket("it is of another version");
  SessionTicket ticket;
  const std::uint64_t age_ms = *in.read_u64();
  const std::uint64_t lifetime_ms = *in.read_u64();
  if (age_ms > in_ms(kLifetimeMax) || lifetime_ms > in_ms(kLifetimeMax) ||
      stored_for < Duration{}) {
    return no_ticket("its age is out of range");
  }
  // More than a lifetime is as expired as any.
  ticket.created_at =
      now - std::chrono::milliseconds(age_ms) - std::min(stored_for, 2 * kLifetimeMax);
  ticket.lifetime = std::chrono::milliseconds(lifetime_ms);
  read_into(in, ticket.server);
  ticket.suite = static_cast<CipherSuite>(*in.read_u16());
  if (ticket.suite != CipherSuite::kAes256Gcm && ticket.suite != CipherSuite::kChaCha20Poly1305) {
    return no_ticket("its suite is unknown");
  }
  read_into(in, ticket.psk);
  ticket.age_add = *in.read_u32();
  for (std::uint64_t* limit : {&ticket.early_data_max, &ticket.max_data, &ticket.max_stream_data,
                               &ticket.max_streams, &ticket.message_bytes_max}) {
    *limit = *in.read_u64();
  }
  const wire::HelloParams limits{.datagram_bytes_max = 1200,
                                 .heartbeat_interval_ms = 100,
                                 .max_data = ticket.max_data,
                                 .max_stream_data = ticket.max_stream_data,
                                 .max_streams = ticket.max_streams,
                                 .message_bytes_max = ticket.message_bytes_max,
                                 .timeout_ms = 1000};
  if (!wire::in_range(limits)) return no_ticket("its limits are out of range");
  const std::size_t size = *in.read_u16();
  if (size == 0 || size > wire::kTicketSizeMax || size != in.remaining()) {
    return no_ticket("its size is wrong");
  }
  ticket.encrypted_state.assign(in.rest().begin(), in.rest().end());
  ticket.ticket_id = crypto::sha256(ticket.encrypted_state);
  return ticket;
}

}  // namespace jetstream
