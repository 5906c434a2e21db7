// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "jetstream/identity.h"
#include "jetstream/result.h"

namespace jetstream::daemon {

struct KeyLines {
  std::vector<PublicKey> keys;
  std::string text;  ///< Of the whole file.
};

/// The public keys in a file of key lines (identity.h); empty lines and lines that start with # are
/// skipped. kSystem if it can't be read, kBadKey naming the first wrong line, or if there is no key
/// at all, which would lock everybody out.
Result<KeyLines> read_key_lines(const std::filesystem::path& file);

}  // namespace jetstream::daemon
