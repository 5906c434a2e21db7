// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "cli/jscat/args.h"
#include "cli/jscat/failure.h"
#include "cli/jscat/known_hosts.h"

namespace jetstream::jscat {

/// Whom to believe to be one server, and what to tell the person when somebody else answers. Pins
/// decide alone where there are any; otherwise known_hosts does, unless everybody is accepted.
class ServerTrust {
 public:
  /// Reads the files that `server` names.
  static Result<ServerTrust, Failure> load(const ServerArgs& server);

  Trust trust() const;
  /// The server is simply unknown: a person may decide to believe it.
  bool may_learn() const;
  /// Believes `key` from now on, and writes it down.
  Result<void, Failure> learn(const PublicKey& key);
  /// Why `key` is not believed, and what to do about it.
  Failure refusal(const PublicKey& key) const;

 private:
  explicit ServerTrust(const ServerArgs& server);
  Failure changed(const PublicKey& key) const;
  Failure unknown(const PublicKey& key) const;

  std::string name_;
  std::filesystem::path known_hosts_;
  bool accept_any_;
  std::vector<Pin> pins_;
  std::vector<KnownHost> known_;
};

}  // namespace jetstream::jscat
