// SPDX-License-Identifier: MIT
//
// The fields of every row and report, once: name, member and meaning. The JSON writer, the JSON
// reader and the generator of docs/CONTROL.md are visitors of these functions, so a field can't be
// written, read and documented differently.
//
// A visitor is called as visit(name, member, meaning) for each field, in the order of the output.
#pragma once

#include "jetstream/control.h"

namespace jetstream::control {

template <class V>
void describe(HelloReport& r, V&& visit) {
  visit("version", r.version, "Version of jetstreamd.");
  visit("protocol", r.protocol, "The admin protocol it speaks: jetstreamd.admin/1.");
  visit("role", r.role, "What the caller may do: read, operate or admin.");
  visit("uid", r.uid, "User id of the caller, as the kernel says.");
  visit("gid", r.gid, "Primary group id of the caller.");
  visit("pid", r.pid, "Process id of the caller; null from another pid namespace.");
}

template <class V>
void describe(PingReport& r, V&& visit) {
  visit("pid", r.pid, "Process id of jetstreamd, in its own pid namespace.");
}

template <class V>
void describe(StatusReport& r, V&& visit) {
  visit("version", r.version, "Version of jetstreamd.");
  visit("pid", r.pid, "Its process id.");
  visit("state", r.state, "running, draining, drained or stopping.");
  visit("started_at", r.started_at, "When the process started.");
  visit("uptime_ms", r.uptime_ms, "How long ago that was.");
  visit("listeners", r.listeners, "The UDP addresses it serves.");
  visit("workers", r.workers, "Threads that serve them.");
  visit("identity", r.identity, "Fingerprint of the server's key, which clients pin.");
  visit("config_path", r.config_path, "The configuration file; null if there is none.");
  visit("config_digest", r.config_digest,
        "sha256: and the SHA-256 of the configuration file that was read.");
  visit("sessions", r.sessions, "Established sessions now.");
  visit("sessions_max", r.sessions_max, "How many there may be.");
  visit("sessions_opened", r.sessions_opened, "Sessions established since the start.");
  visit("sessions_expired", r.sessions_expired, "Those that ended without activity.");
  visit("sessions_closed", r.sessions_closed, "Those that ended, by close reason.");
  visit("handshakes_started", r.handshakes_started, "Handshakes begun since the start.");
  visit("handshakes_completed", r.handshakes_completed, "Those that led to a session.");
  visit("handshakes_failed", r.handshakes_failed, "Those that did not.");
  visit("rx_datagrams", r.rx_datagrams, "UDP datagrams received.");
  visit("tx_datagrams", r.tx_datagrams, "UDP datagrams sent.");
  visit("rx_bytes", r.rx_bytes, "Their payload bytes.");
  visit("tx_bytes", r.tx_bytes, "Their payload bytes.");
  visit("packets_lost", r.packets_lost, "Packets sent that were declared lost.");
  visit("resets_sent", r.resets_sent,
        "Stateless resets sent, in answer to packets of sessions that the server does not know.");
  visit("resets_received", r.resets_received, "Sessions that a stateless reset of the peer ended.");
  visit("memory_held_bytes", r.memory_held_bytes, "What sessions hold for streams and data now.");
  visit("memory_held_max_bytes", r.memory_held_max_bytes,
        "The most they have held, as a sum over the workers.");
  visit("memory_budget_bytes", r.memory_budget_bytes,
        "What they may hold, limits.worker_memory for each worker.");
  visit("admission", r.admission,
        "What was decided about new clients: asked for proof, proven, refused and why.");
  visit("resumption", r.resumption,
        "Tickets issued, handshakes resumed with one, and what became of early data.");
  visit("drops", r.drops, "Datagrams and packets that were dropped, by reason.");
  visit("rate_limit_waits", r.rate_limit_waits,
        "How often a stream began to wait for tokens, by limit.");
  visit("rate_limit_observed", r.rate_limit_observed,
        "What limits.mode: observe let pass without tokens, by limit.");
  visit("rate_limit_drops", r.rate_limit_drops,
        "Best-effort messages dropped for want of tokens, by limit.");
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
void describe(CloseRow& r, V&& visit) {
  visit("id", r.id, "The session id.");
  visit("outcome", r.outcome, "closed, not_found or already_closing.");
}

template <class V>
void describe(ClosedRow& r, V&& visit) {
  visit("id", r.id, "The session id.");
  visit("peer", r.peer, "The peer's address at the end.");
  visit("reason", r.reason, "Close reason, such as normal or timeout.");
  visit("code", r.code, "The precise cause, such as idle_timeout.");
  visit("by", r.by, "Which side closed: local or peer.");
  visit("message", r.message, "What the side that closed said about it; the peer's is untrusted.");
  visit("ended_at", r.ended_at, "When it ended.");
  visit("duration_ms", r.duration_ms, "How long it lasted, from its first hello.");
  visit("rx_bytes", r.rx_bytes, "UDP payload bytes received in authenticated datagrams.");
  visit("tx_bytes", r.tx_bytes, "UDP payload bytes sent.");
}

template <class V>
void describe(ClosedSummary& r, V&& visit) {
  visit("count", r.count, "Rows in this answer.");
  visit("remembered", r.remembered, "Ended sessions that are remembered, 1024 at most.");
}

template <class V>
void describe(DrainReport& r, V&& visit) {
  visit("state", r.state, "running, draining, drained or stopping.");
  visit("sessions_at_start", r.sessions_at_start, "Sessions there were when the drain began.");
  visit("sessions_left", r.sessions_left, "Sessions there are now.");
  visit("elapsed_ms", r.elapsed_ms, "How long ago the drain began; 0 if there is none.");
  visit("deadline_ms", r.deadline_ms, "How long after its beginning the last session is closed.");
  visit("eta_ms", r.eta_ms, "How much longer it will take at this pace; null if there is none.");
}

template <class V>
void describe(ListSummary& r, V&& visit) {
  visit("count", r.count, "Rows in this answer.");
  visit("table_size", r.table_size, "Sessions there are.");
  visit("cursor", r.cursor, "Send it to get the rows that follow; null after the last one.");
}

template <class V>
void describe(ShowSummary& r, V&& visit) {
  visit("count", r.count, "Sessions in this answer.");
  visit("not_found", r.not_found, "The ids that no session has.");
}

template <class V>
void describe(CloseSummary& r, V&& visit) {
  visit("requested", r.requested, "Sessions that were named.");
  visit("closed", r.closed, "Those of them that this request closed.");
}

template <class V>
void describe(StopReport& r, V&& visit) {
  visit("state", r.state, "What the daemon does now: stopping.");
}

template <class V>
void describe(LimitRow& r, V&& visit) {
  visit("session", r.session, "The session id; null for all sessions together.");
  visit("limit", r.limit, "Which limit: whose, of what, and in which direction.");
  visit("per_second", r.per_second, "What it lets pass in a second; null if it is off.");
  visit("tokens", r.tokens,
        "What could pass now; null if it is off, or if every session has its own.");
  visit("times", r.times, "How often something began to wait, or, observed only, would have.");
  visit("dropped", r.dropped, "Best-effort messages that were dropped.");
}

template <class V>
void describe(LimitSummary& r, V&& visit) {
  visit("mode", r.mode, "enforce or observe.");
  visit("not_found", r.not_found, "The ids that no session has.");
}

template <class V>
void describe(LogLevelReport& r, V&& visit) {
  visit("level", r.level, "The least severe events that are logged now.");
  visit("previous", r.previous, "What it was before this command.");
}

template <class V>
void describe(ArgRow& r, V&& visit) {
  visit("name", r.name, "Name of the argument.");
  visit("type", r.type, "integer, boolean, text, close_reason or session_ids.");
  visit("required", r.required, "Whether it has to be there.");
  visit("doc", r.doc, "What it means.");
}

template <class V>
void describe(CommandRow& r, V&& visit) {
  visit("name", r.name, "Name of the command.");
  visit("role", r.role, "The least role that may use it.");
  visit("mutating", r.mutating, "Whether it changes something and is audited.");
  visit("args", r.args, "Its arguments.");
  visit("doc", r.doc, "What it does.");
}

template <class V>
void describe(CommandsSummary& r, V&& visit) {
  visit("count", r.count, "Commands in this answer.");
}

}  // namespace jetstream::control
