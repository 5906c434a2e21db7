// SPDX-License-Identifier: MIT
#include "session/ticket_issuer.h"

#include <string.h>

#include <algorithm>

#include "crypto/resumption.h"
#include "wire/frames/new_ticket.h"
#include "wire/hello.h"
#include "wire/ticket_state.h"

namespace jetstream::session {
namespace {

/// Lost ones included: no path loses that many, only a peer that acknowledges nothing does.
constexpr std::uint16_t kNoncesMax = 32;

std::uint64_t seconds_of(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

void TicketIssuer::request(std::uint64_t count) {
  const auto more =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(count, kTicketsMax - promised_));
  due_ += more;
  promised_ += more;
}

void TicketIssuer::on_lost() {
  if (next_nonce_ < kNoncesMax) ++due_;
}

bool TicketIssuer::write(Instant now, CipherSuite suite, const PublicKey* client,
                         base::ByteWriter& writer) {
  if (!due()) return false;
  const ResumptionConfig& config = mint_.server.resumption;
  std::array<std::uint8_t, 4> age_add{};
  mint_.random.fill_secret(age_add);

  wire::TicketState state;
  state.issued_at_ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  state.lifetime_s = seconds_of(config.ticket_lifetime);
  state.age_add = *base::ByteReader(age_add).read_u32();
  state.suite = static_cast<std::uint16_t>(suite);
  state.group = wire::kGroupX25519;
  state.psk = crypto::ticket_psk(resumption_, next_nonce_);
  state.server = crypto::sha256(mint_.server.identity.public_key());
  if (client != nullptr) state.client = crypto::sha256(*client);
  state.policy_epoch = config.policy_epoch;
  state.early_data_max = config.early_services.empty() ? 0 : config.early_data_max;
  state.max_data = promised_limits_->max_data;
  state.max_stream_data = promised_limits_->max_stream_data;
  state.max_streams = promised_limits_->max_streams;
  state.message_bytes_max = promised_limits_->message_bytes_max;
  state.nonce = next_nonce_;
  std::array<std::uint8_t, wire::kTicketStateSizeMax> plain{};
  const std::size_t size = wire::write_ticket_state(plain, state);
  const auto ticket = mint_.keys.seal(now, Bytes(plain).first(size));
  explicit_bzero(plain.data(), plain.size());

  const wire::NewTicketFrame frame{.lifetime_s = state.lifetime_s,
                                   .age_add = state.age_add,
                                   .nonce = next_nonce_,
                                   .early_data_max = state.early_data_max,
                                   .ticket = ticket};
  if (wire::encoded_size(frame) > writer.remaining()) return false;
  wire::write(writer, frame);
  ++next_nonce_;
  --due_;
  return true;
}

}  // namespace jetstream::session
