// SPDX-License-Identifier: MIT
//
// The rules of the house that a machine can watch (CONTRIBUTING.md). Every check takes the tree and
// gives one line per finding, so that it can be tried on a made-up tree (canary_test.cc).
#pragma once

#include <string>
#include <vector>

#include "tidy/source_tree.h"

namespace jetstream::tidy {

using Findings = std::vector<std::string>;

/// A layer includes its own folder, lower layers and the public headers; nobody includes tests.
Findings check_layers(const Tree& tree);
/// Each third-party library has its places.
Findings check_fences(const Tree& tree);
/// Below net/ there is no clock, thread, socket, file or environment.
Findings check_purity(const Tree& tree);
/// Words that must not be committed, and calls that have a better replacement.
Findings check_words(const Tree& tree);
/// Names of somebody's own folders.
Findings check_machine_paths(const Tree& tree);
/// 500 lines a file, 100 columns a line.
Findings check_sizes(const Tree& tree);
/// 70 lines a function.
Findings check_functions(const Tree& tree);
/// Every .cc file stands in a CMakeLists.txt of its folder or one above.
Findings check_orphans(const Tree& tree);
/// Every test folder with a CMakeLists.txt is named in another one of the tests.
Findings check_test_folders(const Tree& tree);
/// Paths that documents name in backticks exist.
Findings check_named_paths(const Tree& tree);

}  // namespace jetstream::tidy
