// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"

#include <algorithm>

#include "base/assert.h"
#include "base/units.h"

namespace jetstream::jsctl {
namespace {

const CLI::Validator kSessionIdCheck(
    [](std::string& text) {
      return control::parse_session_id(text) ? std::string()
                                             : "\"" + text + "\" is no decimal session id";
    },
    "ID");

const control::ArgSpec* find_arg(control::CommandId command, std::string_view name) {
  for (const control::ArgSpec& arg : control::spec_of(command).args) {
    if (arg.name == name) return &arg;
  }
  return nullptr;
}

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
  const control::ArgSpec* arg = find_arg(command, name);
  return arg == nullptr ? "" : std::string(arg->doc);
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

CLI::Option* add_filter(CLI::App* sub, control::CommandId command,
                        std::vector<std::string>& words) {
  return sub->add_option("FILTER", words, arg_doc(command, "filter"))->type_name("");
}

std::optional<std::string> filter_text(const std::vector<std::string>& words,
                                       Invocation& invocation) {
  if (words.empty()) return std::nullopt;
  std::string& text = invocation.expression;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
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

CLI::Option* add_time(CLI::App* sub, const std::string& name, std::optional<std::uint64_t>& ms,
                      control::CommandId command, std::string_view arg) {
  const control::ArgSpec* spec = find_arg(command, arg);
  JS_ASSERT(spec != nullptr);
  const auto read = [spec](std::string_view text) -> std::optional<std::uint64_t> {
    const auto nanoseconds = base::parse_duration(text);
    if (!nanoseconds || *nanoseconds < 0) return std::nullopt;
    const std::uint64_t time = static_cast<std::uint64_t>(*nanoseconds) / 1'000'000;
    if (time < spec->min || time > spec->max) return std::nullopt;
    return time;
  };
  const auto check = [spec, read](const std::string& text) {
    const auto shown = [](std::uint64_t time) {
      return base::format_duration(static_cast<std::int64_t>(time) * 1'000'000);
    };
    return read(text) ? ""
                      : "\"" + text + "\" is no time from " + shown(spec->min) + " to " +
                            shown(spec->max) + ", such as 5s or 2m";
  };
  const auto take = [&ms, read](const std::string& text) { ms = read(text); };
  return sub->add_option_function<std::string>(name, take, std::string(spec->doc))
      ->type_name("TIME")
      ->check(CLI::Validator(check, ""));
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

const CLI::Validator& count_check() {
  static const CLI::Validator kCountCheck(
      [](const std::string& text) {
        const bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
        return digits ? "" : "\"" + text + "\" is no whole number";
      },
      "");
  return kCountCheck;
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
