// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "control/ban_fields.h"
#include "jetstream/control/source_messages.h"

namespace jetstream::control {

template <class V>
void describe(SourceListArgs& a, V&& visit) {
  visit("all", a.all);
  visit("limit", a.limit);
}

template <class V>
void describe(SourceResetArgs& a, V&& visit) {
  visit("address", a.address);
}

template <class V>
void describe(ExplainArgs& a, V&& visit) {
  visit("address", a.address);
}

template <class V>
void describe(SourceRow& r, V&& visit) {
  visit("source", r.source, "An IPv4 address, or the /64 of an IPv6 address.");
  visit("exempt", r.exempt, "None of the limits per source hold for it.");
  visit("handshakes_per_second", r.handshakes_per_second, "What it may begin; null if it is off.");
  visit("handshake_burst", r.handshake_burst, "How many may come at once.");
  visit("handshake_tokens", r.handshake_tokens, "How many may come at once now.");
  visit("handshakes_limited", r.handshakes_limited, "Handshakes it was not given since then.");
  visit("since", r.since, "Since when it is counted; null: it is not remembered.");
  visit("sessions", r.sessions, "Its sessions now.");
  visit("sessions_max", r.sessions_max, "How many it may have.");
}

template <class V>
void describe(SourceListSummary& r, V&& visit) {
  visit("count", r.count, "Rows in this answer.");
  visit("limited", r.limited, "Sources that a limit concerns.");
  visit("sources", r.sources, "Sources that are remembered.");
}

template <class V>
void describe(SourceResetReport& r, V&& visit) {
  visit("source", r.source, "An IPv4 address, or the /64 of an IPv6 address.");
  visit("known", r.known, "Whether there was anything to forget.");
}

template <class V>
void describe(ExplainSession& r, V&& visit) {
  visit("id", r.id, "The session id.");
  visit("peer", r.peer, "The peer's address now.");
  visit("idle_ms", r.idle_ms, "Since the last authenticated packet from the peer.");
}

template <class V>
void describe(ExplainClosed& r, V&& visit) {
  visit("id", r.id, "The session id.");
  visit("peer", r.peer, "The peer's address at the end.");
  visit("reason", r.reason, "Close reason, such as normal or timeout.");
  visit("code", r.code, "The precise cause, such as idle_timeout.");
  visit("ended_at", r.ended_at, "When it ended.");
}

template <class V>
void describe(ExplainReport& r, V&& visit) {
  visit("address", r.address, "The address that was asked about.");
  visit("verdict", r.verdict,
        "accepted, proof_first (it has to prove its address), refused, or varies: the workers "
        "don't agree.");
  visit("answer", r.answer, "The same in a sentence, with the cause.");
  visit("unproven", r.unproven,
        "What becomes of a hello without proof of its address, and on how many endpoints.");
  visit("proven", r.proven, "And of one with proof.");
  visit("access", r.access,
        "By access.allow and access.deny: allowed, denied, not_allowed (allow lacks it), or none "
        "(they say nothing about it).");
  visit("access_block", r.access_block, "The block that decides that.");
  visit("access_origin", r.access_origin, "Where the list stands: a file and line.");
  visit("bans", r.bans, "The bans around it that are in force, the smallest block first.");
  visit("retry", r.retry, "handshake.retry: auto, always or never.");
  describe(r.source, visit);
  visit("exempt_origin", r.exempt_origin, "Where limits.exempt stands, if it concerns the source.");
  visit("sessions_here", r.sessions_here, "Sessions of exactly this address.");
  visit("session_rows", r.sessions, "Some of them, 10 at most.");
  visit("closed", r.closed, "Those that ended last, 10 at most, the newest first.");
}

}  // namespace jetstream::control
