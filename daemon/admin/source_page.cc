// SPDX-License-Identifier: MIT
#include "daemon/admin/source_page.h"

#include <algorithm>

#include "daemon/admin/explain_report.h"

namespace jetstream::daemon {
namespace {

/// The most limited first.
bool before(const control::SourceRow& a, const control::SourceRow& b) {
  if (a.handshakes_limited != b.handshakes_limited) {
    return a.handshakes_limited > b.handshakes_limited;
  }
  return a.sessions != b.sessions ? a.sessions > b.sessions : a.source < b.source;
}

}  // namespace

SourcePage source_page(const std::vector<std::vector<SourceInfo>>& parts, bool all,
                       std::size_t limit, const ClockReading& clocks) {
  std::vector<const SourceInfo*> infos;
  for (const std::vector<SourceInfo>& part : parts) {
    for (const SourceInfo& info : part) infos.push_back(&info);
  }
  std::sort(infos.begin(), infos.end(),
            [](const auto* a, const auto* b) { return a->block.ip < b->block.ip; });
  SourcePage page{.rows = {}, .limited = 0, .sources = 0};
  std::vector<SourceInfo> of_one;
  for (auto at = infos.begin(); at != infos.end();) {
    of_one.clear();
    const auto& ip = (*at)->block.ip;
    for (; at != infos.end() && (*at)->block.ip == ip; ++at) of_one.push_back(**at);
    ++page.sources;
    control::SourceRow row = source_row(of_one, parts.size(), clocks);
    const bool limited = is_limited(row);
    page.limited += limited ? 1 : 0;
    if (limited || all) page.rows.push_back(std::move(row));
  }
  const std::size_t shown = std::min(page.rows.size(), limit);
  std::partial_sort(page.rows.begin(), page.rows.begin() + static_cast<std::ptrdiff_t>(shown),
                    page.rows.end(), before);
  page.rows.resize(shown);
  return page;
}

}  // namespace jetstream::daemon
