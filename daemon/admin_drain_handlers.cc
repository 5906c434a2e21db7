// SPDX-License-Identifier: MIT
#include "daemon/admin_drain_handlers.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::Failure;

/// What a change of the drain led to. `otherwise`: why there was nothing to change.
Done<DrainAnswer> drain_changed(AdminCall call, Failure otherwise) {
  return [call = std::move(call), otherwise = std::move(otherwise)](const DrainAnswer& answer) {
    if (answer.outcome == DrainOutcome::kDone) {
      call.record(answer.report.state, std::nullopt, answer.report.sessions_left);
      return call.reply(call.result(answer.report));
    }
    call.record(answer.report.state, ErrorCode::kConflict, 0);
    if (answer.outcome == DrainOutcome::kAlready) return call.fail(otherwise);
    call.fail({ErrorCode::kConflict, "jetstreamd is stopping", std::nullopt});
  };
}

}  // namespace

void drain_start(DrainAdmin& drain, AdminCall call) {
  const auto given = std::get<control::DrainStartArgs>(call.request.args).deadline_ms;
  std::optional<std::chrono::milliseconds> deadline;
  if (given) deadline = std::chrono::milliseconds(*given);
  drain.drain_start(
      deadline, drain_changed(std::move(call), {ErrorCode::kConflict, "jetstreamd drains already",
                                                "jsctl drain status shows how far it has come"}));
}

void drain_cancel(DrainAdmin& drain, AdminCall call) {
  drain.drain_cancel(drain_changed(
      std::move(call), {ErrorCode::kConflict, "jetstreamd does not drain", std::nullopt}));
}

void drain_status(DrainAdmin& drain, AdminCall call) {
  drain.drain_status([call = std::move(call)](const DrainAnswer& answer) {
    call.reply(call.result(answer.report));
  });
}

}  // namespace jetstream::daemon
