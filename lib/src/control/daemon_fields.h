// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "control/config_fields.h"
#include "control/log_fields.h"
#include "jetstream/control/daemon_messages.h"

namespace jetstream::control {

template <class V>
void describe(StopArgs& a, V&& visit) {
  visit("now", a.now);
}

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
  visit("problems", r.problems, "What it has found wrong: severity, code and detail of each.");
  visit("started_at", r.started_at, "When the process started.");
  visit("uptime_ms", r.uptime_ms, "How long ago that was.");
  visit("listeners", r.listeners, "The UDP addresses it serves.");
  visit("workers", r.workers, "Threads that serve them.");
  visit("identity", r.identity, "Fingerprint of the server's key, which clients pin.");
  visit("config_path", r.config_path, "The configuration file; null if there is none.");
  visit(
      "config_digest", r.config_digest,
      "sha256: and the SHA-256 of the configuration file that was read, as sha256sum(1) prints it; "
      "where clients are authorized, of that file and server.authorized_clients_file behind it.");
  visit("last_reload", r.last_reload,
        "The last attempt to change the configuration; null if there was none.");
  visit("restart_required", r.restart_required,
        "Keys that the file says something else of, which only a restart changes.");
  visit("confirm_left_ms", r.confirm_left_ms,
        "How long there is to confirm the last reload; 0: it is being taken back; null: it stays "
        "anyhow.");
  visit("log_level", r.log_level, "The least severe events that are logged, as configured.");
  visit("log_overrides", r.log_overrides, "What holds instead of it for now, by jsctl log level.");
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
  visit("bans", r.bans, "Bans that are in force, by origin: admin, file or auto.");
  visit("rate_limit_waits", r.rate_limit_waits,
        "How often a stream began to wait for tokens, by limit.");
  visit("rate_limit_observed", r.rate_limit_observed,
        "What limits.mode: observe let pass without tokens, by limit.");
  visit("rate_limit_drops", r.rate_limit_drops,
        "Best-effort messages dropped for want of tokens, by limit.");
}

template <class V>
void describe(StopReport& r, V&& visit) {
  visit("state", r.state, "What the daemon does now: stopping.");
}

template <class V>
void describe(ArgRow& r, V&& visit) {
  visit("name", r.name, "Name of the argument.");
  visit("type", r.type, "integer, boolean, text, close_reason, texts or session_ids.");
  visit("required", r.required, "Whether it has to be there.");
  visit("doc", r.doc, "What it means.");
}

template <class V>
void describe(CommandRow& r, V&& visit) {
  visit("name", r.name, "Name of the command.");
  visit("role", r.role, "The least role that may use it.");
  visit("mutating", r.mutating, "Whether it changes something and is audited.");
  visit("streaming", r.streaming, "Whether its answer goes on until the caller leaves.");
  visit("args", r.args, "Its arguments.");
  visit("doc", r.doc, "What it does.");
}

template <class V>
void describe(CommandsSummary& r, V&& visit) {
  visit("count", r.count, "Commands in this answer.");
}

}  // namespace jetstream::control
