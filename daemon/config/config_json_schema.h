// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace jetstream::daemon {

/// The configuration file as a JSON Schema (draft 2020-12), made from the key table, for editors
/// and pipelines. The daemon checks more: ranges of values with units, and what has to fit
/// together. To be read as YAML 1.2, where `off` is a word.
std::string config_json_schema();

}  // namespace jetstream::daemon
