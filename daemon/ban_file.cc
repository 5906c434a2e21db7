// SPDX-License-Identifier: MIT
#include "daemon/ban_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <set>
#include <system_error>

#include "ipc/file_descriptor.h"

namespace jetstream::daemon {
namespace {

constexpr std::string_view kFirstLine = "jetstreamd-bans 1";
constexpr std::string_view kLastWord = "end ";
constexpr std::string_view kNothing = "-";
/// The longest line is below 384 bytes: a block, three words, two times, a number, a reason.
constexpr std::size_t kBytesMax = BanBook::kBansMax * 384;

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

std::string reason() { return std::generic_category().message(errno); }

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The whole file, or a byte more than one may have.
std::optional<std::string> read_all(int fd) {
  std::string text;
  std::string piece(65536, '\0');
  while (text.size() <= kBytesMax) {
    const ssize_t count = ::read(fd, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    text.append(piece, 0, static_cast<std::size_t>(count));
  }
  return text;
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
  if (text.size() > kBytesMax) return broken(1, "the file is too large to be one of bans");
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

Result<std::vector<Ban>> load_bans(const std::filesystem::path& path) {
  const ipc::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) return std::vector<Ban>();
  const auto text = file.get() < 0 ? std::nullopt : read_all(file.get());
  if (!text) {
    return refuse(LocalCode::kSystem, "cannot read the bans in " + path.string() + ": " + reason());
  }
  auto bans = parse_bans(*text);
  if (bans) return bans;
  return refuse(LocalCode::kInvalidArgument,
                path.string() + ":" + bans.error().message +
                    "; mend it, or move it away to start without bans");
}

Result<> save_bans(const std::filesystem::path& path, const BanBook& book) {
  const auto failed = [&](const char* what) {
    return refuse(LocalCode::kSystem,
                  std::string("cannot ") + what + " " + path.string() + ": " + reason());
  };
  const std::filesystem::path folder = path.parent_path();
  if (!folder.empty() && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return failed("make the folder of");
  }
  std::filesystem::path unfinished = path;
  unfinished += ".new";
  const ipc::FileDescriptor file(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0 || !write_all(file.get(), write_bans(book)) || ::fsync(file.get()) != 0 ||
      ::rename(unfinished.c_str(), path.c_str()) != 0) {
    auto error = failed("write");
    ::unlink(unfinished.c_str());
    return error;
  }
  // The name is part of the folder, and has to be on the disk as well.
  const ipc::FileDescriptor names(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (names.get() < 0 || ::fsync(names.get()) != 0) return failed("write");
  return {};
}

}  // namespace jetstream::daemon
