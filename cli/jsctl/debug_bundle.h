// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "jsctl/args.h"

namespace jetstream::jsctl {

struct BundleOptions {
  std::string file;
  bool with_addresses = false;
};

/// `jsctl debug bundle`: asks for all that helps somebody else to find out what is wrong, and puts
/// it into a new file that only the caller can read. What is not answered is noted in it.
Outcome write_bundle(const Invocation& invocation, const BundleOptions& options);

}  // namespace jetstream::jsctl
