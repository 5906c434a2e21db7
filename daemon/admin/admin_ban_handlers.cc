// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_ban_handlers.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::Failure;

Result<AddressBlock, Failure> read_block(const std::string& text) {
  const auto block = parse_address_block(text);
  if (block) return *block;
  return unexpected(Failure{ErrorCode::kInvalidArgument, block.error().message, std::nullopt});
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Failure not_printable() {
  return {ErrorCode::kInvalidArgument, "the reason of a ban is printable ASCII", std::nullopt};
}

Failure full() {
  return {ErrorCode::kConflict,
          "there are " + std::to_string(BanBook::kBansMax) + " bans, which is all there can be",
          "take some back: jsctl ban clear --origin auto"};
}

Failure no_such_load() {
  return {ErrorCode::kNotFound, "there is no such list of bans under way",
          "begin again: it may have waited too long"};
}

Failure risky(const std::string& risk) {
  return {ErrorCode::kPreconditionFailed, risk,
          "say --yes if that is meant; the admin socket stays open to you in any case"};
}

std::optional<control::UnixTime> end_of(control::UnixTime now, std::optional<std::uint64_t> ms) {
  if (!ms) return std::nullopt;
  return control::UnixTime(now.value() + static_cast<std::int64_t>(*ms));
}

/// Answers with the failure, and records that there was one.
void refuse_call(const AdminCall& call, const std::string& target, const Failure& failure) {
  call.record(target, failure.code, 0);
  call.fail(failure);
}

/// Nullopt: all origins. A failure if the word is none.
Result<std::optional<BanOrigin>, Failure> read_origin(const std::optional<std::string>& word) {
  if (!word) return std::optional<BanOrigin>();
  const auto origin = parse_ban_origin(*word);
  if (origin) return origin;
  return unexpected(Failure{ErrorCode::kInvalidArgument, "argument \"origin\" is no origin of bans",
                            "write admin, file or auto"});
}

}  // namespace

control::BanRow ban_row(const Ban& ban, control::UnixTime now) {
  control::BanRow row{.block = ban.block.to_string(),
                      .origin = std::string(to_string(ban.origin)),
                      .uid = ban.uid,
                      .reason = ban.reason,
                      .since = ban.since,
                      .until = ban.until,
                      .left_ms = std::nullopt};
  if (ban.until) {
    const std::int64_t left = ban.until->value() - now.value();
    row.left_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0));
  }
  return row;
}

void ban_add(const BanAdmin& admin, const AdminCall& call) {
  const auto& args = std::get<control::BanAddArgs>(call.request.args);
  const auto block = read_block(args.block);
  if (!block) return refuse_call(call, args.block, block.error());
  if (!is_printable(args.reason)) return refuse_call(call, args.block, not_printable());
  if (const auto risk = admin.access.risk_of(*block); risk && !args.yes) {
    return refuse_call(call, args.block, risky(*risk));
  }
  const control::UnixTime now = admin.access.now().wall;
  const Ban ban{.block = *block,
                .origin = BanOrigin::kAdmin,
                .uid = call.caller.credentials.uid,
                .reason = args.reason,
                .since = now,
                .until = end_of(now, args.for_ms)};
  const BanChange change = admin.access.add(ban);
  if (change.outcome == BanBook::Added::kFull) return refuse_call(call, args.block, full());
  const bool replaced = change.outcome == BanBook::Added::kReplaced;
  call.record(block->to_string(), std::nullopt, 1);
  call.reply(call.result(control::BanReport{.ban = ban_row(ban, now),
                                            .outcome = replaced ? "replaced" : "added",
                                            .unsaved = change.unsaved}));
}

void ban_del(const BanAdmin& admin, const AdminCall& call) {
  const auto& args = std::get<control::BanDelArgs>(call.request.args);
  const auto block = read_block(args.block);
  if (!block) return refuse_call(call, args.block, block.error());
  const Ban* found = admin.access.book().find(*block);
  if (found == nullptr) {
    const auto* around = admin.access.book().around(*block);
    return refuse_call(
        call, args.block,
        {ErrorCode::kNotFound, "there is no ban of " + block->to_string(),
         around == nullptr ? "jsctl ban list shows those there are"
                           : "the ban of " + around->block.to_string() + " holds it"});
  }
  const control::BanRow row = ban_row(*found, admin.access.now().wall);
  const auto change = admin.access.remove(*block);
  call.record(row.block, std::nullopt, 1);
  call.reply(call.result(control::BanReport{
      .ban = row, .outcome = "removed", .unsaved = change ? change->unsaved : std::nullopt}));
}

