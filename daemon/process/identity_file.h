// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "jetstream/identity.h"
#include "jetstream/random.h"
#include "jetstream/result.h"

namespace jetstream::daemon {

struct StoredIdentity {
  Identity identity;
  bool created = false;  ///< It was made by this call.
};

/// Reads the private key in `key_file`, or makes one if there is none: mode 0600, in a folder that
/// is made too if only its last part is missing. Beside it stands the public half with the ending
/// .pub, the line that clients pin; it is written again whenever it is missing or does not fit.
///
/// The file holds "ed25519-seed ", the 64 hex digits of the 32-byte seed, and a line end.
///
/// kSystem if a file can't be read or made, kBadKey if its content is no key or if group or others
/// may read it; the messages say what to do. Blocks on the file system.
Result<StoredIdentity> open_identity(const std::filesystem::path& key_file, RandomSource& random);

/// The file of the credential `name` that the service manager gave (systemd.exec(5),
/// LoadCredential=): in the folder that CREDENTIALS_DIRECTORY names. nullopt if it gave none; a
/// file that is there but out of reach is given all the same, and fails when it is opened.
std::optional<std::filesystem::path> credential_file(std::string_view name);

/// Reads a private key that somebody else keeps and guards, such as a credential: it is never made,
/// its mode is its keeper's business, and the public half is stored as `public_key_file`, in a
/// folder that has to exist. Fails like open_identity().
Result<Identity> read_kept_identity(const std::filesystem::path& key_file,
                                    const std::filesystem::path& public_key_file);

}  // namespace jetstream::daemon
