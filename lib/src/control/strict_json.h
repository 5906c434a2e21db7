// SPDX-License-Identifier: MIT
//
// Only the codecs of this folder include this header: it brings all of nlohmann with it.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "jetstream/result.h"

namespace jetstream::control {

/// Keeps the order of keys, so that people read fields in the order they are documented in.
using Json = nlohmann::ordered_json;

/// Reads one JSON value as RFC 8259 has it and, other than nlohmann, refuses objects that name a
/// key twice and values nested deeper than `depth_max`. The error is a phrase for people.
Result<Json, std::string> parse_strict(std::string_view text, std::size_t depth_max);

/// The text of a value, with bytes that are no UTF-8 replaced.
std::string dump(const Json& value);

}  // namespace jetstream::control
