// SPDX-License-Identifier: MIT
#include "jsctl/problem.h"

#include "jsctl/humanize.h"
#include "jsctl/table.h"

namespace jetstream::jsctl {
namespace {

ExitCode exit_code_of(control::ErrorCode code) {
  switch (code) {
    case control::ErrorCode::kUnknownArgument:
    case control::ErrorCode::kInvalidArgument:
    case control::ErrorCode::kInvalidFilter:
      return kUsage;
    case control::ErrorCode::kPermissionDenied:
      return kNotPermitted;
    case control::ErrorCode::kNotFound:
      return kNotFound;
    case control::ErrorCode::kConflict:
    case control::ErrorCode::kPreconditionFailed:
    case control::ErrorCode::kTooManyMatches:
    case control::ErrorCode::kDraining:
    case control::ErrorCode::kRestartRequired:
      return kConflict;
    case control::ErrorCode::kConfigInvalid:
      return kBadConfig;
    case control::ErrorCode::kTimeout:
      return kTimedOut;
    case control::ErrorCode::kBadRequest:
    case control::ErrorCode::kRequestTooLarge:
    case control::ErrorCode::kUnknownCommand:
    case control::ErrorCode::kBusy:
    case control::ErrorCode::kInternal:
      break;
  }
  return kFailed;
}

/// Where the daemon has none.
std::string advice_for(control::ErrorCode code) {
  switch (code) {
    case control::ErrorCode::kBusy:
    case control::ErrorCode::kTimeout:
      return "again, in a while";
    case control::ErrorCode::kInternal:
      return "the daemon's log says more: journalctl -u jetstreamd";
    default:
      return exit_code_of(code) == kUsage ? "jsctl --help" : "jsctl status";
  }
}

}  // namespace

std::string to_text(const Problem& problem) {
  std::string text = "jsctl: " + printable(problem.what) + '\n';
  if (!problem.typed.empty()) {
    const std::string before = printable(problem.typed.substr(0, problem.offset));
    text += "         " + printable(problem.typed) + '\n';
    text += std::string(9 + width_of(before), ' ') + "^\n";
  }
  if (!problem.why.empty()) text += "       " + printable(problem.why) + '\n';
  if (!problem.advice.empty()) text += "  try: " + printable(problem.advice) + '\n';
  return text;
}

Outcome to_outcome(const Problem& problem) {
  return {problem.code, "", to_text(problem), problem.error};
}

Problem problem_of(const ipc::ClientError& error, const std::string& path) {
  const std::string cannot_reach = "cannot reach jetstreamd at " + path + ": " + error.message;
  switch (error.kind) {
    case ipc::ClientErrorKind::kNoSocket:
      return {kNotRunning, cannot_reach, "it does not run, or it has its socket elsewhere",
              "systemctl status jetstreamd, or name the socket with --socket PATH"};
    case ipc::ClientErrorKind::kRefused:
      return {kNotRunning, cannot_reach,
              "the socket exists but nothing is listening (stale after a crash?)",
              "systemctl status jetstreamd"};
    case ipc::ClientErrorKind::kPermission:
      return {kNotPermitted, cannot_reach, "the mode of the socket or of a folder above forbids it",
              "ask an administrator to add you to the socket's group, or use sudo"};
    case ipc::ClientErrorKind::kTimeout:
      return {kTimedOut, "jetstreamd at " + path + " did not answer in time",
              "it may be overloaded, or stopped in a debugger", "a longer --timeout"};
    case ipc::ClientErrorKind::kEnded:
      return {kNotRunning, "jetstreamd at " + path + " closed the connection without an answer",
              "it was stopped or crashed meanwhile", "systemctl status jetstreamd"};
    case ipc::ClientErrorKind::kTooLong:
    case ipc::ClientErrorKind::kSystem:
      break;
  }
  return {kFailed, cannot_reach, "the system refused", "another --socket PATH"};
}

Problem problem_of(const control::Failure& failure, const std::string& typed) {
  Problem problem{exit_code_of(failure.code), failure.message,
                  "jetstreamd answered: " + std::string(to_string(failure.code)),
                  failure.hint.value_or(advice_for(failure.code))};
  problem.error = control::write_error({}, failure);
  if (failure.offset && *failure.offset <= typed.size()) {
    problem.typed = typed;
    problem.offset = *failure.offset;
  }
  return problem;
}

Problem unreadable_answer(const std::string& path) {
  return {kFailed, "what answers at " + path + " does not speak jetstreamd's admin protocol",
          "it is another program, or its version is too different",
          "jsctl version, or another --socket PATH"};
}

}  // namespace jetstream::jsctl
