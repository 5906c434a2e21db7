// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_config_handlers.h"

#include "daemon/config/config_format.h"
#include "daemon/config/config_problems.h"
#include "daemon/log/log_record.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;

std::uint64_t in_milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

std::vector<control::ConfigChangeRow> rows_of(const std::vector<ConfigChange>& changes) {
  std::vector<control::ConfigChangeRow> rows;
  for (const ConfigChange& change : changes) {
    control::ConfigChangeRow row{.key = change.key,
                                 .before = std::nullopt,
                                 .after = std::nullopt,
                                 .reload = std::string(to_string(change.reload))};
    if (!change.before.empty()) row.before = change.before;
    if (!change.after.empty()) row.after = change.after;
    rows.push_back(std::move(row));
  }
  return rows;
}

control::ConfigReloadReport report_of(const ReloadAnswer& answer, bool dry_run) {
  control::ConfigReloadReport report{
      .digest = {answer.plan.digest_before, answer.plan.digest},
      .applied = rows_of(answer.plan.applied),
      .restart_required = rows_of(answer.plan.restart_required),
      .unchanged = answer.plan.unchanged,
      .warnings = answer.warnings,
      .dry_run = dry_run,
      .confirm_left_ms = std::nullopt,
      .duration_ms = in_milliseconds(answer.took),
  };
  if (answer.confirm_left) report.confirm_left_ms = in_milliseconds(*answer.confirm_left);
  return report;
}

std::string keys_of(const std::vector<ConfigChange>& changes) {
  std::string keys;
  for (const ConfigChange& change : changes) keys += (keys.empty() ? "" : ", ") + change.key;
  return keys;
}

/// "taken back at 2026-01-01T00:00:00.000Z (not confirmed)".
std::string words_of(const LastReload& taken_back) {
  const auto at =
      std::chrono::duration_cast<std::chrono::milliseconds>(taken_back.at.time_since_epoch());
  return "taken back at " + control::to_rfc3339(control::UnixTime(at.count())) + " (" +
         taken_back.cause + ")";
}

control::Failure failure_of(const ReloadAnswer& answer) {
  switch (answer.outcome) {
    case ReloadOutcome::kInvalid: {
      const std::size_t count = answer.errors.list.size();
      return {ErrorCode::kConfigInvalid,
              std::to_string(count) + (count == 1 ? " error" : " errors") +
                  " in the configuration; nothing has changed",
              "jetstreamd --config " + answer.errors.file + " --check shows the same"};
    }
    case ReloadOutcome::kInTheWay:
      return {ErrorCode::kConfigInvalid,
              "the configuration has no mistake, but can't be applied now: " +
                  printable(answer.errors.list.front().what) + "; nothing has changed",
              "--check does not see that: free what is in the way, or change the key"};
    case ReloadOutcome::kDigestDiffers:
      return {ErrorCode::kPreconditionFailed,
              "the configuration has digest " + answer.plan.digest +
                  ", not the expected one; nothing has changed",
              "somebody else has changed the file: look at jsctl config diff"};
    case ReloadOutcome::kRestartRequired:
      return {ErrorCode::kRestartRequired,
              "a restart is needed for " + keys_of(answer.plan.restart_required) +
                  "; nothing has changed",
              "without --strict everything else is applied"};
    case ReloadOutcome::kUnconfirmed:
      if (!answer.stuck.empty()) {
        return {ErrorCode::kConflict,
                "the reload before was not confirmed and can't be taken back yet: " + answer.stuck,
                "it is tried again every second; jsctl config confirm keeps what runs now"};
      }
      return {ErrorCode::kConflict, "the reload before waits for its confirmation",
              "jsctl config confirm, or jsctl config rollback"};
    case ReloadOutcome::kNoneToConfirm:
      if (answer.taken_back) {
        return {ErrorCode::kConflict,
                "there is no reload to confirm: the last one was " + words_of(*answer.taken_back),
                "jsctl config diff shows what it would change; jsctl config reload applies it once "
                "more"};
      }
      return {
          ErrorCode::kConflict, "there is no reload that waits for a confirmation",
          "only jsctl config reload --confirm-within TIME waits for one, and only if it changes "
          "anything"};
    case ReloadOutcome::kNoneBefore:
      return {ErrorCode::kConflict,
              answer.taken_back ? "there is nothing to go back to: the last reload was " +
                                      words_of(*answer.taken_back)
                                : "there is nothing to go back to: no reload has changed anything",
              "jsctl config show --origin says what runs; change the file and reload for anything "
              "else"};
    case ReloadOutcome::kStopping:
      return {ErrorCode::kDraining, "jetstreamd is stopping", std::nullopt};
    case ReloadOutcome::kDone:
      break;
  }
  return {ErrorCode::kInternal, "the reload ended in a way that nobody expected", std::nullopt};
}

void answer_to(const AdminCall& call, const ReloadAnswer& answer, bool dry_run) {
  if (answer.outcome == ReloadOutcome::kDone) {
    return call.reply(call.result(report_of(answer, dry_run)));
  }
  call.reply(call.items(problem_rows(answer.errors)) + call.error(failure_of(answer)));
}

