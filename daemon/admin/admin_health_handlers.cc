// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_health_handlers.h"

#include <charconv>

namespace jetstream::daemon {
namespace {

using control::ErrorCode;

constexpr std::string_view kMetricPrefix = "jetstreamd_";

bool begins_so(std::string_view series, std::string_view prefix) {
  if (series.starts_with(prefix)) return true;
  return series.starts_with(kMetricPrefix) &&
         series.substr(kMetricPrefix.size()).starts_with(prefix);
}

control::Failure not_in_time(const std::string& until) {
  return {ErrorCode::kTimeout, "it did not come to \"" + until + "\" in time",
          "jsctl status shows how far it is; --timeout sets how long to wait"};
}

}  // namespace

std::optional<WaitFor> parse_wait_for(std::string_view text) {
  constexpr std::string_view kSessions = "sessions<=";
  if (text == "ready") return WaitFor{WaitFor::What::kReady, 0};
  if (text == "drained") return WaitFor{WaitFor::What::kDrained, 0};
  if (!text.starts_with(kSessions)) return std::nullopt;
  text.remove_prefix(kSessions.size());
  WaitFor what{WaitFor::What::kSessions, 0};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), what.sessions, 10);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return what;
}

void health(HealthAdmin& health, const AdminCall& call) {
  const bool live = std::get<control::HealthArgs>(call.request.args).live;
  HealthAnswer answer = health.health();
  answer.report.ok = live ? answer.report.live : answer.report.ready;
  answer.report.count = answer.rows.size();
  call.reply(call.items(answer.rows) + call.result(answer.report));
}

/// The answer is a stream without lines, so that it may take as long as it was given and ends when
/// the caller leaves.
void wait(HealthAdmin& health, const AdminCall& call) {
  const auto& args = std::get<control::WaitArgs>(call.request.args);
  const auto what = parse_wait_for(args.until);
  if (!what) {
    return call.fail({ErrorCode::kInvalidArgument,
                      "argument \"until\" is nothing that can be waited for",
                      "write ready, drained or sessions<=N"});
  }
  const auto waiter = std::make_shared<std::uint64_t>(0);
  const auto stream = call.open_stream("", [&health, waiter] { health.forget(*waiter); });
  if (!stream) return;
  *waiter = health.wait(*what, std::chrono::milliseconds(args.timeout_ms),
                        [call, stream](const std::optional<control::WaitReport>& report) {
                          if (report) return stream->finish(call.result(*report));
                          const auto& until = std::get<control::WaitArgs>(call.request.args).until;
                          stream->finish(call.error(not_in_time(until)));
                        });
  if (*waiter != 0) return;
  stream->finish(call.error({ErrorCode::kBusy, "too many wait already", std::nullopt}));
}

void metrics(HealthAdmin& health, const AdminCall& call) {
  call.reply(call.result(control::MetricsReport{health.metrics()}));
}

void stats(HealthAdmin& health, const AdminCall& call) {
  const auto& prefix = std::get<control::StatsArgs>(call.request.args).prefix;
  std::vector<control::StatRow> rows = health.stats();
  if (prefix) {
    std::erase_if(rows, [&](const auto& row) { return !begins_so(row.series, *prefix); });
  }
  if (rows.empty()) {
    return call.fail({ErrorCode::kNotFound, "no metric begins so",
                      "jsctl stats without a prefix shows all there are"});
  }
  call.reply(call.items(rows) + call.result(control::StatsSummary{rows.size()}));
}

}  // namespace jetstream::daemon
