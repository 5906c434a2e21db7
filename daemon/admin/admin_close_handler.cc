// SPDX-License-Identifier: MIT
//
// session.close: of sessions that are named, of all that match, and of those of a plan.
#include <algorithm>
#include <set>

#include "daemon/admin/admin_session_handlers.h"
#include "daemon/admin/row_query.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::Failure;
using control::SessionCloseArgs;

const SessionCloseArgs& args_of(const AdminCall& call) {
  return std::get<SessionCloseArgs>(call.request.args);
}

/// For the audit: what was meant, in at most the length of a filter.
std::string target_of(const AdminCall& call) {
  const SessionCloseArgs& args = args_of(call);
  if (!args.match) return join_ids(args.ids);
  return (args.dry_run ? "dry run: " : args.plan ? "plan: " : "match: ") + *args.match;
}

void refuse_close(const AdminCall& call, const std::string& target, const Failure& failure) {
  call.record(target, failure.code, 0);
  call.fail(failure);
}

Failure no_match() {
  return {ErrorCode::kNotFound, "no session matches", "jsctl session list shows those there are"};
}

/// Why nothing was closed, if nothing was.
std::optional<Failure> close_failure(const std::vector<SessionId>& ids, const CloseTally& tally) {
  if (tally.closed > 0) return std::nullopt;
  if (tally.already_closing == 0) {
    return ids.size() <= control::kSessionIdsMax ? no_such_session(ids) : no_match();
  }
  const std::string which =
      ids.size() <= control::kSessionIdsMax ? name_sessions(ids) : "every session of them";
  return Failure{ErrorCode::kConflict, which + " is closing already", std::nullopt};
}

/// Keeps out who was just sent away, unless that would concern exempt clients.
void ban_peers(BanAdmin bans, const AdminCall& call, const std::vector<PeerAddress>& peers,
               control::CloseSummary& summary) {
  const SessionCloseArgs& args = args_of(call);
  const control::UnixTime now = bans.access.now().wall;
  std::set<AddressBlock, BlockOrder> sources;
  for (const PeerAddress& peer : peers) sources.insert(source_block(peer));
  std::vector<Ban> wanted;
  for (const AddressBlock& source : sources) {
    if (bans.access.risk_of(source)) continue;
    wanted.push_back(
        {.block = source,
         .uid = call.caller.credentials.uid,
         .reason = "session closed",
         .since = now,
         .until = control::UnixTime(now.value() + static_cast<std::int64_t>(*args.ban_ms))});
  }
  summary.banned = bans.access.add_all(wanted);
  summary.not_banned = sources.size() - summary.banned;
}

void close_them(SessionAdmin& sessions, BanAdmin bans, AdminCall call, std::vector<SessionId> ids,
                std::string target) {
  const SessionCloseArgs& args = args_of(call);
  CloseOrder order{ids, {}, call.caller.credentials.uid};
  order.why.reason = args.reason;
  order.why.code = TransportCode::kAdminClose;
  order.why.message = args.message;
  order.why.silent = args.silent;
  // Who is banned hears when that is over.
  order.why.retry_after =
      std::chrono::milliseconds(args.retry_after_ms.value_or(args.ban_ms.value_or(0)));
  order.want_peers = args.ban_ms.has_value();
  sessions.close_sessions(std::move(order), [bans, call = std::move(call), ids = std::move(ids),
                                             target = std::move(target)](const CloseTally& tally) {
    const std::uint64_t not_found = ids.size() - tally.closed - tally.already_closing;
    control::CloseSummary summary{ids.size(), tally.closed, tally.already_closing, not_found};
    if (args_of(call).ban_ms) ban_peers(bans, call, tally.peers, summary);
    const std::optional<Failure> failure = close_failure(ids, tally);
    call.record(target, failure ? std::optional(failure->code) : std::nullopt, tally.closed);
    call.reply(call.items(tally.rows) + (failure ? call.error(*failure) : call.result(summary)));
  });
}

Failure too_many(std::uint64_t count, std::uint64_t max) {
  return {ErrorCode::kTooManyMatches,
          std::to_string(count) + " sessions match, more than " + std::to_string(max) +
              "; none was closed",
          "a dry run shows them; a higher max allows them"};
}

/// The token for what was found, or why there is none.
void answer_plan(SessionAdmin& sessions, const AdminCall& call, control::Filter filter,
                 MatchedSessions found) {
  control::CloseSummary summary{.requested = found.count};
  const ClockReading clocks = sessions.clocks();
  summary.token = sessions.close_plans().add(
      clocks.now,
      {call.caller.credentials.uid, *args_of(call).match, std::move(filter), std::move(found.ids)});
  if (!summary.token) {
    return refuse_close(call, target_of(call),
                        {ErrorCode::kBusy, "too many plans wait to be applied",
                         "apply one, or wait some minutes until they expire"});
  }
  const auto lifetime =
      std::chrono::duration_cast<std::chrono::milliseconds>(ClosePlans::kLifetime).count();
  summary.expires_at = control::UnixTime(clocks.wall.value() + lifetime);
  call.record(target_of(call), std::nullopt, 0);
  call.reply(call.items(found.sample) + call.result(summary));
}

