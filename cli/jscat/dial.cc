// SPDX-License-Identifier: MIT
#include "cli/jscat/dial.h"

#include <algorithm>
#include <vector>

#include "cli/jscat/alarm.h"
#include "cli/jscat/identity_file.h"
#include "cli/jscat/text.h"
#include "cli/jscat/ticket_store.h"
#include "cli/jscat/trust.h"
#include "jetstream/client.h"

namespace jetstream::jscat {
namespace {

// The connection attempt delay of RFC 8305 5.
constexpr std::chrono::milliseconds kNextAddressAfter(250);
// More than any server has on purpose; it bounds what a name server can make us send.
constexpr std::size_t kAddressesMax = 8;

/// Looks a name up.
class Lookup final : public Actor {
 public:
  Lookup(Runner& runner, const HostPort& host) {
    resolve(runner.io(), host, [this, &runner](Result<std::vector<PeerAddress>> found) {
      found_ = std::move(found);
      runner.stop();
    });
  }
  void on_event(Instant, const Event&) override {}
  Result<std::vector<PeerAddress>>& found() { return found_; }

 private:
  Result<std::vector<PeerAddress>> found_;
};

/// Tries one address after the other, each a quarter of a second after the one before; the first
/// that answers wins, even with a key that is not trusted.
class Race final : public Actor {
 public:
  Race(Runner& runner, ConnectOptions options, std::vector<PeerAddress> addresses,
       EarlySpeaker* early)
      : runner_(runner),
        options_(std::move(options)),
        addresses_(std::move(addresses)),
        early_(early),
        next_(runner.io()) {
    start_next();
  }

  void on_event(Instant now, const Event& event) override {
    const auto runner_up = std::find(running_.begin(), running_.end(), event.session);
    if (runner_up == running_.end()) return;
    if (event.kind == EventKind::kConnected) {
      running_.erase(runner_up);
      winner_ = event.session;
      return end(now);
    }
    if (event.kind != EventKind::kClosed) return;
    running_.erase(runner_up);
    if (const CloseInfo* info = runner_.endpoint().close_info(event.session)) loss_ = *info;
    if (const auto info = runner_.endpoint().info(event.session)) met_ = info->peer_identity;
    if (met_ || (running_.empty() && addresses_.empty())) return end(now);
    if (running_.empty()) start_next();
  }

  const std::optional<SessionHandle>& winner() const { return winner_; }
  /// Something was said early, and to whom.
  const std::optional<SessionHandle>& spoken_to() const { return spoken_to_; }
  const CloseInfo& loss() const { return loss_; }
  /// Whose key was refused.
  const std::optional<PublicKey>& met() const { return met_; }
  const std::optional<Error>& refused() const { return refused_; }

 private:
  void start_next() {
    next_.cancel();
    if (addresses_.empty()) return;
    options_.remote = addresses_.front();
    addresses_.erase(addresses_.begin());
    const auto session = runner_.endpoint().connect(runner_.now(), options_);
    if (!session) {
      refused_ = session.error();
      return runner_.stop();
    }
    running_.push_back(*session);
    if (early_ != nullptr && options_.ticket) {
      early_->say(*session);
      spoken_to_ = *session;
    }
    options_.ticket.reset();  // one session each
    runner_.driver().wake();
    if (spoken_to_ == *session) return;
    next_.set(kNextAddressAfter, [this] { start_next(); });
  }

  void end(Instant now) {
    next_.cancel();
    for (const SessionHandle session : running_) {
      static_cast<void>(runner_.endpoint().close(now, session, CloseReason::kNormal, {}));
    }
    runner_.stop();
  }

