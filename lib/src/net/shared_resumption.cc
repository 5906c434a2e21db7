// SPDX-License-Identifier: MIT
#include <mutex>

#include "endpoint/strike_register.h"
#include "endpoint/ticket_keys.h"
#include "jetstream/ticket.h"

namespace jetstream {
namespace {

/// Tickets are made and opened once a handshake, so one lock for all workers is held for a few
/// microseconds every now and then.
class SharedTicketKeys final : public TicketKeys {
 public:
  explicit SharedTicketKeys(RandomSource& random) : ring_(random) {}
  std::vector<std::uint8_t> seal(Instant now, Bytes state) override {
    const std::lock_guard lock(mutex_);
    return ring_.seal(now, state);
  }
  std::optional<std::vector<std::uint8_t>> open(Instant now, Bytes ticket) override {
    const std::lock_guard lock(mutex_);
    return ring_.open(now, ticket);
  }

 private:
  std::mutex mutex_;
  endpoint::TicketKeyRing ring_;
};

}  // namespace

std::unique_ptr<TicketKeys> make_shared_ticket_keys(RandomSource& random) {
  return std::make_unique<SharedTicketKeys>(random);
}

std::unique_ptr<ReplayStore> make_shared_replay_store(RandomSource& random) {
  return std::make_unique<endpoint::StrikeRegister>(random);
}

}  // namespace jetstream
