// SPDX-License-Identifier: MIT
#pragma once

namespace jetstream::base {

/// Says what was broken where, and ends the process.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace jetstream::base

/// A condition that only a bug in this program can break; checked in release builds too. Nothing
/// that came from the network may decide it.
#define JS_ASSERT(condition)    \
  (static_cast<bool>(condition) \
       ? void(0)                \
       : ::jetstream::base::assertion_failed(#condition, __FILE__, __LINE__))
