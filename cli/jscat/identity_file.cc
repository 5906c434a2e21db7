// SPDX-License-Identifier: MIT
#include "cli/jscat/identity_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstring>

#include "cli/jscat/files.h"

namespace jetstream::jscat {
namespace {

constexpr std::string_view kPrefix = "ed25519-seed ";
constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kFileBytes = kPrefix.size() + 2 * kSeedBytes + 1;

template <class Buffer>
void erase(Buffer& secret) {
  ::explicit_bzero(secret.data(), secret.size());
}

Result<Identity> parse_identity(std::string_view text) {
  std::array<std::uint8_t, kSeedBytes> seed{};
  bool good = text.size() == kFileBytes && text.starts_with(kPrefix) && text.ends_with('\n');
  for (std::size_t i = 0; good && i < kSeedBytes; ++i) {
    const char* digits = text.data() + kPrefix.size() + 2 * i;
    good = std::from_chars(digits, digits + 2, seed[i], 16).ptr == digits + 2;
  }
  auto identity =
      good ? Identity::from_seed(seed) : refuse(LocalCode::kBadKey, "not an identity key");
  erase(seed);
  return identity;
}

}  // namespace

Result<Identity> read_identity(const std::filesystem::path& path) {
  const File file(path, O_RDONLY | O_NONBLOCK);
  struct stat info{};
  if (!file || ::fstat(file.fd(), &info) != 0) return refuse_errno("read", path);
  if (!S_ISREG(info.st_mode)) return refuse(LocalCode::kBadKey, path.string() + " is not a file");
  if ((info.st_mode & 077) != 0) {
    return refuse(LocalCode::kBadKey, "the private key " + path.string() +
                                          " is open to others; if nobody can have read it: "
                                          "chmod 0600 " +
                                          path.string());
  }
  std::string text(kFileBytes + 1, '\0');
  const bool was_read = file.read(text, kFileBytes + 1);
  auto identity = parse_identity(text);
  erase(text);
  if (!was_read) return refuse_errno("read", path);
  if (identity) return identity;
  return refuse(LocalCode::kBadKey, path.string() + " is not an identity key: it should be \"" +
                                        std::string(kPrefix) + "\" and 64 hex digits");
}

Result<Identity> create_identity(const std::filesystem::path& path, RandomSource& random) {
  const File file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!file) return refuse_errno("make", path);
  Identity identity = Identity::generate(random);
  std::string text(kPrefix);
  text.reserve(kFileBytes);
  text += to_hex(identity.seed());
  text += '\n';
  const bool written = file.write(text) && ::fsync(file.fd()) == 0;
  erase(text);
  if (!written) {
    auto error = refuse_errno("write", path);
    ::unlink(path.c_str());
    return error;
  }
  return identity;
}

}  // namespace jetstream::jscat
