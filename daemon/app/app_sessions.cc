// SPDX-License-Identifier: MIT
#include "daemon/app/app_sessions.h"

#include <algorithm>

#include "daemon/admin/admin_rows.h"
#include "daemon/admin/session_pages.h"
#include "daemon/process/clock_reading.h"
#include "daemon/workers/session_closing.h"

namespace jetstream::daemon {
namespace {

using Details = std::vector<control::SessionDetail>;

/// Those of an order's sessions that one endpoint has, with their streams, a session at a time: one
/// may have thousands.
class DetailMaker {
 public:
  DetailMaker(std::shared_ptr<const std::vector<SessionId>> ids, std::size_t worker)
      : ids_(std::move(ids)), worker_(static_cast<std::uint32_t>(worker)) {}

  std::optional<Details> step(const Endpoint& endpoint) {
    for (; at_ < ids_->size(); ++at_) {
      const auto handle = endpoint.find((*ids_)[at_]);
      if (!handle) continue;
      add(endpoint, *handle);
      ++at_;
      return std::nullopt;
    }
    return std::move(details_);
  }

 private:
  void add(const Endpoint& endpoint, SessionHandle handle) {
    std::vector<StreamInfo> streams;
    endpoint.visit_streams(handle, [&](const StreamInfo& info) { streams.push_back(info); });
    details_.push_back(
        session_detail(endpoint.info(handle).value(), streams, read_clocks(), worker_));
  }

  std::shared_ptr<const std::vector<SessionId>> ids_;
  std::uint32_t worker_;
  std::size_t at_ = 0;
  Details details_;
};

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
  const auto shared = std::make_shared<const std::vector<SessionId>>(std::move(ids));
  workers_.collect_in_pieces<Details>(
      [shared](std::size_t worker) {
        return [maker = DetailMaker(shared, worker)](const Worker::Listener& listener) mutable {
          return maker.step(listener.driver->endpoint());
        };
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
  workers_.collect_in_pieces<EndedPart>(
      [shared](std::size_t) {
        return [maker = ClosedMaker(shared)](const Worker::Listener& listener) mutable {
          return maker.step(listener.host->closed());
        };
      },
      [shared, done = std::move(done)](std::vector<EndedPart> parts) {
        done(merge_closed(*shared, std::move(parts)));
      });
}

}  // namespace jetstream::daemon
