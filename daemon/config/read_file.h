// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace jetstream::daemon {

/// The whole file, or its first max + 1 bytes if it is larger. Nothing if it can't be read; errno
/// says why. Blocks on the file system, but not on a pipe that nobody writes to.
std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t max);

}  // namespace jetstream::daemon
