// SPDX-License-Identifier: MIT
#include "jsctl/debug_bundle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <vector>

#include "ipc/file_descriptor.h"
#include "jsctl/address_mask.h"
#include "jsctl/exchange.h"
#include "jsctl/facts.h"
#include "jsctl/table.h"
#include "jsctl/tar_writer.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// Sessions in the bundle: enough to see what they are like.
constexpr std::uint64_t kSessionsMax = 100;
/// The newest events, far more than anybody reads.
constexpr std::size_t kEventBytesMax = 4 << 20;

struct Part {
  std::string name;
  std::string text;
  std::string problem;  ///< Why it is not all of it; empty if it is.
};

struct Question {
  const char* name;
  CommandId command;
  control::Args args;
};

/// No fields that say who the peers are.
control::SessionListArgs session_args() {
  control::SessionListArgs args;
  args.limit = kSessionsMax;
  args.fields = {"id",       "state",   "suite",        "created_at",
                 "age_ms",   "idle_ms", "streams_open", "rx_bytes",
                 "tx_bytes", "rtt_us",  "cwnd_bytes",   "packets_lost"};
  return args;
}

std::vector<Question> questions() {
  control::ConfigShowArgs config;
  config.origin = true;
  control::BanListArgs bans;
  bans.limit = 1;
  return {{"version.json", CommandId::kHello, control::NoArgs{}},
          {"status.json", CommandId::kStatus, control::NoArgs{}},
          {"health.json", CommandId::kHealth, control::HealthArgs{}},
          {"config.json", CommandId::kConfigShow, config},
          {"drain.json", CommandId::kDrainStatus, control::NoArgs{}},
          {"sessions.json", CommandId::kSessionList, session_args()},
          {"limits.json", CommandId::kLimitShow, control::LimitShowArgs{}},
          {"bans.json", CommandId::kBanList, bans},
          {"metrics.txt", CommandId::kMetrics, control::NoArgs{}}};
}

std::string in_words(const Problem& problem) {
  return problem.what + (problem.why.empty() ? "" : ": " + problem.why);
}

Part ask(const Invocation& invocation, const Question& question) {
  Part part{question.name, "", ""};
  const control::Request request{{}, question.command, question.args};
  auto exchange = Exchange::open(invocation);
  const auto answer = exchange ? exchange->ask(request) : unexpected(exchange.error());
  if (!answer || answer->failure) {
    part.problem = in_words(answer ? problem_of(*answer->failure) : answer.error());
    return part;
  }
  if (question.command == CommandId::kMetrics) {
    const auto report = exchange->read<control::MetricsReport>(answer->data);
    if (report) part.text = report->text;
    if (!report) part.problem = in_words(report.error());
    return part;
  }
  // Of bans only how many there are.
  const bool items =
      control::spec_of(question.command).items && question.command != CommandId::kBanList;
  part.text =
      control::write_document(answer->schema, items ? &answer->items : nullptr, answer->data);
  return part;
}

Part ask_events(const Invocation& invocation) {
  Part part{"events.ndjson", "", ""};
  control::EventsArgs args;
  args.no_follow = true;
  auto exchange = Exchange::open(invocation);
  if (!exchange) {
    part.problem = in_words(exchange.error());
    return part;
  }
  const auto answer = exchange->follow({{}, CommandId::kEvents, args}, [&](const std::string& row) {
    part.text += row + '\n';
    if (part.text.size() > 2 * kEventBytesMax) part.text.erase(0, kEventBytesMax);
    return true;
  });
  for (const std::string& item : answer ? answer->items : std::vector<std::string>()) {
    part.text += item + '\n';
  }
  if (!answer) part.problem = in_words(answer.error());
  if (answer && answer->failure) part.problem = in_words(problem_of(*answer->failure));
  if (part.text.size() > kEventBytesMax) {
    part.text.erase(0, part.text.find('\n', part.text.size() - kEventBytesMax) + 1);
    part.problem = "only the newest ones";
  }
  return part;
}

std::string utc(std::time_t when, const char* format) {
  std::tm broken_down{};
  ::gmtime_r(&when, &broken_down);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), format, &broken_down);
  return text.data();
}