void close_matches(SessionAdmin& sessions, BanAdmin bans, AdminCall call) {
  const SessionCloseArgs& args = args_of(call);
  auto filter = read_filter<control::SessionRow>(args.match);
  if (!filter) return refuse_close(call, target_of(call), filter.error());
  const std::uint64_t max = args.max.value_or(UINT64_MAX);
  MatchQuery query{*filter, args.dry_run ? 0 : max};
  auto done = [&sessions, bans, call = std::move(call), filter = *filter,
               max](MatchedSessions found) mutable {
    const SessionCloseArgs& wanted = args_of(call);
    if (found.count == 0) return refuse_close(call, target_of(call), no_match());
    if (found.count > max) return refuse_close(call, target_of(call), too_many(found.count, max));
    if (wanted.plan) return answer_plan(sessions, call, std::move(filter), std::move(found));
    if (wanted.dry_run) {
      call.record(target_of(call), std::nullopt, 0);
      return call.reply(call.items(found.sample) +
                        call.result(control::CloseSummary{.requested = found.count}));
    }
    std::string target = target_of(call);
    close_them(sessions, bans, std::move(call), std::move(found.ids), std::move(target));
  };
  sessions.match_sessions(std::move(query), std::move(done));
}

void apply_plan(SessionAdmin& sessions, BanAdmin bans, AdminCall call) {
  auto plan = sessions.close_plans().take(sessions.clocks().now, *args_of(call).apply,
                                          call.caller.credentials.uid);
  if (!plan) {
    return refuse_close(call, "apply",
                        {ErrorCode::kNotFound, "there is no such plan of yours",
                         "plan again; a plan can be applied once, within 5 minutes"});
  }
  MatchQuery query{plan->filter, UINT64_MAX};
  auto done = [&sessions, bans, call = std::move(call),
               plan = *std::move(plan)](const MatchedSessions& found) mutable {
    std::string target = "apply: " + plan.filter_text;
    if (const auto grown = first_new(plan.ids, found.ids)) {
      return refuse_close(call, target,
                          {ErrorCode::kPreconditionFailed,
                           "session " + std::to_string(grown->value()) +
                               " matches now and is not in the plan; none was closed",
                           "plan again"});
    }
    close_them(sessions, bans, std::move(call), std::move(plan.ids), std::move(target));
  };
  sessions.match_sessions(std::move(query), std::move(done));
}

/// What does not go together, if anything.
std::optional<Failure> wrong_combination(const SessionCloseArgs& args) {
  const auto wrong = [](std::string what, std::string hint) {
    return Failure{ErrorCode::kInvalidArgument, std::move(what), std::move(hint)};
  };
  const int ways = (args.ids.empty() ? 0 : 1) + (args.match ? 1 : 0) + (args.apply ? 1 : 0);
  if (ways != 1) {
    return wrong("a close needs one of \"ids\", \"match\" and \"apply\"", "say which sessions");
  }
  const bool bounded = args.max || args.dry_run || args.plan;
  if (args.match && !bounded) {
    return wrong("\"match\" needs one of \"max\", \"dry_run\" and \"plan\"",
                 "begin with dry_run, which closes nothing");
  }
  if (!args.match && bounded) {
    return wrong("\"max\", \"dry_run\" and \"plan\" belong to \"match\"", "leave them out");
  }
  if (args.dry_run && args.plan) {
    return wrong("\"dry_run\" and \"plan\" exclude each other", "a plan closes nothing either");
  }
  if (args.silent && (args.retry_after_ms || !args.message.empty())) {
    return wrong("a peer that is told nothing gets no message", "leave \"silent\" out");
  }
  if (args.ban_ms && (args.dry_run || args.plan)) {
    return wrong("who only looks bans nobody", "say \"ban_ms\" where the sessions are closed");
  }
  return std::nullopt;
}

}  // namespace

void session_close(SessionAdmin& sessions, BanAdmin bans, AdminCall call) {
  const SessionCloseArgs& args = args_of(call);
  if (const auto wrong = wrong_combination(args)) {
    return refuse_close(call, target_of(call), *wrong);
  }
  if (args.match) return close_matches(sessions, bans, std::move(call));
  if (args.apply) return apply_plan(sessions, bans, std::move(call));
  std::vector<SessionId> ids = args.ids;
  std::string target = join_ids(ids);
  close_them(sessions, bans, std::move(call), std::move(ids), std::move(target));
}

}  // namespace jetstream::daemon
