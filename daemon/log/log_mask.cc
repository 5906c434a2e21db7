// SPDX-License-Identifier: MIT
#include "daemon/log/log_mask.h"

#include <algorithm>

#include "jetstream/address.h"

namespace jetstream::daemon {
namespace {

/// What an IPv4 address has in front of it where addresses have 16 bytes.
constexpr std::uint8_t kV4Offset = 96;

/// "192.0.2.7" of "192.0.2.7:40000", "fe80::1" of "[fe80::1%eth0]:40000"; a block as it is.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find_first_of("%]") - 1);
  const std::size_t colon = text.find(':');
  return colon == text.rfind(':') ? text.substr(0, colon) : text;
}

AddressBlock network_of(AddressBlock block) {
  const auto most =
      static_cast<std::uint8_t>(block.is_v4() ? kV4Offset + kMaskedV4Bits : kMaskedV6Bits);
  block.bits = std::min(block.bits, most);
  for (std::size_t bit = block.bits; bit < block.ip.size() * 8; ++bit) {
    block.ip[bit / 8] = static_cast<std::uint8_t>(block.ip[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return block;
}

}  // namespace

std::string mask_address(std::string_view text, PeerAddresses shown) {
  if (shown == PeerAddresses::kFull) return std::string(text);
  if (shown == PeerAddresses::kNone) return "";
  const auto block = parse_address_block(without_port(text));
  return block ? network_of(*block).to_string() : "";
}

MaskedFields::MaskedFields(const LogEventSpec& spec, LogFields fields, PeerAddresses shown)
    : fields_(fields.begin(), fields.end()) {
  texts_.reserve(fields_.size());
  for (LogField& field : fields_) {
    const FieldSpec* known = find_field(spec, field.name);
    const auto* text = std::get_if<std::string_view>(&field.value);
    if (known == nullptr || known->kind != FieldKind::kAddress || text == nullptr) continue;
    field.value = std::string_view(texts_.emplace_back(mask_address(*text, shown)));
  }
}

}  // namespace jetstream::daemon
