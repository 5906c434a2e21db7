// SPDX-License-Identifier: MIT
#include "wire/ticket_state.h"

#include <algorithm>
#include <limits>

#include "wire/cbor.h"

namespace jetstream::wire {
namespace {

/// The first element. Another form of state gets another number.
constexpr std::uint64_t kForm = 1;
constexpr std::size_t kElements = 13;
constexpr std::size_t kLimits = 4;

template <std::unsigned_integral T>
bool read_number(CborReader& in, T& out) {
  const std::optional<std::uint64_t> value = in.read_unsigned();
  if (!value || *value > std::numeric_limits<T>::max()) return false;
  out = static_cast<T>(*value);
  return true;
}

bool read_exactly(CborReader& in, MutableBytes out) {
  const std::optional<Bytes> bytes = in.read_bytes();
  if (!bytes || bytes->size() != out.size()) return false;
  std::ranges::copy(*bytes, out.begin());
  return true;
}

bool read_client(CborReader& in, TicketState& state) {
  const std::optional<Bytes> bytes = in.read_bytes();
  if (!bytes) return false;
  if (bytes->empty()) return true;
  if (bytes->size() != state.client.emplace().size()) return false;
  std::ranges::copy(*bytes, state.client->begin());
  return true;
}

bool read_limits(CborReader& in, TicketState& state) {
  return in.enter_array() == kLimits && read_number(in, state.max_data) &&
         read_number(in, state.max_stream_data) && read_number(in, state.max_streams) &&
         read_number(in, state.message_bytes_max);
}

}  // namespace

std::size_t write_ticket_state(MutableBytes out, const TicketState& state) {
  base::ByteWriter writer(out);
  CborWriter cbor(writer);
  cbor.begin_array(kElements);
  cbor.write_unsigned(kForm);
  cbor.write_unsigned(state.issued_at_ms);
  cbor.write_unsigned(state.lifetime_s);
  cbor.write_unsigned(state.age_add);
  cbor.write_unsigned(state.suite);
  cbor.write_unsigned(state.group);
  cbor.write_bytes(state.psk.view());
  cbor.write_bytes(state.server);
  cbor.write_bytes(state.client ? Bytes(*state.client) : Bytes());
  cbor.write_unsigned(state.policy_epoch);
  cbor.write_unsigned(state.early_data_max);
  cbor.begin_array(kLimits);
  cbor.write_unsigned(state.max_data);
  cbor.write_unsigned(state.max_stream_data);
  cbor.write_unsigned(state.max_streams);
  cbor.write_unsigned(state.message_bytes_max);
  const std::array<std::uint8_t, 2> nonce = {static_cast<std::uint8_t>(state.nonce >> 8),
                                             static_cast<std::uint8_t>(state.nonce)};
  cbor.write_bytes(nonce);
  return writer.position();
}

std::optional<TicketState> parse_ticket_state(Bytes bytes) {
  CborReader in(bytes);
  TicketState state;
  std::uint64_t form = 0;
  std::array<std::uint8_t, 2> nonce{};
  const bool read = in.enter_array() == kElements && read_number(in, form) && form == kForm &&
                    read_number(in, state.issued_at_ms) && read_number(in, state.lifetime_s) &&
                    read_number(in, state.age_add) && read_number(in, state.suite) &&
                    read_number(in, state.group) && read_exactly(in, state.psk.writable()) &&
                    read_exactly(in, state.server) && read_client(in, state) &&
                    read_number(in, state.policy_epoch) && read_number(in, state.early_data_max) &&
                    read_limits(in, state) && read_exactly(in, nonce) && in.done();
  if (!read) return std::nullopt;
  state.nonce = static_cast<std::uint16_t>(nonce[0] << 8 | nonce[1]);
  return state;
}

}  // namespace jetstream::wire