/// A cursor is the last block of the page before. Only this function knows.
void ban_list(const BanAdmin& admin, const AdminCall& call) {
  const auto& args = std::get<control::BanListArgs>(call.request.args);
  const auto origin = read_origin(args.origin);
  if (!origin) return call.fail(origin.error());
  const BanBook::Bans& bans = admin.access.book().bans();
  auto next = bans.begin();
  if (args.cursor) {
    const auto after = parse_address_block(*args.cursor);
    if (!after) {
      return call.fail({ErrorCode::kInvalidArgument,
                        "argument \"cursor\" is none that was given out",
                        "leave it out to begin with the first ban"});
    }
    next = bans.upper_bound(*after);
  }
  const control::UnixTime now = admin.access.now().wall;
  control::BanListSummary summary{.count = 0, .bans = bans.size(), .cursor = std::nullopt};
  std::vector<control::BanRow> rows;
  for (; next != bans.end(); ++next) {
    if (*origin && next->second.origin != **origin) continue;
    if (rows.size() == args.limit) {
      summary.cursor = rows.back().block;
      break;
    }
    rows.push_back(ban_row(next->second, now));
  }
  summary.count = rows.size();
  call.reply(call.items(rows) + call.result(summary));
}

void ban_clear(const BanAdmin& admin, const AdminCall& call) {
  const auto& args = std::get<control::BanClearArgs>(call.request.args);
  const std::string target = args.origin.value_or("all");
  const auto origin = read_origin(args.origin);
  if (!origin) return refuse_call(call, target, origin.error());
  std::size_t removed = 0;
  const BanChange change = admin.access.clear(*origin, removed);
  call.record(target, std::nullopt, removed);
  call.reply(call.result(control::BanClearReport{.removed = removed, .unsaved = change.unsaved}));
}

void ban_load_begin(const BanAdmin& admin, const AdminCall& call) {
  const auto load = admin.loads.begin(admin.access.now().now, call.caller.credentials.uid);
  if (load) return call.reply(call.result(control::BanLoadReport{.load = *load, .count = 0}));
  call.fail({ErrorCode::kConflict, "another list of bans is being loaded",
             "try again: it is forgotten when nothing of it comes for half a minute"});
}

void ban_load_items(const BanAdmin& admin, const AdminCall& call) {
  const auto& args = std::get<control::BanLoadItemsArgs>(call.request.args);
  const ClockReading clocks = admin.access.now();
  const std::uint32_t uid = call.caller.credentials.uid;
  if (!admin.loads.goes_on(clocks.now, args.load, uid)) return call.fail(no_such_load());
  std::vector<Ban> bans;
  for (const std::string& text : args.bans) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const auto block = read_block(text.substr(0, blank));
    if (!block) return call.fail(block.error());
    Ban ban{.block = *block, .uid = uid, .since = clocks.wall};
    ban.reason = text.substr(std::min(blank + 1, text.size()));
    if (!is_printable(ban.reason) || ban.reason.size() > kBanReasonBytesMax) {
      return call.fail(not_printable());
    }
    bans.push_back(std::move(ban));
  }
  if (!admin.loads.add(std::move(bans))) return call.fail(full());
  call.reply(call.result(control::BanLoadReport{.load = args.load, .count = admin.loads.size()}));
}

void ban_load_commit(const BanAdmin& admin, const AdminCall& call) {
  const auto& args = std::get<control::BanLoadCommitArgs>(call.request.args);
  const ClockReading clocks = admin.access.now();
  const std::string target = std::to_string(args.count) + " bans";
  if (!admin.loads.goes_on(clocks.now, args.load, call.caller.credentials.uid)) {
    return refuse_call(call, target, no_such_load());
  }
  std::vector<Ban> bans = admin.loads.take();
  if (bans.size() != args.count) {
    return refuse_call(call, target,
                       {ErrorCode::kPreconditionFailed,
                        std::to_string(bans.size()) + " bans have come, not " + target,
                        "nothing was changed; load the list again"});
  }
  for (Ban& ban : bans) {
    if (const auto risk = admin.access.risk_of(ban.block); risk && !args.yes) {
      return refuse_call(call, target, risky(*risk));
    }
    ban.until = end_of(clocks.wall, args.for_ms);
  }
  const std::size_t before = admin.access.book().count(BanOrigin::kFile);
  if (bans.empty() && before > 0 && !args.yes) {
    return refuse_call(call, target,
                       {ErrorCode::kPreconditionFailed,
                        "the list is empty; the list before had " + std::to_string(before),
                        "say --yes if that is meant; the list may have failed to come"});
  }
  const BanChange change = admin.access.replace_file(std::move(bans));
  if (change.outcome == BanBook::Added::kFull) return refuse_call(call, target, full());
  const std::size_t after = admin.access.book().count(BanOrigin::kFile);
  call.record(target, std::nullopt, after);
  call.reply(call.result(
      control::BanLoadedReport{.bans = after, .before = before, .unsaved = change.unsaved}));
}

}  // namespace jetstream::daemon
