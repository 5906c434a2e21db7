// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/control.h"
#include "jsctl/humanize.h"

namespace jetstream::jsctl {

/// Lines of a name and a value below a title.
class Facts {
 public:
  explicit Facts(std::string title) : text_(printable(title) + '\n') {}
  void add(std::string_view name, const std::string& value) {
    constexpr std::size_t kNameWidth = 12;
    text_ += "  " + std::string(name) + std::string(kNameWidth - name.size(), ' ') +
             printable(value) + '\n';
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string number(std::uint64_t value);
/// Several lines, each of them printable, with a line end behind the last one.
std::string printable_lines(std::string_view text);
/// "normal 3, timeout 1": what is zero is no news.
std::string counts(const control::NamedCounts& named);
/// "a, b", or "-".
std::string join(const std::vector<std::string>& words);
/// "114 MiB in 100000 datagrams".
std::string traffic(std::uint64_t bytes, std::uint64_t count, const std::string& unit);

}  // namespace jetstream::jsctl
