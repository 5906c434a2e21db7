// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace jetstream::jsctl {

/// Puts names in the place of IP addresses. The same address has the same name in every text of one
/// mask, so that one can still see who is who. Loopback and unspecified addresses stay: they say
/// nothing about anybody.
class AddressMask {
 public:
  /// Whatever text: what can be read as an address becomes "address-1", its port stays.
  std::string apply(std::string_view text);
  std::size_t masked() const { return names_.size(); }

 private:
  std::string mask_word(const std::string& word);
  std::string name_of(const std::string& address);

  std::map<std::string, std::string> names_;
};

}  // namespace jetstream::jsctl
