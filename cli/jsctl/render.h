// SPDX-License-Identifier: MIT
//
// Answers as people read them. Machines take --json.
#pragma once

#include <string>
#include <vector>

#include "jetstream/control.h"
#include "jsctl/table.h"

namespace jetstream::jsctl {

std::string render(const control::StatusReport& report);
std::string render(const std::vector<control::SessionRow>& rows, const Layout& layout);
std::string render(const std::vector<control::SessionDetail>& details, const Layout& layout);
std::string render(const std::vector<control::LimitRow>& rows, const Layout& layout);
std::string render(const std::vector<control::LimitSuggestionRow>& rows, const Layout& layout);
std::string render(const std::vector<control::CloseRow>& rows, const Layout& layout);
std::string render(const std::vector<control::CommandRow>& rows, const Layout& layout);
std::string render(const std::vector<control::ClosedRow>& rows, const Layout& layout);
std::string render(const std::vector<control::SourceRow>& rows, const Layout& layout);
std::string render(const control::SourceResetReport& report);
std::string render(const control::ExplainReport& report);
std::string render(const std::vector<control::BanRow>& rows, const Layout& layout);
std::string render(const control::BanReport& report);
std::string render(const control::BanClearReport& report);
std::string render(const control::BanLoadedReport& report);
std::string render(const control::DrainReport& report);
std::string render(const control::LogLevelReport& report);
std::string render(const control::LogOverrideRow& row);
/// One line.
std::string render(const control::EventRow& row);
std::string render(const std::vector<control::EventRow>& rows, const Layout& layout);
/// What standard error says of a gap.
std::string render_gap(const control::EventRow& row);
std::string render(const control::ConfigReloadReport& report);
/// What is wrong with a configuration: place, message, the line with carets, and help.
std::string render(const std::vector<control::ConfigProblemRow>& problems);
/// `about_live`: whether that was asked, and not whether new clients are welcome.
std::string render(const control::HealthReport& report, const std::vector<control::HealthRow>& rows,
                   bool about_live);
std::string render(const control::WaitReport& report);
std::string render(const control::MetricsReport& report);
std::string render(const std::vector<control::StatRow>& rows, const Layout& layout);

}  // namespace jetstream::jsctl
