// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"

#include <algorithm>

#include "base/units.h"

namespace jetstream::jsctl {
namespace {

const CLI::Validator kSessionIdCheck(
    [](std::string& text) {
      return control::parse_session_id(text) ? std::string()
                                             : "\"" + text + "\" is no decimal session id";
    },
    "ID");

}  // namespace

CLI::App* Grammar::add(CLI::App& parent, const std::string& name, control::CommandId command,
                       MakeArgs make_args) {
  CLI::App* sub = parent.add_subcommand(name, std::string(control::spec_of(command).doc));
  sub->callback([this, command, make_args = std::move(make_args)] {
    chosen_ = true;
    invocation.request = {{}, command, make_args()};
  });
  return sub;
}

CLI::App* Grammar::add_own(CLI::App& parent, const std::string& name, const std::string& doc,
                           std::function<Outcome(const Invocation&, std::size_t width)> run) {
  CLI::App* sub = parent.add_subcommand(name, doc);
  sub->callback([this, run = std::move(run)] {
    chosen_ = true;
    invocation.run = run;
  });
  return sub;
}

std::string arg_doc(control::CommandId command, std::string_view name) {
  for (const control::ArgSpec& arg : control::spec_of(command).args) {
    if (arg.name == name) return std::string(arg.doc);
  }
  return "";
}

CLI::Option* add_ids(CLI::App* sub, control::CommandId command, std::vector<std::string>& texts) {
  return sub->add_option("ID", texts, arg_doc(command, "ids"))->check(kSessionIdCheck);
}

std::vector<SessionId> session_ids(const std::vector<std::string>& texts) {
  std::vector<SessionId> ids;
  for (const std::string& text : texts) {
    const SessionId id = *control::parse_session_id(text);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

std::optional<std::uint64_t> parse_time(std::string_view text, std::uint64_t max) {
  const auto nanoseconds = base::parse_duration(text);
  if (!nanoseconds || *nanoseconds < 0) return std::nullopt;
  const std::uint64_t ms = static_cast<std::uint64_t>(*nanoseconds) / 1'000'000;
  if (ms < 1 || ms > max) return std::nullopt;
  return ms;
}

std::optional<std::uint64_t> parse_ban_time(std::string_view text) {
  return parse_time(text, control::kBanMsMax);
}

CLI::Option* add_ban_time(CLI::App* sub, const std::string& name, std::string& text,
                          const std::string& doc) {
  static const CLI::Validator kCheck(
      [](const std::string& given) {
        return parse_ban_time(given) ? "" : "write 10m, 12h or 7d; at most ten years";
      },
      "");
  return sub->add_option(name, text, doc)->type_name("TIME")->check(kCheck);
}

const CLI::Validator& timeout_check() {
  static const CLI::Validator kTimeoutCheck(
      [](std::string& text) {
        return parse_timeout(text)
                   ? std::string()
                   : "\"" + text + "\" is no time from 1ms to 24h, such as 5s or 2m";
      },
      "");
  return kTimeoutCheck;
}

}  // namespace jetstream::jsctl
