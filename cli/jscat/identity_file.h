// SPDX-License-Identifier: MIT
//
// A private key in a file, in the form of jetstreamd's identity.key: "ed25519-seed ", the 64 hex
// digits of the 32-byte seed, and a line end. Only its owner may read it.
#pragma once

#include <filesystem>

#include "jetstream/identity.h"

namespace jetstream::jscat {

/// kSystem if the file can't be read, kBadKey if its content is no key or if group or others may
/// read it.
Result<Identity> read_identity(const std::filesystem::path& file);

/// Makes a new key in a new file, mode 0600; never replaces one. kSystem.
Result<Identity> create_identity(const std::filesystem::path& file, RandomSource& random);

}  // namespace jetstream::jscat
