// SPDX-License-Identifier: MIT
#include "cli/jscat/commands.h"
#include "cli/jscat/dial.h"
#include "cli/jscat/pump.h"
#include "cli/jscat/text.h"

namespace jetstream::jscat {
namespace {

/// One stream has the session to itself, and all of its buffers are filled only as far as output or
/// the path holds data up. 4 MiB fill 1 Gbit/s over 32 ms.
SessionConfig session_config() {
  SessionConfig config;
  config.max_stream_data = 4 * 1024 * 1024;
  config.max_data = 2 * config.max_stream_data;
  config.message_bytes_max = config.max_stream_data;
  config.send_buffer_bytes_max = 4 * 1024 * 1024;
  return config;
}

void print_stats(const Console& console, const Pump& pump, const SessionInfo& info,
                 Duration elapsed) {
  const double seconds = std::max(to_seconds(elapsed), 1e-9);
  const auto sent = static_cast<double>(pump.bytes_sent());
  const auto received = static_cast<double>(pump.bytes_received());
  console.notes << "jscat: sent " << pump.bytes_sent() << " bytes (" << format_bytes(sent / seconds)
                << "/s), received " << pump.bytes_received() << " bytes ("
                << format_bytes(received / seconds) << "/s) in " << format_number(seconds, 3)
                << " s; rtt " << format_ms(info.smoothed_rtt) << " ms, " << info.packets_lost
                << " of " << info.packets_sent << " packets lost\n"
                << std::flush;
}

int end_with(const Failure& failure, const Console& console) {
  console.notes << to_text(failure) << std::flush;
  return failure.code;
}

}  // namespace

int run_connect(const ServerArgs& server, const ConnectArgs& args, const Console& console) {
  auto runner = Runner::open(server, session_config());
  if (!runner) return end_with(runner.error(), console);
  FileEnd in((*runner)->io(), console.in);
  EarlyInput early(**runner, in, args.stream);
  const auto dialed = dial(**runner, server, console, args.early ? &early : nullptr);
  if (!dialed) return end_with(dialed.error(), console);
  auto stream = early.stream();
  if (!dialed->early_taken) {
    const auto opened = (*runner)->endpoint().open_stream(dialed->session, args.stream);
    if (!opened) {
      return end_with({kExitTransport, "no stream to " + server.name, opened.error().message, ""},
                      console);
    }
    stream = *opened;
  }

  FileEnd out((*runner)->io(), console.out);
  const Instant started = (*runner)->now();
  Pump pump(**runner, in, out, dialed->session, *stream, args, server, console.notes);
  pump.begin_with(dialed->early_taken ? early.unsaid() : early.all(), early.over());
  pump.start();
  const int signal = (*runner)->run(pump);
  keep_tickets_of(**runner, dialed->session, server);
  const auto info = (*runner)->endpoint().info(dialed->session);
  if (args.stats && info) print_stats(console, pump, *info, (*runner)->now() - started);
  if (signal != 0) return kExitSignalBase + signal;
  return pump.failure() ? end_with(*pump.failure(), console) : kExitOk;
}

}  // namespace jetstream::jscat
