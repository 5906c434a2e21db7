// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "crypto/ticket.h"
#include "jetstream/ticket.h"

namespace jetstream::endpoint {

/// The keys that tickets are sealed with: one in use and the one before. They change with use and
/// time alone, so a ring that nobody asks needs no timer. Not thread-safe.
class TicketKeyRing final : public TicketKeys {
 public:
  /// A stolen key is worth no more than that, and a ticket lives until the key after its own is
  /// replaced: 12 h to 24 h.
  static constexpr Duration kRotateAfter = std::chrono::hours(12);

  explicit TicketKeyRing(RandomSource& random) : random_(random) {}

  std::vector<std::uint8_t> seal(Instant now, Bytes state) override;
  std::optional<std::vector<std::uint8_t>> open(Instant now, Bytes ticket) override;

 private:
  void rotate(Instant now);

  RandomSource& random_;
  std::optional<crypto::TicketKey> current_;
  std::optional<crypto::TicketKey> previous_;
  Instant current_since_{};
};

}  // namespace jetstream::endpoint
