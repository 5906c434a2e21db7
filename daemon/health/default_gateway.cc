// SPDX-License-Identifier: MIT
#include "daemon/health/default_gateway.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace jetstream::daemon {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

template <class Visit>
void each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(words_of(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

template <class Number>
std::optional<Number> parse_hex(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool all_zeros(std::string_view text) {
  return !text.empty() && text.find_first_not_of('0') == std::string_view::npos;
}

/// The kernel prints the four bytes as the number that they are in its own byte order.
std::optional<PeerAddress> gateway_v4(const std::vector<std::string>& words) {
  // Iface Destination Gateway Flags RefCnt Use Metric Mask ...
  if (words.size() < 8 || !all_zeros(words[1]) || !all_zeros(words[7])) return std::nullopt;
  const auto number = parse_hex<std::uint32_t>(words[2]);
  if (!number || *number == 0) return std::nullopt;
  return PeerAddress::v4(std::bit_cast<std::array<std::uint8_t, 4>>(*number), 0);
}

std::optional<PeerAddress> gateway_v6(const std::vector<std::string>& words) {
  // Destination length source length next-hop ...
  if (words.size() < 5 || !all_zeros(words[0]) || words[1] != "00" || words[4].size() != 32 ||
      all_zeros(words[4])) {
    return std::nullopt;
  }
  PeerAddress address;
  for (std::size_t i = 0; i < address.ip.size(); ++i) {
    const auto byte = parse_hex<std::uint8_t>(std::string_view(words[4]).substr(2 * i, 2));
    if (!byte) return std::nullopt;
    address.ip[i] = *byte;
  }
  return address;
}

std::string text_of(const char* path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

std::vector<PeerAddress> parse_gateways(std::string_view route, std::string_view ipv6_route) {
  std::vector<PeerAddress> gateways;
  const auto add = [&gateways](const std::optional<PeerAddress>& gateway) {
    if (gateway && std::find(gateways.begin(), gateways.end(), *gateway) == gateways.end()) {
      gateways.push_back(*gateway);
    }
  };
  each_line(route, [&](const std::vector<std::string>& words) { add(gateway_v4(words)); });
  each_line(ipv6_route, [&](const std::vector<std::string>& words) { add(gateway_v6(words)); });
  return gateways;
}

std::vector<PeerAddress> default_gateways() {
  return parse_gateways(text_of("/proc/self/net/route"), text_of("/proc/self/net/ipv6_route"));
}

}  // namespace jetstream::daemon
