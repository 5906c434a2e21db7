// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {

std::string render(const control::LogLevelReport& report) {
  if (report.level == report.previous) return report.level + "\n";
  return report.level + ", before " + report.previous + "\n";
}

}  // namespace jetstream::jsctl
