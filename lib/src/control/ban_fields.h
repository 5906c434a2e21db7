// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/ban_messages.h"

namespace jetstream::control {

template <class V>
void describe(BanAddArgs& a, V&& visit) {
  visit("block", a.block);
  visit("for_ms", a.for_ms);
  visit("reason", a.reason);
  visit("yes", a.yes);
}

template <class V>
void describe(BanDelArgs& a, V&& visit) {
  visit("block", a.block);
}

template <class V>
void describe(BanListArgs& a, V&& visit) {
  visit("limit", a.limit);
  visit("cursor", a.cursor);
  visit("origin", a.origin);
}

template <class V>
void describe(BanClearArgs& a, V&& visit) {
  visit("origin", a.origin);
}

template <class V>
void describe(BanLoadItemsArgs& a, V&& visit) {
  visit("load", a.load);
  visit("bans", a.bans);
}

template <class V>
void describe(BanLoadCommitArgs& a, V&& visit) {
  visit("load", a.load);
  visit("count", a.count);
  visit("for_ms", a.for_ms);
  visit("yes", a.yes);
}

template <class V>
void describe(BanRow& r, V&& visit) {
  visit("block", r.block, "Whom it keeps out: an address or a block of them.");
  visit("origin", r.origin, "admin: one command; file: a list that was loaded; auto: the daemon.");
  visit("uid", r.uid, "The user who made it; null for the daemon.");
  visit("reason", r.reason, "What was said about it.");
  visit("since", r.since, "When it began.");
  visit("until", r.until, "When it ends; null: when it is taken back.");
  visit("left_ms", r.left_ms, "How long that is from now.");
}

template <class V>
void describe(BanReport& r, V&& visit) {
  describe(r.ban, visit);
  visit("outcome", r.outcome, "added, replaced (another one of the same block) or removed.");
  visit("unsaved", r.unsaved, "Why the change will not survive a restart; null: it will.");
}

template <class V>
void describe(BanListSummary& r, V&& visit) {
  visit("count", r.count, "Rows in this answer.");
  visit("bans", r.bans, "Bans there are, of any origin.");
  visit("cursor", r.cursor, "Send it to get the rows that follow; null after the last one.");
}

template <class V>
void describe(BanClearReport& r, V&& visit) {
  visit("removed", r.removed, "Bans that were taken back.");
  visit("unsaved", r.unsaved, "Why the change will not survive a restart; null: it will.");
}

template <class V>
void describe(BanLoadReport& r, V&& visit) {
  visit("load", r.load, "The number of the list.");
  visit("count", r.count, "Bans of it that have come.");
}

template <class V>
void describe(BanLoadedReport& r, V&& visit) {
  visit("bans", r.bans, "Bans of the list that is in force now.");
  visit("before", r.before, "Bans of the list before.");
  visit("unsaved", r.unsaved, "Why the change will not survive a restart; null: it will.");
}

}  // namespace jetstream::control
