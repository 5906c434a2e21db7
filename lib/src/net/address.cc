// SPDX-License-Identifier: MIT
#include "jetstream/address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace jetstream {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

auto not_an_endpoint(std::string_view text) {
  return refuse(
      LocalCode::kInvalidArgument,
      "\"" + std::string(text) + "\" is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080");
}

std::optional<std::uint32_t> parse_scope(const std::string& zone) {
  if (auto number = parse_number<std::uint32_t>(zone)) return number;
  unsigned index = if_nametoindex(zone.c_str());
  return index == 0 ? std::nullopt : std::optional<std::uint32_t>(index);
}

std::optional<PeerAddress> parse_v6(std::string_view host, std::uint16_t port) {
  PeerAddress address;
  address.port = port;
  if (std::size_t percent = host.find('%'); percent != std::string_view::npos) {
    auto scope = parse_scope(std::string(host.substr(percent + 1)));
    if (!scope) return std::nullopt;
    address.scope = *scope;
    host = host.substr(0, percent);
  }
  if (inet_pton(AF_INET6, std::string(host).c_str(), address.ip.data()) != 1) return std::nullopt;
  return address;
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text) {
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return not_an_endpoint(text);
  auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (!port) return not_an_endpoint(text);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return not_an_endpoint(text);
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return not_an_endpoint(text);
  }
  return HostPort{std::string(host), *port};
}

Result<PeerAddress> parse_endpoint(std::string_view text) {
  auto parts = parse_host_port(text);
  if (!parts) return unexpected(parts.error());
  std::array<std::uint8_t, 4> v4{};
  if (text.front() != '[' && inet_pton(AF_INET, parts->host.c_str(), v4.data()) == 1) {
    return PeerAddress::v4(v4, parts->port);
  }
  if (text.front() == '[') {
    if (auto v6 = parse_v6(parts->host, parts->port)) return *v6;
  }
  return not_an_endpoint(text);
}

}  // namespace jetstream
