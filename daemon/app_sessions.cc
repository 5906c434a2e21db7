// SPDX-License-Identifier: MIT
#include "daemon/app_sessions.h"

#include <algorithm>

#include "daemon/admin_rows.h"
#include "daemon/clock_reading.h"
#include "daemon/session_closing.h"
#include "daemon/session_pages.h"

namespace jetstream::daemon {
namespace {

std::vector<control::SessionDetail> details_of(const Worker::Listener& listener, std::size_t worker,
                                               const std::vector<SessionId>& ids) {
  const Endpoint& endpoint = listener.driver->endpoint();
  const ClockReading clocks = read_clocks();
  std::vector<control::SessionDetail> details;
  for (const SessionId id : ids) {
    const auto handle = endpoint.find(id);
    if (!handle) continue;
    std::vector<StreamInfo> streams;
    endpoint.visit_streams(*handle, [&](const StreamInfo& info) { streams.push_back(info); });
    details.push_back(session_detail(endpoint.info(*handle).value(), streams, clocks,
                                     static_cast<std::uint32_t>(worker)));
  }
  return details;
}

}  // namespace

void AppSessions::list_sessions(SessionQuery query, Done<SessionPage> done) {
  const auto shared = std::make_shared<const SessionQuery>(std::move(query));
  workers_.collect_in_pieces<SessionPage>(
      [shared](std::size_t worker) {
        return [maker = PageMaker(shared, static_cast<std::uint32_t>(worker))](
                   const Worker::Listener& listener) mutable {
          return maker.step(listener.driver->endpoint(), read_clocks());
        };
      },
      [shared, done = std::move(done)](std::vector<SessionPage> pages) {
        done(merge_pages(*shared, std::move(pages)));
      });
}

void AppSessions::show_sessions(std::vector<SessionId> ids,
                                Done<std::vector<control::SessionDetail>> done) {
  using Details = std::vector<control::SessionDetail>;
  workers_.collect<Details>(
      [ids = std::move(ids)](const Worker::Listener& listener, std::size_t worker) {
        return details_of(listener, worker, ids);
      },
      [done = std::move(done)](std::vector<Details> parts) {
        Details all;
        for (Details& part : parts) std::move(part.begin(), part.end(), std::back_inserter(all));
        done(std::move(all));
      });
}

void AppSessions::match_sessions(MatchQuery query, Done<MatchedSessions> done) {
  const auto shared = std::make_shared<const MatchQuery>(std::move(query));
  workers_.collect_in_pieces<MatchedSessions>(
      [shared](std::size_t worker) {
        return [matcher = Matcher(shared, static_cast<std::uint32_t>(worker))](
                   const Worker::Listener& listener) mutable {
          return matcher.step(listener.driver->endpoint(), read_clocks());
        };
      },
      [shared, done = std::move(done)](std::vector<MatchedSessions> parts) {
        done(merge_matched(*shared, std::move(parts)));
      });
}

void AppSessions::close_sessions(CloseOrder order, Done<CloseTally> done) {
  const auto shared = std::make_shared<const CloseOrder>(std::move(order));
  workers_.collect_in_pieces<ClosedPart>(
      [shared](std::size_t) {
        return [closer = Closer(shared)](const Worker::Listener& listener) mutable {
          return closer.step(listener.driver->now(), listener.driver->endpoint(), *listener.host);
        };
      },
      [shared, done = std::move(done)](const std::vector<ClosedPart>& parts) {
        done(merge_closed_parts(*shared, parts));
      });
}

void AppSessions::closed_sessions(ClosedQuery query, Done<ClosedPage> done) {
  const auto shared = std::make_shared<const ClosedQuery>(std::move(query));
  workers_.collect_in_pieces<ClosedPage>(
      [shared](std::size_t) {
        return [maker = ClosedMaker(shared)](const Worker::Listener& listener) mutable {
          return maker.step(listener.host->closed());
        };
      },
      [shared, done = std::move(done)](std::vector<ClosedPage> pages) {
        done(merge_closed(*shared, std::move(pages)));
      });
}

}  // namespace jetstream::daemon