  Runner& runner_;
  ConnectOptions options_;
  std::vector<PeerAddress> addresses_;
  EarlySpeaker* early_;
  Alarm next_;
  std::vector<SessionHandle> running_;
  std::optional<SessionHandle> spoken_to_;
  std::optional<SessionHandle> winner_;
  std::optional<PublicKey> met_;
  std::optional<Error> refused_;
  CloseInfo loss_;
};

Failure interrupted(int signal) { return {kExitSignalBase + signal, "", "", ""}; }

Result<std::vector<PeerAddress>, Failure> addresses_of(Runner& runner, const ServerArgs& server) {
  Lookup lookup(runner, server.host);
  if (const int signal = runner.run(lookup); signal != 0) return unexpected(interrupted(signal));
  auto& found = lookup.found();
  if (!found) {
    return unexpected(Failure{kExitTransport, "no address for " + server.host.host,
                              found.error().message, "check the name, or give an address"});
  }
  std::erase_if(*found, [&](const PeerAddress& address) { return !runner.reaches(address); });
  if (found->empty()) {
    return unexpected(Failure{kExitTransport, server.name + " has no address of the wanted kind",
                              "", "without -4, -6 and --bind"});
  }
  if (found->size() > kAddressesMax) found->resize(kAddressesMax);
  return std::move(*found);
}

Result<ConnectOptions, Failure> options_for(const ServerArgs& server, const Console& console) {
  ConnectOptions options;
  if (server.identity_file) {
    auto identity = read_identity(*server.identity_file);
    if (!identity) {
      return unexpected(
          Failure{kExitUsage, identity.error().message, "", "jscat keygen FILE makes a new one"});
    }
    options.identity = *std::move(identity);
  }
  if (server.accept_any) {
    console.notes << "jscat: WARNING: --insecure-accept-any: whoever answers is trusted, even "
                     "somebody who listens in between\n"
                  << std::flush;
  }
  return options;
}

std::string beginning(const SessionInfo& info, bool spoken) {
  if (!info.resumed) return spoken ? "full handshake, early data sent again" : "full handshake";
  if (!spoken) return "resumed";
  return info.early_accepted ? "resumed, early data taken" : "resumed, early data sent again";
}

void tell(const Console& console, const ServerArgs& server, const SessionInfo& info, bool spoken) {
  console.notes << "jscat: connected to " << server.name << " at " << info.path.remote.to_string()
                << ", session " << info.id.value() << ", " << to_string(info.suite) << ", rtt "
                << format_ms(info.smoothed_rtt) << " ms, key "
                << (info.peer_identity ? fingerprint(*info.peer_identity) : "unknown") << ", "
                << beginning(info, spoken) << "\n"
                << std::flush;
}

std::string question(const ServerArgs& server, const PublicKey& key) {
  return "jscat: " + server.name + " is not known. Its key has the fingerprint\n       " +
         fingerprint(key) + "\n       Trust it and add it to " + server.known_hosts.string() +
         " (yes/no)? ";
}

}  // namespace

Result<Dialed, Failure> dial(Runner& runner, const ServerArgs& server, const Console& console,
                             EarlySpeaker* early) {
  auto trust = ServerTrust::load(server);
  if (!trust) return unexpected(trust.error());
  auto options = options_for(server, console);
  if (!options) return unexpected(options.error());
  const auto addresses = addresses_of(runner, server);
  if (!addresses) return unexpected(addresses.error());

  while (true) {
    options->trust = trust->trust();
    if (!server.tickets.empty()) {
      options->ticket =
          take_ticket(server.tickets, server.name, options->trust, runner.now(), wall_clock_ms());
    }
    const bool speaks = early != nullptr && options->ticket && options->ticket->early_data_max > 0;
    if (const int signal = speaks ? early->prepare() : 0; signal != 0) {
      return unexpected(interrupted(signal));
    }
    Race race(runner, *options, *addresses, speaks ? early : nullptr);
    if (const int signal = runner.run(race); signal != 0) return unexpected(interrupted(signal));
    if (race.refused()) {
      return unexpected(Failure{kExitTransport, "no session", race.refused()->message, ""});
    }
    if (race.winner()) {
      const auto info = runner.endpoint().info(*race.winner());
      options->remote = info->path.remote;
      options->ticket.reset();
      const bool spoken = race.spoken_to() == race.winner();
      if (server.verbose) tell(console, server, *info, spoken);
      return Dialed{*race.winner(), *std::move(options), spoken && info->early_accepted};
    }
    if (race.loss().local != LocalCode::kUntrustedIdentity || !race.met()) {
      return unexpected(explain_close(server.name, race.loss(), server.timeout));
    }
    if (!trust->may_learn() || !console.agrees(question(server, *race.met()))) {
      return unexpected(trust->refusal(*race.met()));
    }
    if (const auto learned = trust->learn(*race.met()); !learned) {
      return unexpected(learned.error());
    }
  }
}

void keep_tickets_of(Runner& runner, SessionHandle session, const ServerArgs& server) {
  if (server.tickets.empty()) return;
  // Where known_hosts is no ordinary file, its folder is not this program's.
  std::error_code error;
  const auto kind = std::filesystem::status(server.known_hosts, error).type();
  using std::filesystem::file_type;
  if (kind != file_type::regular && kind != file_type::not_found) return;
  std::vector<SessionTicket> tickets;
  while (auto ticket = runner.endpoint().take_ticket(session)) tickets.push_back(*ticket);
  static_cast<void>(
      keep_tickets(server.tickets, server.name, tickets, runner.now(), wall_clock_ms()));
}

}  // namespace jetstream::jscat
