// SPDX-License-Identifier: MIT
#include "session/resumption.h"

#include <algorithm>

#include "crypto/resumption.h"
#include "crypto/ticket.h"

namespace jetstream::session {
namespace {

using namespace std::chrono_literals;

/// How far a ticket's age, as the client says it, may be from what the server reckons: enough for
/// the way here and the copies of a hello, little enough for the memory of what was seen [RES-15].
constexpr std::chrono::milliseconds kFreshFor = 5s;

/// On the server's clock; below zero if the clock is not the one the ticket was made by.
std::chrono::milliseconds age_of(Instant now, const wire::TicketState& state) {
  const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  return at - std::chrono::milliseconds(state.issued_at_ms);
}

bool is_fresh(Instant now, const wire::TicketState& state, std::uint32_t ticket_age) {
  const std::chrono::milliseconds told(ticket_age - state.age_add);
  const auto difference = told - age_of(now, state);
  return difference >= -kFreshFor && difference <= kFreshFor;
}

/// Early data was sent under the ticket's limits, so they must still hold.
bool limits_hold(const wire::TicketState& state, const SessionConfig& now) {
  return now.max_data >= state.max_data && now.max_stream_data >= state.max_stream_data &&
         now.max_streams >= state.max_streams && now.message_bytes_max >= state.message_bytes_max;
}

}  // namespace

std::optional<Resumption> open_offer(Instant now, const ReceivedHello& received,
                                     const ServerConfig& server, TicketKeys& keys) {
  const wire::ClientHello& hello = received.hello;
  if (!server.resumption.enabled || !hello.ticket) return std::nullopt;
  const Bytes ticket(hello.ticket->begin(), hello.ticket->end());
  const auto opened = keys.open(now, ticket);
  if (!opened) return std::nullopt;
  auto state = wire::parse_ticket_state(*opened);
  if (!state) return std::nullopt;
  const auto age = age_of(now, *state);
  if (age < 0ms || age >= std::chrono::seconds(state->lifetime_s)) return std::nullopt;
  if (state->server != crypto::sha256(server.identity.public_key())) return std::nullopt;

  Resumption resumption{.early = crypto::early_secret(state->psk.view()),
                        .state = *std::move(state),
                        .strike_key = crypto::strike_key(ticket)};
  const Bytes truncated = received.frame.first(received.frame.size() - wire::kBinderSize);
  const auto binder = crypto::binder_mac(resumption.early, crypto::sha256(truncated));
  if (!crypto::constant_time_equal(binder, *hello.binder)) return std::nullopt;  // [RES-5]
  return resumption;
}

std::optional<EarlyRefusal> judge_early(Instant now, const ReceivedHello& received,
                                        const Resumption& resumption, CipherSuite suite,
                                        const ServerConfig& server, const SessionConfig& session,
                                        ReplayStore* replay) {
  const wire::TicketState& state = resumption.state;
  const ResumptionConfig& config = server.resumption;
  if (config.early_services.empty() || config.early_data_max == 0 || state.early_data_max == 0 ||
      replay == nullptr) {
    return EarlyRefusal::kDisabled;
  }
  if (state.suite != static_cast<std::uint16_t>(suite)) return EarlyRefusal::kSuite;
  const bool asks_clients = server.client_auth == ClientAuth::kRequired;
  if (asks_clients && (config.reauthenticate || !client_of(resumption, server))) {
    return EarlyRefusal::kPolicy;
  }
  if (state.policy_epoch != config.policy_epoch || config.early_data_max < state.early_data_max ||
      !limits_hold(state, session)) {
    return EarlyRefusal::kPolicy;
  }
  if (!is_fresh(now, state, *received.hello.ticket_age)) return EarlyRefusal::kStale;
  switch (replay->strike(now, resumption.strike_key)) {
    case ReplayStore::Verdict::kFresh:
      return std::nullopt;
    case ReplayStore::Verdict::kSeen:
      return EarlyRefusal::kReplay;
    case ReplayStore::Verdict::kFull:
      break;
  }
  return EarlyRefusal::kFull;
}

std::optional<PublicKey> client_of(const Resumption& resumption, const ServerConfig& server) {
  for (const PublicKey& client : server.authorized_clients) {
    if (resumption.state.client == crypto::sha256(client)) return client;
  }
  return std::nullopt;
}

}  // namespace jetstream::session