/// Answers with what became of an attempt to change the configuration, and records it.
Done<ReloadAnswer> changed(const ConfigAdmin& config, AdminCall call, std::string target,
                           bool dry_run) {
  return [call = std::move(call), target = std::move(target), dry_run,
          running = config.running_config().digest](const ReloadAnswer& answer) {
    const bool done = answer.outcome == ReloadOutcome::kDone;
    AuditRecord record =
        call.new_record(target, done ? std::nullopt : std::optional(failure_of(answer).code), 0);
    // What is wrong with a file may keep it from being compared with what runs.
    const std::string& before = answer.plan.digest_before;
    record.digest_before = before.empty() ? running : before;
    record.digest_after = done && !dry_run ? answer.plan.digest : record.digest_before;
    call.audit(record);
    answer_to(call, answer, dry_run);
  };
}

/// The configuration with what operators have changed about it, which is what really holds.
Config with_runtime(Config config, const std::vector<control::RuntimeRow>& changes) {
  for (const control::RuntimeRow& change : changes) {
    if (change.key != "log.level") continue;
    config.log_level = parse_log_level(change.value).value_or(config.log_level);
    config.origins["log.level"] = control::runtime_origin(change);
  }
  return config;
}

/// What changes no key, as comments behind the keys.
std::string runtime_lines(const std::vector<control::RuntimeRow>& changes) {
  std::string lines;
  for (const control::RuntimeRow& change : changes) {
    if (change.key) continue;
    lines +=
        "# " + change.what + ": " + change.value + "  # " + control::runtime_origin(change) + "\n";
  }
  return lines;
}

void config_show(const ConfigAdmin& config, const AdminCall& call) {
  const auto& args = std::get<control::ConfigShowArgs>(call.request.args);
  if (args.explicit_only && args.changed_only) {
    return call.fail({ErrorCode::kInvalidArgument,
                      "arguments \"explicit\" and \"changed\" exclude each other", std::nullopt});
  }
  const Shown shown = args.explicit_only  ? Shown::kExplicit
                      : args.changed_only ? Shown::kChanged
                                          : Shown::kEffective;
  const Config& configured = config.running_config();
  const auto runtime = config.runtime_changes();
  const Config running = with_runtime(configured, runtime);
  std::vector<control::ConfigValueRow> rows;
  bool known = !args.key;
  for (const Setting& setting : settings_of(running)) {
    if (args.key && !is_below(setting.key, *args.key)) continue;
    known = true;
    if (!is_shown(running, setting, shown)) continue;
    rows.push_back({setting.key, setting.text, std::string(running.origin(setting.key)),
                    std::string(to_string(setting.spec->reload)), std::nullopt});
    if (running.origin(setting.key) != configured.origin(setting.key)) {
      rows.back().configured = to_string(configured.log_level);
    }
  }
  if (!known) {
    return call.fail({ErrorCode::kNotFound, "there is no key " + quote(*args.key),
                      "jsctl config show lists the keys"});
  }
  control::ConfigShowReport report{config.config_file().string(), running.digest,
                                   to_yaml(running, shown, args.origin, args.key.value_or("")),
                                   runtime};
  if (args.origin && !args.key) report.text += runtime_lines(runtime);
  call.reply(call.items(rows) + call.result(report));
}

void config_diff(ConfigAdmin& config, AdminCall call) {
  ReloadOrder order;
  order.cause = "admin socket";
  order.dry_run = true;
  config.config_reload(std::move(order), [call = std::move(call)](const ReloadAnswer& answer) {
    answer_to(call, answer, true);
  });
}

void config_reload(ConfigAdmin& config, AdminCall call) {
  const auto& args = std::get<control::ConfigReloadArgs>(call.request.args);
  ReloadOrder order;
  order.cause = "admin socket";
  order.dry_run = args.dry_run;
  order.expect_digest = args.expect_digest;
  order.strict = args.strict;
  if (args.confirm_within_ms) {
    order.confirm_within = std::chrono::milliseconds(*args.confirm_within_ms);
  }
  std::string target = args.dry_run ? "dry run" : config.config_file().string();
  config.config_reload(std::move(order),
                       changed(config, std::move(call), std::move(target), args.dry_run));
}

void config_confirm(ConfigAdmin& config, AdminCall call) {
  config.config_confirm(changed(config, std::move(call), "confirm", false));
}

void config_rollback(ConfigAdmin& config, AdminCall call) {
  config.config_rollback(changed(config, std::move(call), "rollback", false));
}

}  // namespace

void handle_config(ConfigAdmin& config, AdminCall call) {
  switch (call.request.command) {
    case control::CommandId::kConfigShow:
      return config_show(config, call);
    case control::CommandId::kConfigDiff:
      return config_diff(config, std::move(call));
    case control::CommandId::kConfigReload:
      return config_reload(config, std::move(call));
    case control::CommandId::kConfigConfirm:
      return config_confirm(config, std::move(call));
    default:
      return config_rollback(config, std::move(call));
  }
}

}  // namespace jetstream::daemon
