// SPDX-License-Identifier: MIT
#include "jsctl/address_mask.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace jetstream::jsctl {
namespace {

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':' ||
         c == '.';
}

bool is_v4(const std::string& text) {
  in_addr parsed{};
  return ::inet_pton(AF_INET, text.c_str(), &parsed) == 1;
}

bool is_v6(const std::string& text) {
  in6_addr parsed{};
  return ::inet_pton(AF_INET6, text.c_str(), &parsed) == 1;
}

bool says_nothing(const std::string& address) {
  return address.starts_with("127.") || address == "0.0.0.0" || address == "::1" || address == "::";
}

}  // namespace

std::string AddressMask::apply(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto begin = std::find_if(text.begin(), text.end(), is_word);
    const auto end = std::find_if_not(begin, text.end(), is_word);
    out.append(text.begin(), begin);
    out += mask_word(std::string(begin, end));
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
  return out;
}

std::string AddressMask::mask_word(const std::string& word) {
  const std::size_t last = word.find_last_not_of(".");
  const std::string bare = word.substr(0, last == std::string::npos ? 0 : last + 1);
  if (is_v6(bare)) return name_of(bare) + word.substr(bare.size());
  // An IPv4 address, perhaps with a port behind it or a name before it.
  std::string out;
  for (std::size_t at = 0; at <= bare.size();) {
    const std::size_t end = std::min(bare.find(':', at), bare.size());
    const std::string part = bare.substr(at, end - at);
    out += (at > 0 ? ":" : "") + (is_v4(part) ? name_of(part) : part);
    at = end + 1;
  }
  return out + word.substr(bare.size());
}

std::string AddressMask::name_of(const std::string& address) {
  if (says_nothing(address)) return address;
  return names_.try_emplace(address, "address-" + std::to_string(names_.size() + 1)).first->second;
}

}  // namespace jetstream::jsctl
