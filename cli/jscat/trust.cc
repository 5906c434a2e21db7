// SPDX-License-Identifier: MIT
#include "cli/jscat/trust.h"

namespace jetstream::jscat {
namespace {

Failure bad_file(const Error& error, std::string help) {
  return {kExitUsage, error.message, "", std::move(help)};
}

}  // namespace

ServerTrust::ServerTrust(const ServerArgs& server)
    : name_(server.name),
      known_hosts_(server.known_hosts),
      accept_any_(server.accept_any),
      pins_(server.pins) {}

Result<ServerTrust, Failure> ServerTrust::load(const ServerArgs& server) {
  ServerTrust loaded(server);
  for (const std::filesystem::path& file : server.pin_files) {
    const auto pins = read_pin_file(file);
    if (!pins) {
      return unexpected(bad_file(pins.error(), "the identity.pub that the server's daemon wrote"));
    }
    loaded.pins_.insert(loaded.pins_.end(), pins->begin(), pins->end());
  }
  if (!loaded.pins_.empty() || loaded.accept_any_ || loaded.known_hosts_.empty()) return loaded;
  auto known = read_known_hosts(loaded.known_hosts_, loaded.name_);
  if (!known) {
    return unexpected(bad_file(known.error(), "mend the file, or take another by --known-hosts"));
  }
  loaded.known_ = std::move(*known);
  return loaded;
}

Trust ServerTrust::trust() const {
  if (accept_any_) return Trust::insecure_accept_any();
  std::vector<Pin> believed = pins_;
  for (const KnownHost& host : known_) believed.push_back(Pin::of(host.key));
  return Trust::pins(std::move(believed));
}

bool ServerTrust::may_learn() const {
  return pins_.empty() && known_.empty() && !accept_any_ && !known_hosts_.empty();
}

Result<void, Failure> ServerTrust::learn(const PublicKey& key) {
  if (const auto written = append_known_host(known_hosts_, name_, key); !written) {
    return unexpected(bad_file(written.error(), "another file by --known-hosts"));
  }
  known_.push_back({key, 0});
  return {};
}

Failure ServerTrust::refusal(const PublicKey& key) const {
  if (!pins_.empty()) {
    return {kExitTransport, name_ + " is not the server that was pinned",
            "its key is " + to_key_line(key) + " (" + fingerprint(key) + ")",
            "ask the server's operator for the key in its identity.pub"};
  }
  return known_.empty() ? unknown(key) : changed(key);
}

Failure ServerTrust::changed(const PublicKey& key) const {
  const std::string place = known_hosts_.string() + ":" + std::to_string(known_.front().line);
  return {kExitTransport,
          "THE KEY OF " + name_ + " HAS CHANGED: somebody may be listening in between",
          place + " knows " + fingerprint(known_.front().key) + ", but the server shows " +
              fingerprint(key),
          "ask the server's operator; if the key was changed on purpose, make line " +
              std::to_string(known_.front().line) + " of " + known_hosts_.string() + "\n       " +
              known_hosts_line(name_, key)};
}

Failure ServerTrust::unknown(const PublicKey& key) const {
  const std::string file =
      known_hosts_.empty() ? "a file for --known-hosts" : known_hosts_.string();
  return {kExitTransport, name_ + " is not known, so it is not trusted",
          "its key has the fingerprint " + fingerprint(key),
          "if the server's operator confirms it, add this line to " + file + "\n       " +
              known_hosts_line(name_, key)};
}

}  // namespace jetstream::jscat
