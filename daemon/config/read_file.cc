// SPDX-License-Identifier: MIT
#include "daemon/config/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace jetstream::daemon {

std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t max) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  std::string text(max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(fd, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int reason = errno;
      ::close(fd);
      errno = reason;
      return std::nullopt;
    }
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  ::close(fd);
  text.resize(size);
  return text;
}

}  // namespace jetstream::daemon
