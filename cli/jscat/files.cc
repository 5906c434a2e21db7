// SPDX-License-Identifier: MIT
#include "cli/jscat/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace jetstream::jscat {

File::File(const std::filesystem::path& path, int flags, unsigned mode)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

bool File::read(std::string& out, std::size_t bytes_max) const {
  std::size_t size = 0;
  while (size < bytes_max) {
    // Grown step by step: the limit is large and most files are small.
    if (size == out.size()) out.resize(std::min(bytes_max, std::max<std::size_t>(4096, 2 * size)));
    const ssize_t count = ::read(fd_, out.data() + size, out.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  out.resize(size);
  return true;
}

bool File::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t count = ::write(fd_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

tl::unexpected<Error> refuse_errno(std::string_view what, const std::filesystem::path& file) {
  const std::string reason = std::generic_category().message(errno);
  return refuse(LocalCode::kSystem,
                "cannot " + std::string(what) + " " + file.string() + ": " + reason);
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const File file(path, O_RDONLY | O_NONBLOCK);
  std::string text;
  if (!file || !file.read(text, bytes_max + 1)) return refuse_errno("read", path);
  if (text.size() > bytes_max) {
    return refuse(LocalCode::kSystem,
                  path.string() + " is larger than " + std::to_string(bytes_max) + " bytes");
  }
  return text;
}

Result<> make_folder_of(const std::filesystem::path& path) {
  if (!path.has_parent_path()) return {};
  std::error_code error;
  const mode_t before = ::umask(0077);
  std::filesystem::create_directories(path.parent_path(), error);
  ::umask(before);
  errno = error.value();
  if (error) return refuse_errno("make the folder of", path);
  return {};
}

Result<> append_line(const std::filesystem::path& path, std::string_view line) {
  if (const auto made = make_folder_of(path); !made) return made;
  const File file(path, O_RDWR | O_CREAT | O_APPEND, 0600);
  if (!file) return refuse_errno("write", path);
  const off_t size = ::lseek(file.fd(), 0, SEEK_END);
  char last = '\n';
  if (size > 0 && ::pread(file.fd(), &last, 1, size - 1) != 1) return refuse_errno("read", path);
  // One write, so that two programs that learn a server at once do not mix their lines.
  const std::string text = (last == '\n' ? "" : "\n") + std::string(line) + "\n";
  if (!file.write(text)) return refuse_errno("write", path);
  return {};
}

}  // namespace jetstream::jscat
