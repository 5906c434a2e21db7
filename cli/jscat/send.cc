// SPDX-License-Identifier: MIT
#include <algorithm>

#include "cli/jscat/commands.h"
#include "cli/jscat/dial.h"
#include "cli/jscat/load.h"

namespace jetstream::jscat {
namespace {

// What all send buffers together may hold, as far as the smallest ones allow.
constexpr std::uint64_t kSendBufferBytesTotal = 64 * 1024 * 1024;
constexpr std::uint64_t kSendBufferBytesMin = 64 * 1024;
constexpr std::uint64_t kSendBufferBytesMax = 1024 * 1024;

SessionConfig session_config(const SendArgs& args) {
  SessionConfig config;
  const std::uint64_t streams = args.sessions.value_or(1) * args.streams;
  config.send_buffer_bytes_max =
      std::clamp(kSendBufferBytesTotal / streams, kSendBufferBytesMin, kSendBufferBytesMax);
  return config;
}

std::unique_ptr<Load> make_load(Runner& runner, const ConnectOptions& options,
                                const SendArgs& args) {
  if (args.mode == LoadMode::kHandshakes) {
    return std::make_unique<HandshakeLoad>(runner, options, args);
  }
  if (args.mode == LoadMode::kIdle) return std::make_unique<IdleLoad>(runner, options, args);
  return std::make_unique<StreamLoad>(runner, options, args);
}

/// What did not go well, if anything.
std::optional<Failure> failure_of(const Load& load, const Report& report, const ServerArgs& server,
                                  const SendArgs& args) {
  if (load.goaway()) {
    return explain_goaway(server.name, "the load was cut short", *load.goaway());
  }
  if (report.sessions_failed + report.sessions_lost > 0) {
    return explain_close(server.name, load.loss().value_or(CloseInfo{}), server.timeout);
  }
  if (auto own = load.own_failure()) return own;
  if (const auto refusal = load.refusal()) return explain_reset(args.service, *refusal);
  if (report.streams_unopened > 0) {
    return Failure{kExitRemote,
                   std::to_string(report.streams_unopened) + " streams could not be opened",
                   "the server allows " + std::to_string(report.streams / report.sessions) +
                       " at a time in each session",
                   "fewer --streams, or more --sessions"};
  }
  if (report.streams_unfinished == 0) return std::nullopt;
  return Failure{kExitTransport, "not everything arrived in time", "",
                 "less load, or a longer --duration"};
}

}  // namespace

int run_send(const ServerArgs& server, const SendArgs& args, const Console& console) {
  const auto fail = [&console](const Failure& failure) {
    console.notes << to_text(failure) << std::flush;
    return failure.code;
  };
  auto runner = Runner::open(server, session_config(args));
  if (!runner) return fail(runner.error());
  EarlyStreams early(**runner, args);
  const auto dialed = dial(**runner, server, console, args.early ? &early : nullptr);
  if (!dialed) return fail(dialed.error());

  const auto load = make_load(**runner, dialed->options, args);
  if (dialed->early_taken) load->begin_with(early.streams());
  load->start(dialed->session);
  const int signal = (*runner)->run(*load);
  keep_tickets_of(**runner, dialed->session, server);
  const Report report = load->report();
  console.results << (args.json ? to_json(report) : to_text(report, server.name)) << std::flush;
  if (signal != 0) return kExitSignalBase + signal;
  const auto failure = failure_of(*load, report, server, args);
  return failure ? fail(*failure) : kExitOk;
}

}  // namespace jetstream::jscat
