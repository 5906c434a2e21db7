// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/config_messages.h"

namespace jetstream::control {

template <class V>
void describe(ConfigReloadArgs& a, V&& visit) {
  visit("dry_run", a.dry_run);
  visit("expect_digest", a.expect_digest);
  visit("strict", a.strict);
  visit("confirm_within_ms", a.confirm_within_ms);
}

template <class V>
void describe(ConfigShowArgs& a, V&& visit) {
  visit("key", a.key);
  visit("explicit", a.explicit_only);
  visit("changed", a.changed_only);
  visit("origin", a.origin);
}

template <class V>
void describe(ConfigProblemRow& r, V&& visit) {
  visit("place", r.place, "FILE:LINE:COLUMN, or env:NAME or the option that set the value.");
  visit("file", r.file, "The file; null if the value does not stand in one.");
  visit("line", r.line, "From 1.");
  visit("column", r.column, "In characters, from 1.");
  visit("end_column", r.end_column, "Behind the last character that is meant.");
  visit("severity", r.severity, "error or warning.");
  visit("code", r.code,
        "What kind of thing is wrong, such as unknown_key; the words never change.");
  visit("key", r.key, "The key that it is about; null if it is none's.");
  visit("message", r.message, "What is wrong.");
  visit("help", r.help, "What to write instead; null if there is no advice.");
  visit("excerpt", r.excerpt, "The line with carets below what is meant; null if there is none.");
}

template <class V>
void describe(ConfigCheckReport& r, V&& visit) {
  visit("file", r.file, "The file.");
  visit("valid", r.valid, "A daemon would run with it.");
  visit("errors", r.errors, "How many things are wrong.");
  visit("warnings", r.warnings, "How many work, but hardly as they were meant.");
}

template <class V>
void describe(ConfigKeyRow& r, V&& visit) {
  visit("key", r.key, "The key; * stands for a name that the user chooses, [] for a list's item.");
  visit("doc", r.doc, "What it means.");
  visit("type", r.type,
        "What a value of it is: integer, boolean, duration, size, choice, path and others.");
  visit("units", r.units, "One of which a value ends with; empty: none.");
  visit("choices", r.choices, "Words that it is one of; empty: any.");
  visit("default", r.fallback, "As in YAML; null: unset.");
  visit("min", r.min, "The least, or how few entries; null: no such bound.");
  visit("max", r.max, "The most, or how many entries or bytes; null: no such bound.");
  visit("required", r.required, "It has to be there.");
  visit("may_be_off", r.may_be_off, "It may be the word off, too.");
  visit("reloadable", r.reloadable, "A reload changes it; otherwise a restart.");
  visit("affects", r.affects, "Whom a change reaches: restart, new_sessions or all_sessions.");
  visit("variable", r.variable, "The environment variable that sets it; null: none does.");
  visit("since", r.since, "Version of jetstreamd that had it first.");
}

template <class V>
void describe(ConfigKeysSummary& r, V&& visit) {
  visit("count", r.count, "Keys in this answer.");
}

template <class V>
void describe(ConfigChangeRow& r, V&& visit) {
  visit("key", r.key, "The key, such as sessions.timeout.");
  visit("before", r.before, "What runs, as in YAML; null: unset.");
  visit("after", r.after, "What the file says; null: unset.");
  visit("reload", r.reload,
        "What the change takes: restart, or a reload for new_sessions or all_sessions.");
}

template <class V>
void describe(ConfigDigests& r, V&& visit) {
  visit("before", r.before, "SHA-256 of the configuration before.");
  visit("after", r.after, "And of the one that was read.");
}

template <class V>
void describe(ConfigReloadReport& r, V&& visit) {
  visit("digest", r.digest,
        "sha256: and the hex digest of the file, as sha256sum(1) prints it; where clients are "
        "authorized, of the file and server.authorized_clients_file behind it.");
  visit("applied", r.applied, "What has changed.");
  visit("restart_required", r.restart_required, "What the file says and only a restart changes.");
  visit("unchanged", r.unchanged, "How many values are what they were.");
  visit("warnings", r.warnings, "What works, but hardly as it was meant.");
  visit("dry_run", r.dry_run, "Nothing has changed: this is what would.");
  visit("confirm_left_ms", r.confirm_left_ms,
        "How long there is for config.confirm until the change is taken back; null: it stays.");
  visit("duration_ms", r.duration_ms, "Until every worker had it.");
}

template <class V>
void describe(RuntimeRow& r, V&& visit) {
  visit("what", r.what, "What was changed: log level, log level of MODULE, bans or drain.");
  visit("key", r.key, "The key of the configuration whose value does not hold; null: none's.");
  visit("value", r.value, "What holds instead, the number of bans, or the drain's state.");
  visit("command", r.command, "The command that shows it, and ends it.");
  visit("uid", r.uid, "User id of whoever changed it; null: not known.");
  visit("user", r.user, "Their name; null: not known.");
  visit("until", r.until, "When it ends by itself; null: not.");
}

template <class V>
void describe(ConfigValueRow& r, V&& visit) {
  visit("key", r.key, "The key, such as sessions.timeout or services.echo.type.");
  visit("value", r.value, "As in YAML.");
  visit("origin", r.origin,
        "default, FILE:LINE (FILE before the reload that was taken back: no line says so now), "
        "env:NAME, an option of the command line, or runtime: and who.");
  visit("reload", r.reload, "What a change takes: restart, new_sessions or all_sessions.");
  visit("configured", r.configured,
        "What the configuration says where the origin is runtime; null otherwise.");
}

template <class V>
void describe(ConfigShowReport& r, V&& visit) {
  visit("file", r.file, "The configuration file.");
  visit("digest", r.digest, "SHA-256 of the configuration that runs, as in daemon.status.");
  visit("text", r.text, "The values as YAML that means the same when it is loaded.");
  visit("runtime", r.runtime, "What operators have changed that no file says.");
}

template <class V>
void describe(LastReloadReport& r, V&& visit) {
  visit("at", r.at, "When.");
  visit("cause", r.cause, "Who wanted it.");
  visit("done", r.done, "It was done; otherwise nothing has changed.");
  visit("error", r.error, "The first thing that was wrong; null if it was done.");
}

}  // namespace jetstream::control
