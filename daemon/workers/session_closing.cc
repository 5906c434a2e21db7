// SPDX-License-Identifier: MIT
#include "daemon/workers/session_closing.h"

#include <algorithm>

#include "daemon/admin/admin_rows.h"
#include "daemon/admin/session_pages.h"
#include "daemon/log/log.h"

namespace jetstream::daemon {
namespace {

/// What is done before packets get their turn again. A close makes a packet, two log lines and an
/// event, about ten times the work of a look; a number that is another worker's costs nearly
/// nothing.
constexpr std::size_t kClosesPerPiece = 4;
constexpr std::size_t kLooksPerPiece = 128;

}  // namespace

std::optional<MatchedSessions> Matcher::step(const Endpoint& endpoint, const ClockReading& clocks) {
  const auto next = endpoint.visit_sessions(next_, kSessionsPerPiece, [&](const SessionInfo& info) {
    if (info.state != SessionState::kEstablished) return;
    control::SessionRow row = session_row(info, clocks, worker_);
    if (!query_->filter.matches(control::RowSubject(row))) return;
    ++found_.count;
    if (found_.ids.size() < query_->keep) found_.ids.push_back(info.id);
    if (found_.sample.size() == control::kCloseRowsMax) return;
    found_.sample.push_back({info.id, control::CloseOutcome::kWouldClose, std::move(row.peer)});
  });
  if (!next) return std::move(found_);
  next_ = *next;
  return std::nullopt;
}

MatchedSessions merge_matched(const MatchQuery& query, std::vector<MatchedSessions> parts) {
  MatchedSessions whole;
  for (MatchedSessions& part : parts) {
    whole.count += part.count;
    whole.ids.insert(whole.ids.end(), part.ids.begin(), part.ids.end());
    std::move(part.sample.begin(), part.sample.end(), std::back_inserter(whole.sample));
  }
  std::sort(whole.ids.begin(), whole.ids.end());
  if (whole.ids.size() > query.keep) whole.ids.resize(query.keep);
  std::sort(whole.sample.begin(), whole.sample.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  if (whole.sample.size() > control::kCloseRowsMax) whole.sample.resize(control::kCloseRowsMax);
  return whole;
}

std::optional<ClosedPart> Closer::step(Instant now, Endpoint& endpoint, ServiceHost& host) {
  const std::size_t end = std::min(order_->ids.size(), at_ + kLooksPerPiece);
  for (std::size_t closes = 0; at_ < end && closes < kClosesPerPiece; ++at_) {
    const auto session = endpoint.find(order_->ids[at_]);
    if (!session) continue;
    ++closes;
    close_one(now, endpoint, host, *session);
  }
  if (at_ < order_->ids.size()) return std::nullopt;
  return std::move(part_);
}

void Closer::close_one(Instant now, Endpoint& endpoint, ServiceHost& host, SessionHandle session) {
  const SessionInfo info = endpoint.info(session).value();
  control::CloseRow row{info.id, control::CloseOutcome::kAlreadyClosing,
                        info.path.remote.to_string()};
  if (info.state > SessionState::kEstablished) {
    ++part_.already_closing;
  } else {
    const bool many = order_->ids.size() > CloseOrder::kToldOneByOne;
    (many ? log_one_of_many : log_event)(LogEvent::kSessionClosing,
                                         {{"peer", *row.peer},
                                          {"session_id", info.id.value()},
                                          {"reason", to_string(order_->why.reason)}});
    host.note_closer(session, {.uid = order_->uid, .closes_many = many});
    (void)endpoint.close(now, session, order_->why);
    row.outcome = control::CloseOutcome::kClosed;
    ++part_.closed;
    if (order_->want_peers && info.proven != PeerAddress()) part_.peers.push_back(info.proven);
  }
  if (at_ < control::kCloseRowsMax) part_.rows.emplace_back(at_, std::move(row));
}

CloseTally merge_closed_parts(const CloseOrder& order, const std::vector<ClosedPart>& parts) {
  CloseTally tally;
  for (const SessionId id : order.ids) {
    if (tally.rows.size() == control::kCloseRowsMax) break;
    tally.rows.push_back({id, control::CloseOutcome::kNotFound, std::nullopt});
  }
  for (const ClosedPart& part : parts) {
    for (const auto& [at, row] : part.rows) tally.rows[at] = row;
    tally.closed += part.closed;
    tally.already_closing += part.already_closing;
    tally.peers.insert(tally.peers.end(), part.peers.begin(), part.peers.end());
  }
  return tally;
}

}  // namespace jetstream::daemon
