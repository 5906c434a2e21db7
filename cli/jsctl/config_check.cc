// SPDX-License-Identifier: MIT
#include "jsctl/config_check.h"

#include <unistd.h>

#include <cerrno>

#include "daemon/config/config.h"
#include "daemon/config/config_problems.h"
#include "jetstream/control.h"
#include "jsctl/facts.h"

namespace jetstream::jsctl {
namespace {

using control::ConfigProblemRow;
using daemon::ConfigErrors;

/// Whoever checks need not be the user that the daemon runs as.
bool may_not_read(const std::filesystem::path& path) {
  return ::access(path.c_str(), R_OK) != 0 && errno == EACCES;
}

ConfigErrors findings_of(const std::string& file) {
  auto config = daemon::load_config(file);
  if (!config) return config.error();
  ConfigErrors findings = daemon::warnings_of(file, *config);
  const auto clients = daemon::read_authorized_clients(file, *config);
  if (!clients) {
    for (daemon::Diagnostic one : clients.error().list) {
      if (may_not_read(config->authorized_clients_file)) {
        one.subject.fault = daemon::Fault::kUnchecked;
        one.help = "the daemon runs as another user, who must be able to read it";
      }
      findings.list.push_back(std::move(one));
    }
    findings.sort();
  }
  return findings;
}

/// As a pipeline wants it: in properties commas and colons are written in hex as well.
std::string escaped(std::string_view text, std::string_view specials) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (specials.find(c) == std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string annotation(const ConfigProblemRow& row) {
  constexpr std::string_view kInText = "%\r\n";
  constexpr std::string_view kInProperty = "%\r\n:,";
  std::string out = "::" + row.severity + " file=" + escaped(row.file.value_or(""), kInProperty);
  if (row.line) {
    out += ",line=" + number(*row.line) + ",col=" + number(row.column.value_or(1)) +
           ",endColumn=" + number(row.end_column.value_or(1));
  }
  out += ",title=" + escaped(row.code, kInProperty);
  return out + "::" + escaped(row.message + (row.help ? "\n" + *row.help : ""), kInText) + "\n";
}

std::string document(const ConfigErrors& findings, const std::vector<ConfigProblemRow>& rows) {
  const std::size_t errors = findings.error_count();
  std::vector<std::string> items;
  for (const ConfigProblemRow& row : rows) items.push_back(control::write_report(row));
  const control::ConfigCheckReport report{findings.file, errors == 0, errors,
                                          findings.list.size() - errors};
  return control::write_document("jetstreamd.config.check/1", &items,
                                 control::write_report(report));
}

}  // namespace

Outcome check_config(const std::string& file, CheckFormat format) {
  const ConfigErrors findings = findings_of(file);
  const bool valid = findings.error_count() == 0;
  Outcome outcome{valid ? kDone : kBadConfig, "", ""};
  switch (format) {
    case CheckFormat::kJson:
      outcome.out = document(findings, daemon::problem_rows(findings));
      break;
    case CheckFormat::kGithub:
      for (const ConfigProblemRow& row : daemon::problem_rows(findings)) {
        outcome.out += annotation(row);
      }
      break;
    case CheckFormat::kText:
      outcome.err = printable_lines(valid ? findings.shown() : findings.text());
      if (valid) outcome.out = printable(file) + ": ok\n";
      break;
  }
  return outcome;
}

}  // namespace jetstream::jsctl
