// SPDX-License-Identifier: MIT
//
// Damaged configurations, always the same ones.
#pragma once

#include <random>
#include <string>

namespace jetstream::daemon {

/// `text` with one to four changes: pieces erased, doubled, cut off or strange, and lines that have
/// traded places.
std::string mutate(std::string text, std::mt19937& random);
/// Pieces of YAML in no order at all.
std::string noise(std::mt19937& random);

}  // namespace jetstream::daemon
