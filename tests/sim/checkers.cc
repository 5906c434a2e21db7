// SPDX-License-Identifier: MIT
#include "sim/checkers.h"

#include "sim/apps.h"

namespace jetstream::testing {

void WireChecker::on_datagram(const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
  for (const std::uint8_t byte : bytes) {  // FNV-1a
    digest_ ^= byte;
    digest_ *= 0x100000001b3;
  }
  if (as_text(bytes).find(kPlaintextMarker) != std::string_view::npos) {
    failure_ = "plaintext on the wire [PKT-12]";
  }
  if (from != server_) return;
  from_server_[to] += bytes.size();
  if (!proven_.contains(to) && from_server_[to] > 3 * to_server_[to]) {
    failure_ = "more than three times the received bytes to an unproven address [PKT-22, MIG-3]";
  }
}

}  // namespace jetstream::testing
