// SPDX-License-Identifier: MIT
#pragma once

#include "tidy/checks.h"

namespace jetstream::tidy {

/// One numbered requirement of docs/PROTOCOL.md: "[PKT-3] A receiver MUST ...".
struct Requirement {
  std::string id;
  std::string text;
};

std::vector<Requirement> requirements_of(const Tree& tree);

/// Ids count up from 1 for every prefix, and every requirement has exactly one MUST.
Findings check_requirements(const Tree& tree);
/// No code or test cites a requirement that does not exist.
Findings check_citations(const Tree& tree);
/// Every requirement is cited where it is met (lib, daemon, cli) and where that is proven (tests).
Findings check_coverage(const Tree& tree);

}  // namespace jetstream::tidy
