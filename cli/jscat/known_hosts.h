// SPDX-License-Identifier: MIT
//
// The file of trusted servers. A line is "HOST:PORT ed25519 BASE64"; empty lines and lines that
// start with # are passed over. A server may have several lines, one for each key it may show.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "jetstream/address.h"
#include "jetstream/identity.h"

namespace jetstream::jscat {

struct KnownHost {
  PublicKey key{};
  std::size_t line = 0;  ///< Where in the file, from 1 on.
};

/// known_hosts in $XDG_CONFIG_HOME/jetstream or ~/.config/jetstream; empty if neither is set.
std::filesystem::path default_known_hosts();

/// One spelling for a server: lower case, IPv6 in brackets, addresses in their shortest form.
std::string host_name_of(const HostPort& host);

/// The lines for `name`. A file that does not exist has none; kSystem if it can't be read, kBadKey
/// naming file and line if a line is malformed, whomever it is for.
Result<std::vector<KnownHost>> read_known_hosts(const std::filesystem::path& file,
                                                const std::string& name);

std::string known_hosts_line(const std::string& name, const PublicKey& key);

/// Adds a line at the end, making file (0600) and folders (0700) where they are missing. kSystem
/// says what failed.
Result<> append_known_host(const std::filesystem::path& file, const std::string& name,
                           const PublicKey& key);

/// The keys in a file of key lines, as the daemon writes identity.pub. kSystem if it can't be read,
/// kBadKey naming the first wrong line, or if there is no key at all.
Result<std::vector<Pin>> read_pin_file(const std::filesystem::path& file);

}  // namespace jetstream::jscat
