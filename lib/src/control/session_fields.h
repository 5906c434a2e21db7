// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/session_messages.h"

namespace jetstream::control {

template <class V>
void describe(SessionListArgs& a, V&& visit) {
  visit("limit", a.limit);
  visit("cursor", a.cursor);
  visit("filter", a.filter);
  visit("sort", a.sort);
  visit("fields", a.fields);
}

template <class V>
void describe(SessionShowArgs& a, V&& visit) {
  visit("ids", a.ids);
}

template <class V>
void describe(SessionCloseArgs& a, V&& visit) {
  visit("ids", a.ids);
  visit("match", a.match);
  visit("max", a.max);
  visit("dry_run", a.dry_run);
  visit("plan", a.plan);
  visit("apply", a.apply);
  visit("reason", a.reason);
  visit("message", a.message);
  visit("retry_after_ms", a.retry_after_ms);
  visit("silent", a.silent);
  visit("ban_ms", a.ban_ms);
}

template <class V>
void describe(SessionClosedArgs& a, V&& visit) {
  visit("limit", a.limit);
  visit("filter", a.filter);
  visit("since_ms", a.since_ms);
  visit("cursor", a.cursor);
}

template <class V>
void describe(SessionRow& r, V&& visit) {
  visit("id", r.id, "The session id: a decimal number as a string.");
  visit("peer", r.peer, "The peer's address now.");
  visit("state", r.state, "handshaking, established, closing or draining.");
  visit("suite", r.suite, "Cipher suite: aes-256-gcm or chacha20-poly1305.");
  visit("created_at", r.created_at, "When its handshake began.");
  visit("age_ms", r.age_ms, "How long ago that was.");
  visit("idle_ms", r.idle_ms, "Since the last authenticated packet from the peer.");
  visit("streams_open", r.streams_open, "Streams that are open now.");
  visit("rx_bytes", r.rx_bytes, "UDP payload bytes received in authenticated datagrams.");
  visit("tx_bytes", r.tx_bytes, "UDP payload bytes sent.");
  visit("rtt_us", r.rtt_us, "Smoothed round-trip time; null before the first sample.");
  visit("cwnd_bytes", r.cwnd_bytes, "Congestion window.");
  visit("packets_lost", r.packets_lost, "Packets sent that were declared lost.");
  visit("peer_identity", r.peer_identity, "Fingerprint of the peer's key, if it showed one.");
  visit("worker", r.worker, "Index of the thread that serves it.");
}

template <class V>
void describe(TopRow& r, V&& visit) {
  visit("id", r.id, "The session id: a decimal number as a string.");
  visit("peer", r.peer, "The peer's address now.");
  visit("bps", r.bps, "Bits received and sent a second.");
  visit("rx_bps", r.rx_bps, "Bits received a second.");
  visit("tx_bps", r.tx_bps, "Bits sent a second.");
  visit("rx_bytes", r.rx_bytes, "UDP payload bytes received in authenticated datagrams.");
  visit("tx_bytes", r.tx_bytes, "UDP payload bytes sent.");
  visit("streams_open", r.streams_open, "Streams that are open now.");
  visit("rtt_us", r.rtt_us, "Smoothed round-trip time; null before the first sample.");
  visit("lost", r.lost, "Packets that were declared lost since the picture before.");
  visit("idle_ms", r.idle_ms, "Since the last authenticated packet from the peer.");
  visit("age_ms", r.age_ms, "Since its handshake began.");
}

template <class V>
void describe(ListSummary& r, V&& visit) {
  visit("count", r.count, "Rows in this answer.");
  visit("table_size", r.table_size, "Sessions there are.");
  visit("cursor", r.cursor,
        "Send it to get the rows that follow; null after the last one, and with `sort`.");
  visit("matched", r.matched,
        "Sessions that the filter lets through; null if not all were looked at.");
}

template <class V>
void describe(StreamRow& r, V&& visit) {
  visit("id", r.id, "The stream id: odd ones are the client's, even ones the server's.");
  visit("service", r.service, "The service it was opened for.");
  visit("state", r.state, "opening, open, closing or closed.");
  visit("framing", r.framing, "bytes or messages.");
  visit("opened_by", r.opened_by, "client or server.");
  visit("urgency", r.urgency, "0 goes before 7.");
  visit("weight", r.weight, "Share among streams of the same urgency.");
  visit("rx_bytes", r.rx_bytes, "Bytes that the service has consumed.");
  visit("tx_bytes", r.tx_bytes, "Bytes that the service has handed over.");
  visit("rx_window_bytes", r.rx_window_bytes, "Bytes that the peer may still send.");
  visit("tx_window_bytes", r.tx_window_bytes, "Bytes that the peer still allows.");
}

template <class V>
void describe(SessionDetail& r, V&& visit) {
  describe(r.row, visit);
  visit("local", r.local, "The local address the peer talks to.");
  visit("timeout_ms", r.timeout_ms, "The session ends when it was idle for so long.");
  visit("rx_packets", r.rx_packets, "Packets received.");
  visit("tx_packets", r.tx_packets, "Packets sent.");
  visit("min_rtt_us", r.min_rtt_us, "Least round-trip time; null before the first sample.");
  visit("in_flight_bytes", r.in_flight_bytes, "Bytes sent and not acknowledged yet.");
  visit("datagram_bytes", r.datagram_bytes, "Size of the datagrams sent now.");
  visit("heartbeats_answered", r.heartbeats_answered, "Heartbeats that the peer answered.");
  visit("heartbeat_rtt_us", r.heartbeat_rtt_us, "Round trip of the last one; null before it.");
  visit("times_limited", r.times_limited, "How often a rate limit held something back.");
  visit("streams", r.streams, "The open streams, the first 100 of them.");
}

template <class V>
void describe(ShowSummary& r, V&& visit) {
  visit("count", r.count, "Sessions in this answer.");
  visit("not_found", r.not_found, "The ids that no session has.");
}

template <class V>
void describe(CloseRow& r, V&& visit) {
  visit("id", r.id, "The session id.");
  visit("outcome", r.outcome, "closed, not_found, already_closing, or would_close.");
  visit("peer", r.peer, "The peer's address; null if there is no such session.");
}

template <class V>
void describe(CloseSummary& r, V&& visit) {
  visit("requested", r.requested, "Sessions that were named, matched, or planned for.");
  visit("closed", r.closed, "Those of them that this request closed.");
  visit("already_closing", r.already_closing, "Those that were closing before.");
  visit("not_found", r.not_found, "Those that there are not, or no more.");
  visit("token", r.token, "With `plan`: what `apply` takes.");
  visit("expires_at", r.expires_at, "Until when it does.");
  visit("banned", r.banned, "Sources that were banned.");
  visit("not_banned", r.not_banned,
        "Sources that were not: limits.exempt names them, or there are too many bans.");
}

template <class V>
void describe(TrailRow& r, V&& visit) {
  visit("after_ms", r.after_ms, "When, since the session's first hello.");
  visit(
      "event", r.event,
      "opened, stream_opened, stream_refused, stream_reset, stream_stopped, stream_closed, moved, "
      "limited or closed.");
  visit("detail", r.detail, "Of streams the id, of limited the index of the rate limit.");
}

template <class V>
void describe(ClosedRow& r, V&& visit) {
  visit("id", r.id, "The session id.");
  visit("peer", r.peer, "The peer's address at the end.");
  visit("reason", r.reason, "Close reason, such as normal or timeout.");
  visit("code", r.code, "The precise cause, such as idle_timeout.");
  visit("by", r.by, "Which side closed: local or peer.");
  visit("cause", r.cause,
        "Who or what ended it: peer, admin:UID (admin: a reload), drain, idle, limit, "
        "protocol_error:CODE, internal, "
        "or local for a service.");
  visit("message", r.message, "What the side that closed said about it; the peer's is untrusted.");
  visit("ended_at", r.ended_at, "When it ended.");
  visit("duration_ms", r.duration_ms, "How long it lasted, from its first hello.");
  visit("rx_bytes", r.rx_bytes, "UDP payload bytes received in authenticated datagrams.");
  visit("tx_bytes", r.tx_bytes, "UDP payload bytes sent.");
  visit("trail", r.trail, "The last things that happened to it, the oldest first.");
  visit("trail_left_out", r.trail_left_out, "How many happened before those.");
}

template <class V>
void describe(ClosedSummary& r, V&& visit) {
  visit("count", r.count, "Rows in this answer.");
  visit("remembered", r.remembered,
        "Ended sessions that are remembered, sessions.closed_history of them at most.");
  visit("cursor", r.cursor, "Send it to get the rows that follow; null after the last one.");
}

}  // namespace jetstream::control
