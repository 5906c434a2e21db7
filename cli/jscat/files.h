// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "jetstream/result.h"

namespace jetstream::jscat {

/// Owns a file descriptor.
class File {
 public:
  File(const std::filesystem::path& path, int flags, unsigned mode = 0);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  /// Up to `bytes_max` bytes from here on; false with errno.
  bool read(std::string& out, std::size_t bytes_max) const;
  /// All of `text`; false with errno.
  bool write(std::string_view text) const;

 private:
  int fd_;
};

/// kSystem: "cannot WHAT FILE: " and what errno says.
tl::unexpected<Error> refuse_errno(std::string_view what, const std::filesystem::path& file);

/// A whole file. kSystem if it can't be read or is larger than `bytes_max`.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max);

/// Makes the folders that `file` is to lie in, with 0700, if there are none. kSystem.
Result<> make_folder_of(const std::filesystem::path& file);

/// Adds `line` and a line end, behind a line end if the file lacks its last one. Makes the file
/// with mode 0600 and its folders with 0700 if there are none. kSystem.
Result<> append_line(const std::filesystem::path& file, std::string_view line);

}  // namespace jetstream::jscat
