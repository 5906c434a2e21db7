// SPDX-License-Identifier: MIT
//
// The words that fields can have which are enumerators. A filter by any other word would silently
// let nothing through, or with "!=" everything.
#pragma once

#include <span>
#include <string_view>

namespace jetstream::control {

/// Of "state", "suite", "reason", "code" and "by"; none for fields that can have any text.
/// "unknown" is one where the peer chooses the number.
std::span<const std::string_view> choices_of(std::string_view field);

}  // namespace jetstream::control
