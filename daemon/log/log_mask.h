// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/log/log.h"

namespace jetstream::daemon {

/// How much of a peer's address stays: /24 of IPv4 and /48 of IPv6 are networks, as providers give
/// them out, and not people.
inline constexpr std::uint8_t kMaskedV4Bits = 24;
inline constexpr std::uint8_t kMaskedV6Bits = 48;

/// What may be shown of "192.0.2.7:40000", "[2001:db8::7]:40000", or of a block of addresses.
std::string mask_address(std::string_view text, PeerAddresses shown);

/// Fields with as much of the addresses of peers as may be shown. Refers to the texts of the
/// originals.
class MaskedFields {
 public:
  MaskedFields(const LogEventSpec& spec, LogFields fields, PeerAddresses shown);
  MaskedFields(const MaskedFields&) = delete;
  MaskedFields& operator=(const MaskedFields&) = delete;

  LogFields fields() const { return fields_; }

 private:
  std::vector<std::string> texts_;
  std::vector<LogField> fields_;
};

}  // namespace jetstream::daemon
