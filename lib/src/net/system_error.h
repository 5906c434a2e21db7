// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

#include "jetstream/result.h"

namespace jetstream::net {

/// `what` and what errno says about it, as a refusal.
inline tl::unexpected<Error> refuse_errno(const std::string& what, int error = errno) {
  return refuse(LocalCode::kSystem, what + ": " + std::generic_category().message(error));
}

}  // namespace jetstream::net