/// What stands in front of everything else: who made this, and what is not in it.
Part about(std::time_t now, const std::vector<Part>& parts, bool with_addresses) {
  utsname machine{};
  ::uname(&machine);
  std::string text = "jsctl " JS_VERSION ", " + utc(now, "%Y-%m-%dT%H:%M:%SZ") + '\n' +
                     machine.sysname + ' ' + machine.release + ' ' + machine.version + ' ' +
                     machine.machine + '\n';
  text += with_addresses ? "IP addresses: as they are\n"
                         : "IP addresses: each one has a name instead, the same everywhere\n";
  text += "not in it: keys, credentials, the names and identities of peers in sessions.json\n";
  for (const Part& part : parts) {
    if (!part.problem.empty()) text += part.name + ": " + part.problem + '\n';
  }
  return {"about.txt", text, ""};
}

Problem cannot_write(const std::string& file, int error) {
  Problem problem{kFailed, "cannot write " + file + ": " + std::generic_category().message(error),
                  "", "another file name"};
  if (error == EEXIST) problem.why = "nothing that exists is overwritten";
  return problem;
}

/// Nobody else may read it, not even for a moment, and nothing is written over.
std::optional<Problem> write_new(const std::string& file, std::string_view bytes) {
  const ipc::FileDescriptor out(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out) return cannot_write(file, errno);
  while (!bytes.empty()) {
    const ssize_t size = ::write(out.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      const int error = size < 0 ? errno : ENOSPC;
      ::unlink(file.c_str());
      return cannot_write(file, error);
    }
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return std::nullopt;
}

/// The answer tells who asks. Every part is open to role read by itself; all of them together, put
/// into a file that is meant for others, are an administrator's to give away.
std::optional<Problem> lacks_admin(const Invocation& invocation) {
  auto exchange = Exchange::open(invocation);
  if (!exchange) return exchange.error();
  const auto answer = exchange->ask({{}, CommandId::kHello, control::NoArgs{}});
  if (!answer) return answer.error();
  if (answer->failure) return problem_of(*answer->failure);
  const auto hello = exchange->read<control::HelloReport>(answer->data);
  if (!hello) return hello.error();
  if (hello->role == control::to_string(control::Access::kAdmin)) return std::nullopt;
  return Problem{kNotPermitted,
                 "debug bundle needs role admin; you (uid " + std::to_string(hello->uid) +
                     ") have " + hello->role,
                 "it gathers what is meant to be given to others", "sudo, or ask an administrator"};
}

std::string contents(const std::string& file, const std::vector<Part>& parts, std::size_t bytes) {
  std::string text;
  for (const Part& part : parts) {
    text += part.name + std::string(part.name.size() < 16 ? 16 - part.name.size() : 1, ' ') +
            human_bytes(part.text.size()) +
            (part.problem.empty() ? "" : "   incomplete: " + printable(part.problem)) + '\n';
  }
  return text + printable(file) + ": " + human_bytes(bytes) +
         ", for your eyes only; look through it before you send it to anybody (tar -xf)\n";
}

}  // namespace

Outcome write_bundle(const Invocation& invocation, const BundleOptions& options) {
  if (const auto refused = lacks_admin(invocation)) return to_outcome(*refused);
  std::vector<Part> parts;
  for (const Question& question : questions()) parts.push_back(ask(invocation, question));
  parts.push_back(ask_events(invocation));
  const std::time_t now = std::time(nullptr);
  parts.insert(parts.begin(), about(now, parts, options.with_addresses));

  AddressMask mask;
  TarWriter tar(now);
  const std::string folder = "jetstreamd-debug-" + utc(now, "%Y%m%dT%H%M%SZ") + '/';
  for (Part& part : parts) {
    if (!options.with_addresses) part.text = mask.apply(part.text);
    tar.add(folder + part.name, part.text);
  }
  const std::string archive = tar.finish();
  if (const auto failed = write_new(options.file, archive)) return to_outcome(*failed);
  return {kDone, contents(options.file, parts, archive.size()), ""};
}

}  // namespace jetstream::jsctl
