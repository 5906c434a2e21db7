// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace jetstream::pages {

/// A manual page or a completion, made from the command line of a program or a table of the daemon.
struct Page {
  std::string path;  ///< From the top of the repository.
  std::string text;
};

std::vector<Page> all_pages();

}  // namespace jetstream::pages
