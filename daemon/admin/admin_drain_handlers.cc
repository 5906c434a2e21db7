// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_drain_handlers.h"

#include "daemon/config/config_values.h"

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
    call.fail({ErrorCode::kConflict, "jetstreamd is stopping",
               "nothing cancels a stop; jsctl drain status shows how far it has come"});
  };
}

Failure invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

/// What the table of commands can't check is checked here.
Result<DrainOrder, Failure> order_of(const control::DrainStartArgs& args) {
  using std::chrono::milliseconds;
  const auto time = [](const std::optional<std::uint64_t>& ms) {
    return ms ? std::optional(milliseconds(*ms)) : std::nullopt;
  };
  DrainOrder order{.deadline = time(args.deadline_ms),
                   .pace = time(args.pace_ms),
                   .retry_after = time(args.retry_after_ms),
                   .alternate = {},
                   .sessions_left = args.sessions_left,
                   .hold = time(args.hold_ms)};
  if (order.deadline && order.pace && *order.pace > *order.deadline) {
    return unexpected(invalid("argument \"pace_ms\" is longer than \"deadline_ms\"",
                              "the last sessions would have no time to come to their end"));
  }
  if (args.alternate) {
    const auto address = parse_address(*args.alternate);
    if (!address || address->port == 0) {
      return unexpected(invalid("argument \"alternate\" is no address that clients could go to",
                                "write one such as 192.0.2.7:8080 or [2001:db8::7]:8080"));
    }
    order.alternate = *address;
  }
  if (args.then) {
    const auto then = control::parse_drain_end(*args.then);
    if (!then) {
      return unexpected(
          invalid("argument \"then\" has to be hold or exit", "leave it out to hold"));
    }
    order.then = *then;
  }
  if (order.hold && order.then == control::DrainEnd::kExit) {
    return unexpected(invalid("argument \"hold_ms\" has no meaning when the daemon exits",
                              "leave out one of the two"));
  }
  return order;
}

}  // namespace

void drain_start(DrainAdmin& drain, AdminCall call) {
  const auto order = order_of(std::get<control::DrainStartArgs>(call.request.args));
  if (!order) {
    call.record("", order.error().code, 0);
    return call.fail(order.error());
  }
  if (order->then == control::DrainEnd::kExit && call.caller.role < control::Access::kAdmin) {
    call.record("", ErrorCode::kPermissionDenied, 0);
    return call.fail({ErrorCode::kPermissionDenied, "then=exit stops the daemon: role admin",
                      "drain without it, and let an admin stop the daemon"});
  }
  drain.drain_start(
      *order, drain_changed(std::move(call), {ErrorCode::kConflict, "jetstreamd drains already",
                                              "jsctl drain status shows how far it has come"}));
}

void drain_cancel(DrainAdmin& drain, AdminCall call) {
  drain.drain_cancel(
      drain_changed(std::move(call), {ErrorCode::kConflict, "jetstreamd does not drain",
                                      "there is nothing to cancel; jsctl drain status"}));
}

void drain_status(DrainAdmin& drain, AdminCall call) {
  drain.drain_status([call = std::move(call)](const DrainAnswer& answer) {
    call.reply(call.result(answer.report));
  });
}

}  // namespace jetstream::daemon
