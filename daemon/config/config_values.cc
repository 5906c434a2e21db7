// SPDX-License-Identifier: MIT
#include "daemon/config/config_values.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "daemon/config/config_diagnostics.h"

namespace jetstream::daemon {
namespace {

auto wrong(std::string what, std::string help = {}) {
  return unexpected(ValueError{std::move(what), std::move(help)});
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

Result<bool, ValueError> parse_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  std::string help = "write true or false";
  constexpr std::array<std::string_view, 8> kYes = {"yes", "on",   "y",    "Yes",
                                                    "On",  "True", "TRUE", "1"};
  constexpr std::array<std::string_view, 8> kNo = {"no",  "off",   "n",     "No",
                                                   "Off", "False", "FALSE", "0"};
  for (const std::string_view word : kYes) {
    if (text == word) help = "did you mean true?";
  }
  for (const std::string_view word : kNo) {
    if (text == word) help = "did you mean false?";
  }
  return wrong(quote(text) + " is neither true nor false", help);
}

Result<std::int64_t, ValueError> parse_file_mode(std::string_view text) {
  std::int64_t mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (text.size() != 4 || text[0] != '0' || error != std::errc() ||
      end != text.data() + text.size()) {
    return wrong(quote(text) + " is not a file mode", "write four octal digits, such as \"0660\"");
  }
  if ((mode & 0600) != 0600) {
    return wrong(quote(text) + " keeps the daemon itself out",
                 "the first digit after the zero must be 6 or 7");
  }
  return mode;
}

std::string format_file_mode(std::int64_t mode) {
  std::string text = "0000";
  for (std::size_t i = 0; i < 3; ++i) {
    text[3 - i] = static_cast<char>('0' + ((mode >> (3 * i)) & 7));
  }
  return text;
}

Result<PeerAddress, ValueError> parse_address(std::string_view text) {
  const auto malformed = [&](std::string help) {
    return wrong(quote(text) + " is not an address with a port", std::move(help));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    const std::string_view port = colon == 0 ? text.substr(1) : text;
    if (parse_port(port)) {
      return malformed("write \"127.0.0.1:" + std::string(port) +
                       "\", or \"0.0.0.0:" + std::string(port) + "\" for every interface");
    }
    return malformed("write it like 127.0.0.1:8080 or [::1]:8080");
  }
  std::string host(text.substr(0, colon));
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return malformed("the port is a number from 0 to 65535");
  if (host == "*")
    return malformed("for every interface write \"0.0.0.0:" + std::to_string(*port) +
                     "\" or \"[::]:" + std::to_string(*port) + "\"");

  PeerAddress address;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (inet_pton(AF_INET6, host.c_str(), address.ip.data()) != 1) {
      return malformed(
          "the brackets hold an IPv6 address without an interface, such as [::1]:8080");
    }
    address.port = *port;
    return address;
  }
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, host.c_str(), v4.data()) == 1) return PeerAddress::v4(v4, *port);
  if (inet_pton(AF_INET6, std::string(text).c_str(), address.ip.data()) == 1 ||
      host.find(':') != std::string::npos) {
    return malformed("an IPv6 address stands in brackets: \"[" + printable(host) +
                     "]:" + std::to_string(*port) + "\"");
  }
  return malformed("host names are not looked up: write the address in digits");
}

Result<AddressBlock, ValueError> parse_block(std::string_view text) {
  const auto block = parse_address_block(text);
  if (block) return *block;
  // It knows what was meant by bits behind the prefix.
  const std::string& message = block.error().message;
  if (const std::size_t advice = message.find("; did you mean ", text.size());
      advice != std::string::npos) {
    return wrong(printable(message.substr(0, advice)), message.substr(advice + 2));
  }
  return wrong(quote(text) + " is not an address or a block of them",
               "write it like 10.0.0.0/8 or 2001:db8::/32, with zeros behind the prefix, without a "
               "port");
}

}  // namespace jetstream::daemon
