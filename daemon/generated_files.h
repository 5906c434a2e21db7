// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace jetstream::daemon {

/// A file of the repository that is made from a table of the daemon.
struct GeneratedFile {
  std::string path;  ///< From the top of the repository.
  std::string text;
};

std::vector<GeneratedFile> generated_files();

}  // namespace jetstream::daemon
