// SPDX-License-Identifier: MIT
#include "daemon/access/ban_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <system_error>

namespace jetstream::daemon {
namespace {

constexpr std::string_view kFirstLine = "jetstreamd-bans 1";
constexpr std::string_view kLastWord = "end ";
constexpr std::string_view kNothing = "-";

/// Takes the text up to `separator` off the front.
std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<Ban, std::string> parse_ban(std::string_view line) {
  Ban ban;
  const auto block = parse_address_block(take(line, ' '));
  if (!block) return unexpected(block.error().message);
  ban.block = *block;
  const auto origin = parse_ban_origin(take(line, ' '));
  if (!origin) return unexpected<std::string>("the second word is none of admin, file and auto");
  ban.origin = *origin;
  const auto since = control::parse_rfc3339(take(line, ' '));
  if (!since) return unexpected<std::string>("the third word is no time");
  ban.since = *since;
  const std::string_view until = take(line, ' ');
  ban.until = control::parse_rfc3339(until);
  if (!ban.until && until != kNothing) {
    return unexpected<std::string>("the fourth word is neither a time nor -");
  }
  const std::string_view uid = take(line, ' ');
  ban.uid = parse_number<std::uint32_t>(uid);
  if (!ban.uid && uid != kNothing) {
    return unexpected<std::string>("the fifth word is neither a user's number nor -");
  }
  const bool printable =
      std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || line.size() > kBanReasonBytesMax) {
    return unexpected<std::string>("the reason is too long, or not printable ASCII");
  }
  ban.reason = line;
  return ban;
}

tl::unexpected<Error> broken(std::size_t line, const std::string& what) {
  return refuse(LocalCode::kInvalidArgument, std::to_string(line) + ": " + what);
}

}  // namespace

std::string write_bans(const BanBook& book) {
  std::string text(kFirstLine);
  text += '\n';
  for (const auto& [block, ban] : book.bans()) {
    text += block.to_string() + ' ' + std::string(to_string(ban.origin)) + ' ' +
            control::to_rfc3339(ban.since) + ' ' +
            (ban.until ? control::to_rfc3339(*ban.until) : std::string(kNothing)) + ' ' +
            (ban.uid ? std::to_string(*ban.uid) : std::string(kNothing));
    if (!ban.reason.empty()) text += ' ' + ban.reason;
    text += '\n';
  }
  return text + std::string(kLastWord) + std::to_string(book.bans().size()) + '\n';
}

Result<std::vector<Ban>> parse_bans(std::string_view text) {
  if (text.size() > kBanTextBytesMax) return broken(1, "the file is too large to be one of bans");
  if (take(text, '\n') != kFirstLine) {
    return broken(1, "expected \"" + std::string(kFirstLine) + "\"");
  }
  std::vector<Ban> bans;
  std::set<AddressBlock, BlockOrder> blocks;
  for (std::size_t number = 2; !text.empty(); ++number) {
    // Without its end a line may be a part of one.
    if (text.find('\n') == std::string_view::npos) return broken(number, "the line has no end");
    const std::string_view line = take(text, '\n');
    if (line.starts_with(kLastWord)) {
      if (parse_number<std::size_t>(line.substr(kLastWord.size())) != bans.size()) {
        return broken(number, "there are " + std::to_string(bans.size()) + " bans before it");
      }
      if (!text.empty()) return broken(number + 1, "nothing may follow the last line");
      return bans;
    }
    if (bans.size() >= BanBook::kBansMax) return broken(number, "there are too many bans");
    auto ban = parse_ban(line);
    if (!ban) return broken(number, ban.error());
    if (!blocks.insert(ban->block).second) {
      return broken(number, ban->block.to_string() + " is banned twice");
    }
    bans.push_back(*std::move(ban));
  }
  return broken(bans.size() + 2, "the last line is missing, the file is not whole");
}

}  // namespace jetstream::daemon
