// SPDX-License-Identifier: MIT
#include "daemon/access/ban_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "ipc/file_descriptor.h"

namespace jetstream::daemon {
namespace {

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
  while (text.size() <= kBanTextBytesMax) {
    const ssize_t count = ::read(fd, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    text.append(piece, 0, static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

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
