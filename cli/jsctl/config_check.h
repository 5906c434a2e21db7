// SPDX-License-Identifier: MIT
//
// Looks at a configuration with the daemon's own loader: no daemon needs to run, nothing is written
// and nothing bound.
#pragma once

#include <string>

#include "jsctl/outcome.h"

namespace jetstream::jsctl {

/// Who reads what is found.
enum class CheckFormat {
  kText,    ///< People: errors and warnings on standard error, as the daemon tells them.
  kJson,    ///< Programs: one document.
  kGithub,  ///< The annotations of a pipeline, a line each.
};

/// Everything that is wrong with a file; kBadConfig if a daemon would refuse it. What is only a
/// warning does no harm to the exit code.
Outcome check_config(const std::string& file, CheckFormat format);

}  // namespace jetstream::jsctl
