// SPDX-License-Identifier: MIT
#include "jsctl/ban_file.h"

#include <algorithm>
#include <set>

#include "jetstream/address.h"
#include "jetstream/control.h"

namespace jetstream::jsctl {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// What the daemon takes as a reason.
std::string reason_of(std::string_view comment) {
  std::string reason(trimmed(comment.substr(0, control::kBanReasonMax)));
  for (char& c : reason) {
    if (c < ' ' || c > '~') c = '?';
  }
  return reason;
}

}  // namespace

Result<std::vector<std::string>> parse_ban_list(std::string_view text) {
  std::vector<std::string> bans;
  std::set<std::string> blocks;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t comment = std::min(line.find_first_of("#;"), line.size());
    const std::string_view word = trimmed(line.substr(0, comment));
    if (word.empty()) continue;
    const auto block = parse_address_block(word);
    if (!block) {
      return refuse(LocalCode::kInvalidArgument,
                    std::to_string(number) + ": " + block.error().message);
    }
    const std::string shown = block->to_string();
    if (!blocks.insert(shown).second) continue;  // said twice is said once
    const std::string reason = reason_of(line.substr(std::min(comment + 1, line.size())));
    bans.push_back(reason.empty() ? shown : shown + ' ' + reason);
  }
  return bans;
}

}  // namespace jetstream::jsctl
