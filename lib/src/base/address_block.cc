// SPDX-License-Identifier: MIT
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "jetstream/address.h"

namespace jetstream {
namespace {

constexpr std::uint8_t kAllBits = 128;
constexpr std::uint8_t kV4Offset = 96;  // bits of ::ffff:0:0/96

/// The bits of byte `index` that are among the first `bits` of all.
std::uint8_t mask_of(std::size_t index, std::uint8_t bits) {
  const auto inside = std::clamp(static_cast<int>(bits) - static_cast<int>(8 * index), 0, 8);
  return static_cast<std::uint8_t>(0xff00 >> inside);
}

/// Whatever stands behind the prefix.
std::optional<AddressBlock> read_block(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  if (host.find('\0') != std::string::npos) return std::nullopt;  // inet_pton() would stop there
  AddressBlock block;
  std::array<std::uint8_t, 4> v4{};
  const bool is_v4 = inet_pton(AF_INET, host.c_str(), v4.data()) == 1;
  if (is_v4) {
    block.ip = PeerAddress::v4(v4, 0).ip;
  } else if (inet_pton(AF_INET6, host.c_str(), block.ip.data()) != 1) {
    return std::nullopt;
  }
  if (slash == std::string_view::npos) return block;
  const std::string_view length = text.substr(slash + 1);
  const std::uint8_t longest = is_v4 ? kAllBits - kV4Offset : kAllBits;
  const auto [end, error] =
      std::from_chars(length.data(), length.data() + length.size(), block.bits);
  if (error != std::errc() || end != length.data() + length.size() || block.bits > longest) {
    return std::nullopt;
  }
  if (length.size() > 1 && length.front() == '0') return std::nullopt;
  if (is_v4) block.bits = static_cast<std::uint8_t>(block.bits + kV4Offset);
  return block;
}

AddressBlock without_host_bits(AddressBlock block) {
  for (std::size_t i = 0; i < block.ip.size(); ++i) block.ip[i] &= mask_of(i, block.bits);
  return block;
}

}  // namespace

bool AddressBlock::is_v4() const {
  PeerAddress first;
  first.ip = ip;
  return first.is_v4() && bits >= kV4Offset;
}

bool AddressBlock::contains(const PeerAddress& address) const {
  if (is_v4() != address.is_v4()) return false;
  for (std::size_t i = 0; i < ip.size(); ++i) {
    if (((ip[i] ^ address.ip[i]) & mask_of(i, bits)) != 0) return false;
  }
  return true;
}

std::string AddressBlock::to_string() const {
  const bool v4 = is_v4();
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v4 ? AF_INET : AF_INET6, ip.data() + (v4 ? 12 : 0), text.data(), text.size());
  if (bits == kAllBits) return text.data();
  return std::string(text.data()) + "/" + std::to_string(v4 ? bits - kV4Offset : bits);
}

Result<AddressBlock> parse_address_block(std::string_view text) {
  const auto block = read_block(text);
  if (!block) {
    return refuse(LocalCode::kInvalidArgument,
                  "\"" + std::string(text) + "\" is no address or block of addresses");
  }
  const AddressBlock clean = without_host_bits(*block);
  if (clean == *block) return *block;
  const AddressBlock one{.ip = block->ip};
  return refuse(LocalCode::kInvalidArgument,
                "\"" + std::string(text) + "\" has bits set behind the prefix; did you mean " +
                    clean.to_string() + " or " + one.to_string() + "?");
}

std::vector<AddressBlock> loopback_blocks() {
  AddressBlock v4{.ip = PeerAddress::v4({127, 0, 0, 0}, 0).ip, .bits = kV4Offset + 8};
  AddressBlock v6;
  v6.ip[15] = 1;
  return {v4, v6};
}

}  // namespace jetstream
