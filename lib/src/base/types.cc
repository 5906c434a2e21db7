// SPDX-License-Identifier: MIT
#include "jetstream/types.h"

#include <arpa/inet.h>

#include <algorithm>

namespace jetstream {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

PeerAddress PeerAddress::v4(std::array<std::uint8_t, 4> address, std::uint16_t port) {
  PeerAddress result;
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), result.ip.begin());
  std::copy(address.begin(), address.end(), result.ip.begin() + kV4Prefix.size());
  result.port = port;
  return result;
}

bool PeerAddress::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), ip.begin());
}

bool PeerAddress::is_loopback() const {
  if (is_v4()) return ip[12] == 127;
  return std::all_of(ip.begin(), ip.end() - 1, [](auto byte) { return byte == 0; }) && ip[15] == 1;
}

std::string PeerAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    inet_ntop(AF_INET, ip.data() + kV4Prefix.size(), text.data(), text.size());
    return std::string(text.data()) + ":" + std::to_string(port);
  }
  inet_ntop(AF_INET6, ip.data(), text.data(), text.size());
  std::string zone = scope == 0 ? "" : "%" + std::to_string(scope);
  return "[" + std::string(text.data()) + zone + "]:" + std::to_string(port);
}

std::string to_hex(Bytes bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0x0f];
  }
  return text;
}

std::string to_string(const ConnectionId& id) { return to_hex(id.bytes); }

}  // namespace jetstream
