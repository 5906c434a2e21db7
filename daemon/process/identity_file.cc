// SPDX-License-Identifier: MIT
#include "daemon/process/identity_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

namespace jetstream::daemon {
namespace {

constexpr std::string_view kPrefix = "ed25519-seed ";
constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kKeyFileBytes = kPrefix.size() + 2 * kSeedBytes + 1;

// Owns a descriptor; the key must not stay open after an early return.
class File {
 public:
  File(const std::filesystem::path& path, int flags, mode_t mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string reason() { return std::generic_category().message(errno); }

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777));
  return text.data();
}

// The first `max` bytes; nullopt with errno.
std::optional<std::string> read_up_to(int fd, std::size_t max) {
  std::string text(max, '\0');
  std::size_t size = 0;
  while (size < max) {
    const ssize_t count = ::read(fd, text.data() + size, max - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void erase(std::string& secret) { ::explicit_bzero(secret.data(), secret.size()); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

Result<Identity> parse_key(std::string_view text) {
  std::array<std::uint8_t, kSeedBytes> seed{};
  bool good = text.size() == kKeyFileBytes && text.starts_with(kPrefix) && text.ends_with('\n');
  for (std::size_t i = 0; good && i < kSeedBytes; ++i) {
    const int high = hex_digit(text[kPrefix.size() + 2 * i]);
    const int low = hex_digit(text[kPrefix.size() + 2 * i + 1]);
    good = high >= 0 && low >= 0;
    if (good) seed[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  auto identity =
      good ? Identity::from_seed(seed) : refuse(LocalCode::kBadKey, "not an identity key");
  ::explicit_bzero(seed.data(), seed.size());
  return identity;
}

// A key that others can read is no identity any more.
Result<> check_mode(int fd, const std::filesystem::path& path) {
  struct stat info = {};
  if (::fstat(fd, &info) != 0) return refuse(LocalCode::kSystem, path.string() + ": " + reason());
  if (!S_ISREG(info.st_mode)) return refuse(LocalCode::kBadKey, path.string() + " is not a file");
  if ((info.st_mode & 077) == 0) return {};
  return refuse(LocalCode::kBadKey,
                "the private key " + path.string() + " is open to others: mode " +
                    octal(info.st_mode) + ", owner " + std::to_string(info.st_uid) +
                    "; if nobody can have read it: chmod 0600 " + path.string());
}

Result<Identity> read_identity(int fd, const std::filesystem::path& path) {
  auto text = read_up_to(fd, kKeyFileBytes + 1);
  if (!text) return refuse(LocalCode::kSystem, "cannot read " + path.string() + ": " + reason());
  auto identity = parse_key(*text);
  erase(*text);
  if (identity) return identity;
  return refuse(LocalCode::kBadKey,
                path.string() + " is not an identity key: it should be one line, \"" +
                    std::string(kPrefix) +
                    "\" and 64 hex digits; restore it, or move it away to get a new identity, "
                    "which clients that pinned the old one refuse");
}

Result<Identity> read_own_identity(int fd, const std::filesystem::path& path) {
  if (auto mode = check_mode(fd, path); !mode) return unexpected(mode.error());
  return read_identity(fd, path);
}

tl::unexpected<Error> refuse_to_open(const std::filesystem::path& key_file) {
  return refuse(LocalCode::kSystem, "cannot open the identity key " + key_file.string() + ": " +
                                        reason() + "; it must belong to user " +
                                        std::to_string(::geteuid()) + ", as whom the daemon runs");
}

Result<Identity> create_identity(const std::filesystem::path& path, RandomSource& random) {
  const auto failed = [&](const char* what) {
    return refuse(LocalCode::kSystem,
                  std::string("cannot ") + what + " the identity key " + path.string() + ": " +
                      reason() +
                      "; set server.state_dir or start with --state-dir DIR, a folder that user " +
                      std::to_string(::geteuid()) + " may write to");
  };
  const std::filesystem::path folder = path.parent_path();
  if (!folder.empty() && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return failed("make the folder of");
  // Written under another name first: a crash between both steps must not leave half a key.
  std::filesystem::path unfinished = path;
  unfinished += ".new";
  ::unlink(unfinished.c_str());
  const File file(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!file) return failed("make");
  Identity identity = Identity::generate(random);
  std::string text = std::string(kPrefix) + to_hex(identity.seed()) + "\n";
  const bool written =
      write_all(file.fd(), text) && ::fchmod(file.fd(), 0600) == 0 && ::fsync(file.fd()) == 0;
  erase(text);
  // link() does not replace: whoever made a key meanwhile keeps it.
  if (!written || ::link(unfinished.c_str(), path.c_str()) != 0) {
    auto error = failed("write");
    ::unlink(unfinished.c_str());
    return error;
  }
  ::unlink(unfinished.c_str());
  return identity;
}

// identity.key -> identity.pub.
std::filesystem::path beside(const std::filesystem::path& key_file) {
  std::filesystem::path path = key_file;
  path.replace_extension(".pub");
  if (path == key_file) path += ".pub";
  return path;
}

Result<> store_public_half(const std::filesystem::path& path, const PublicKey& key) {
  const std::string line = to_key_line(key) + "\n";
  if (const File file(path, O_RDONLY); file) {
    if (read_up_to(file.fd(), line.size() + 1) == line) return {};
  }
  const File file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644);
  if (!file || !write_all(file.fd(), line) || ::fchmod(file.fd(), 0644) != 0) {
    return refuse(LocalCode::kSystem,
                  "cannot write the public key " + path.string() + ": " + reason());
  }
  return {};
}

}  // namespace

Result<StoredIdentity> open_identity(const std::filesystem::path& key_file, RandomSource& random) {
  const File file(key_file, O_RDONLY | O_NONBLOCK);
  if (!file && errno != ENOENT) return refuse_to_open(key_file);
  auto identity = file ? read_own_identity(file.fd(), key_file) : create_identity(key_file, random);
  if (!identity) return unexpected(identity.error());
  if (auto stored = store_public_half(beside(key_file), identity->public_key()); !stored)
    return unexpected(stored.error());
  return StoredIdentity{*std::move(identity), !file};
}

std::optional<std::filesystem::path> credential_file(std::string_view name) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) return std::nullopt;
  const auto path = std::filesystem::path(folder) / name;
  // Whatever else is wrong with it, it was meant: no other key may take its place.
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0 && errno == ENOENT) return std::nullopt;
  return path;
}

Result<Identity> read_kept_identity(const std::filesystem::path& key_file,
                                    const std::filesystem::path& public_key_file) {
  const File file(key_file, O_RDONLY | O_NONBLOCK);
  if (!file) return refuse_to_open(key_file);
  auto identity = read_identity(file.fd(), key_file);
  if (!identity) return identity;
  if (auto stored = store_public_half(public_key_file, identity->public_key()); !stored)
    return unexpected(stored.error());
  return identity;
}

}  // namespace jetstream::daemon
