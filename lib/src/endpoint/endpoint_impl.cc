// SPDX-License-Identifier: MIT
#include "endpoint/endpoint_impl.h"

#include <algorithm>

#include "endpoint/config_check.h"
#include "endpoint/strike_register.h"
#include "endpoint/ticket_keys.h"

namespace jetstream::endpoint {
namespace {

/// An expired session is reported within this time [LIVE-1]. The document of the protocol names the
/// same figure among its constants.
constexpr Duration kIdleTick = std::chrono::seconds(1);

std::array<std::uint8_t, 16> fresh_hash_key(RandomSource& random) {
  std::array<std::uint8_t, 16> key{};
  random.fill_secret(key);
  return key;
}

crypto::Secret reset_key_of(const EndpointConfig& config, RandomSource& random) {
  if (config.server && config.server->reset_key) return crypto::Secret(*config.server->reset_key);
  crypto::Secret key;
  random.fill_secret(key.writable());
  return key;
}

/// A client with ten thousand sessions looks through them a hundred times a second, which costs a
/// few milliseconds, whatever strangers send it.
constexpr base::TokenRate kResetChecks{.tokens = 1'000'000, .burst = 1'000'000};

}  // namespace

EndpointImpl::EndpointImpl(EndpointConfig config, RandomSource& random)
    : config_(std::move(config)),
      promised_(std::make_shared<const SessionConfig>(config_.session)),
      message_bytes_promised_(config_.session.message_bytes_max),
      random_(random),
      memory_(config_.memory_bytes_max),
      context_{.cipher = cipher_,
               .stats = stats_,
               .memory = memory_,
               .fates = fates_,
               .sent = sent_scratch_,
               .random = random_,
               .cleanup_interval = config_.cleanup_interval},
      usage_(config_.server ? std::make_unique<Usage>() : nullptr),
      slots_(config_.worker, slots_needed(config_), random),
      sessions_(slots_, random),
      timers_(Instant{}),
      idle_timers_(Instant{}, kIdleTick),
      limiter_(config_.limits, config_.shared_limiter, config_.session.message_bytes_max, slots_,
               stats_, usage_.get()),
      reset_(reset_key_of(config_, random), random, Instant{}),
      reset_checks_(kResetChecks, Instant{}) {
  if (config_.server) {
    half_open_.emplace(config_.server->half_open_max, config_.handshake_timeout,
                       fresh_hash_key(random));
    gate_.emplace(*config_.server, random, fresh_hash_key(random), usage_.get());
    set_address_filter(Instant{}, std::move(config_.server->address_filter));
    if (config_.server->resumption.enabled) prepare_resumption();
  }
}

/// Own keys and an own memory of what was seen fit together, and so do shared ones. Keys that
/// others have too with a memory that they do not share would let a recording in once per endpoint.
void EndpointImpl::prepare_resumption() {
  if (config_.ticket_keys == nullptr) {
    own_ticket_keys_ = std::make_unique<TicketKeyRing>(random_);
    config_.ticket_keys = own_ticket_keys_.get();
  }
  if (own_ticket_keys_ && config_.replay_store == nullptr &&
      !config_.server->resumption.early_services.empty()) {
    own_replay_store_ = std::make_unique<StrikeRegister>(random_);
    config_.replay_store = own_replay_store_.get();
  }
  if (mint_) return;
  mint_.emplace(session::TicketMint{
      .keys = *config_.ticket_keys, .random = random_, .server = *config_.server});
}

void EndpointImpl::count_session(std::uint32_t index) {
  slots_[index].counted = true;
  sessions_.add(index);
  ++session_count_;
}

void EndpointImpl::uncount_session(std::uint32_t index) {
  if (!slots_[index].counted) return;
  slots_[index].counted = false;
  sessions_.remove_address(index);
  if (const auto source = std::exchange(slots_[index].source, std::nullopt)) {
    gate_->sources().remove_session(*source);
  }
  --session_count_;
}

void EndpointImpl::release(std::uint32_t index) {
  uncount_session(index);
  timers_.disarm(index);
  idle_timers_.disarm(index);
  if (slots_[index].kind == Slot::Kind::kLive) sessions_.remove(index);
  slots_.release(index);
}

}  // namespace jetstream::endpoint

namespace jetstream {

Result<std::unique_ptr<Endpoint>> Endpoint::create(EndpointConfig config, RandomSource& random) {
  if (const auto valid = endpoint::check(config); !valid) return unexpected(valid.error());
  if (config.server && config.session_ids == nullptr) {
    return refuse(LocalCode::kInvalidArgument, "a server needs session_ids");
  }
  return std::make_unique<endpoint::EndpointImpl>(std::move(config), random);
}

}  // namespace jetstream
