// SPDX-License-Identifier: MIT
#include "daemon/app/app_sources.h"

#include <algorithm>

#include "daemon/admin/explain_report.h"
#include "daemon/admin/session_pages.h"
#include "daemon/admin/source_page.h"
#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

using Infos = std::vector<SourceInfo>;

bool is_there(const PeerAddress& peer, const PeerAddress& wanted) {
  return peer.ip == wanted.ip && (wanted.port == 0 || peer.port == wanted.port);
}

constexpr std::size_t kEndedLookedAt = 4096;

/// One endpoint's part, made a few sessions at a time.
class PartMaker {
 public:
  explicit PartMaker(const PeerAddress& address) : address_(address) {}

  std::optional<ExplainPart> step(const Worker::Listener& listener) {
    UdpDriver& driver = *listener.driver;
    if (!next_) {
      begin(listener);
      // Most addresses have no session, and then nobody looks through all of them.
      if (part_.outlook.source.sessions == 0) return std::move(part_);
    }
    next_ = driver.endpoint().visit_sessions(
        next_.value_or(SessionId()), kSessionsPerPiece,
        [&](const SessionInfo& info) { look_at(driver.now(), info); });
    if (next_) return std::nullopt;
    return std::move(part_);
  }

 private:
  void begin(const Worker::Listener& listener) {
    UdpDriver& driver = *listener.driver;
    part_.outlook = driver.endpoint().outlook(driver.now(), address_);
    const ClosedRing& ring = listener.host->closed();
    // Comparing addresses takes some nanoseconds, so these few thousand may be one piece.
    for (std::size_t i = 1; i <= std::min(ring.size(), kEndedLookedAt); ++i) {
      const ClosedSession& ended = ring.at(ring.end() - i);
      if (!is_there(ended.peer, address_)) continue;
      part_.closed.push_back({ended.id, ended.peer.to_string(),
                              std::string(to_string(ended.reason)),
                              std::string(to_string(ended.code)), ended.ended_at});
      if (part_.closed.size() >= control::kExplainRowsMax) break;
    }
  }

  void look_at(Instant now, const SessionInfo& info) {
    if (info.state != SessionState::kEstablished || !is_there(info.path.remote, address_)) return;
    ++part_.sessions_here;
    if (part_.sessions.size() >= control::kExplainRowsMax) return;
    const auto idle =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - info.last_activity);
    part_.sessions.push_back({info.id, info.path.remote.to_string(),
                              static_cast<std::uint64_t>(std::max<std::int64_t>(idle.count(), 0))});
  }

  PeerAddress address_;
  ExplainPart part_;
  std::optional<SessionId> next_;  // unset before the first session was looked at
};

}  // namespace

void AppSources::list_sources(bool all, std::size_t limit, Done<SourcePage> done) {
  // An endpoint with all 4096 sources takes half a millisecond for it, so it may be one piece.
  workers_.collect<Infos>(
      [](const Worker::Listener& listener, std::size_t) {
        UdpDriver& driver = *listener.driver;
        Infos infos;
        driver.endpoint().visit_sources(driver.now(),
                                        [&](const SourceInfo& info) { infos.push_back(info); });
        return infos;
      },
      [all, limit, done = std::move(done)](const std::vector<Infos>& parts) {
        done(source_page(parts, all, limit, read_clocks()));
      });
}

void AppSources::reset_source(const PeerAddress& address, Done<control::SourceResetReport> done) {
  using Forgotten = std::pair<std::string, bool>;
  workers_.collect<Forgotten>(
      [address](const Worker::Listener& listener, std::size_t) {
        UdpDriver& driver = *listener.driver;
        const SourceInfo info = driver.endpoint().outlook(driver.now(), address).source;
        return Forgotten(info.block.to_string(), driver.endpoint().forget_source(address));
      },
      [done = std::move(done)](const std::vector<Forgotten>& parts) {
        control::SourceResetReport report;
        for (const auto& [source, known] : parts) {
          report.source = source;
          report.known = report.known || known;
        }
        done(report);
      });
}

void AppSources::explain(const PeerAddress& address, Done<control::ExplainReport> done) {
  workers_.collect_in_pieces<ExplainPart>(
      [address](std::size_t) {
        return [maker = PartMaker(address)](const Worker::Listener& listener) mutable {
          return maker.step(listener);
        };
      },
      [this, address, done = std::move(done)](const std::vector<ExplainPart>& parts) {
        done(explain_report(address, parts, config_, access_.book(), read_clocks()));
      });
}

}  // namespace jetstream::daemon
