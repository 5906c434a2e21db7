// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace jetstream::daemon {

/// How a part of the backend gives its answer: to be called exactly once, on the thread that asked,
/// before or after the call returns. Sessions live on worker threads, so whoever asked copes with
/// an answer that comes late or, when the process ends, never.
template <class T>
using Done = std::function<void(T)>;

}  // namespace jetstream::daemon
