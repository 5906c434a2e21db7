// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jetstream::control {

/// "did you mean \"limit\"?" if one of `candidates` is close enough to what was typed to be meant:
/// at most one edit in three characters.
std::optional<std::string> did_you_mean(std::string_view typed,
                                        std::span<const std::string_view> candidates);

}  // namespace jetstream::control
