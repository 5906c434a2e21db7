// SPDX-License-Identifier: MIT
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "daemon/app/app.h"
#include "daemon/config/config_docs.h"
#include "daemon/config/config_format.h"
#include "daemon/process/args.h"
#include "jetstream/standard_descriptors.h"

using namespace jetstream::daemon;

int main(int argc, char** argv) {
  jetstream::open_standard_descriptors();
  const auto parsed = parse_args(argc, argv);
  if (const auto* answer = std::get_if<Answer>(&parsed)) {
    std::fputs(answer->text.c_str(), answer->code == kExitOk ? stdout : stderr);
    return answer->code;
  }
  auto options = std::get<Options>(parsed);
  if (options.action == Action::kPrintDefaultConfig) {
    std::fputs(default_config_text().c_str(), stdout);
    return kExitOk;
  }
  // What runs tells others where its file is.
  if (options.action == Action::kRun) {
    std::error_code failed;
    const auto whole = std::filesystem::absolute(options.config_file, failed);
    if (!failed) options.config_file = whole;
  }
  auto config = load_config(options.config_file, options.overrides);
  if (!config) {
    ConfigErrors errors = config.error();
    // jsctl reads the same files, but has no such option.
    std::error_code ignored;
    if (std::filesystem::status(options.config_file, ignored).type() ==
        std::filesystem::file_type::not_found) {
      errors.list.front().help.insert(0, "name it with --config; ");
    }
    std::fputs(errors.text().c_str(), stderr);
    return kExitConfig;
  }
  if (const auto read = read_authorized_clients(options.config_file.string(), *config); !read) {
    std::fputs(read.error().text().c_str(), stderr);
    return kExitConfig;
  }
  if (options.action == Action::kCheck) {
    const ConfigErrors warnings = warnings_of(options.config_file.string(), *config);
    std::fputs(warnings.shown().c_str(), stderr);
    std::printf("%s: ok\n", options.config_file.c_str());
    return kExitOk;
  }
  if (options.action == Action::kDumpConfig) {
    std::fputs(to_yaml(*config, Shown::kEffective, true).c_str(), stdout);
    return kExitOk;
  }
  return run_daemon(options, std::move(*config));
}
