// SPDX-License-Identifier: MIT
#include "jsctl/stream.h"

#include <unistd.h>

#include <csignal>

#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

/// Every line is out when the next one is waited for, so nothing is lost here.
extern "C" void end_by_interrupt(int) { ::_exit(kDone); }

bool print(std::FILE* file, const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

/// Prints one event; false if there is nobody to read it.
bool print_event(const Invocation& invocation, const StreamOutput& output,
                 const control::EventRow& row, const std::string& data) {
  if (row.type == control::kStreamGap && !print(output.err, render_gap(row))) return false;
  if (invocation.json || invocation.form == Form::kNdjson) return print(output.out, data + '\n');
  if (row.type == control::kStreamGap || row.type == control::kStreamBegin) return true;
  return print(output.out, render(row));
}

}  // namespace

Outcome run_stream(const Invocation& invocation, const StreamOutput& output) {
  std::signal(SIGINT, end_by_interrupt);
  auto exchange = Exchange::open(invocation);
  if (!exchange) return to_outcome(exchange.error());
  std::optional<Problem> problem;
  bool begun = false;
  const auto answer = exchange->follow(invocation.request, [&](const std::string& data) {
    begun = true;
    const auto row = exchange->read<control::EventRow>(data);
    if (!row) {
      problem = row.error();
    } else if (!print_event(invocation, output, *row, data)) {
      problem = Problem{kFailed, "cannot write what comes", "", ""};
    }
    return !problem;
  });
  if (problem) return to_outcome(*problem);
  if (!answer && begun && answer.error().code == kNotRunning) {
    return to_outcome({kNotRunning,
                       "the stream ended because jetstreamd at " + invocation.socket + " closed it",
                       "it was stopped or crashed, or this side read nothing for too long",
                       "systemctl status jetstreamd"});
  }
  if (!answer) return to_outcome(answer.error());
  if (answer->failure) return to_outcome(problem_of(*answer->failure, invocation.expression));
  return {};
}

}  // namespace jetstream::jsctl
