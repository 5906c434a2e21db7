// SPDX-License-Identifier: MIT
//
// The words of the admin protocol for its enumerators, in both directions.
#include <array>
#include <charconv>

#include "jetstream/control.h"

namespace jetstream::control {
namespace {

constexpr std::array<std::string_view, 4> kAccessNames{"none", "read", "operate", "admin"};
constexpr std::array<std::string_view, 6> kArgTypeNames{"integer",      "boolean", "text",
                                                        "close_reason", "texts",   "session_ids"};
constexpr std::array<std::string_view, 2> kDrainEndNames{"hold", "exit"};
constexpr std::array<std::string_view, 4> kOutcomeNames{"closed", "not_found", "already_closing",
                                                        "would_close"};
constexpr std::array<std::string_view, 17> kErrorNames{"bad_request",
                                                       "request_too_large",
                                                       "unknown_command",
                                                       "unknown_argument",
                                                       "invalid_argument",
                                                       "invalid_filter",
                                                       "permission_denied",
                                                       "not_found",
                                                       "conflict",
                                                       "precondition_failed",
                                                       "too_many_matches",
                                                       "draining",
                                                       "config_invalid",
                                                       "restart_required",
                                                       "busy",
                                                       "timeout",
                                                       "internal"};
static_assert(kErrorNames.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1);

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Access access) { return kAccessNames[static_cast<std::size_t>(access)]; }
std::optional<Access> parse_access(std::string_view text) {
  return find_name<Access>(kAccessNames, text);
}

std::string_view to_string(ArgType type) { return kArgTypeNames[static_cast<std::size_t>(type)]; }

std::string_view to_string(CloseOutcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}
std::optional<CloseOutcome> parse_close_outcome(std::string_view text) {
  return find_name<CloseOutcome>(kOutcomeNames, text);
}

std::string_view to_string(DrainEnd end) { return kDrainEndNames[static_cast<std::size_t>(end)]; }
std::optional<DrainEnd> parse_drain_end(std::string_view text) {
  return find_name<DrainEnd>(kDrainEndNames, text);
}

std::string_view to_string(ErrorCode code) { return kErrorNames[static_cast<std::size_t>(code)]; }
ErrorCode parse_error_code(std::string_view text) {
  return find_name<ErrorCode>(kErrorNames, text).value_or(ErrorCode::kInternal);
}

std::optional<CloseReason> parse_close_reason(std::string_view text) {
  for (std::uint8_t value = 0; value <= kCloseReasonMax; ++value) {
    const auto reason = static_cast<CloseReason>(value);
    if (jetstream::to_string(reason) == text) return reason;
  }
  return std::nullopt;
}

std::optional<SessionId> parse_session_id(std::string_view text) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return SessionId(value);
}

}  // namespace jetstream::control
