// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace jetstream::control {

/// Looks at no field.
struct AnyField {
  void operator()(std::string_view, const auto&, std::string_view) const {}
};

/// A struct whose fields describe() knows, in its family's *_fields.h.
template <class T>
concept Described = requires(T& value) {
  // Found where it is used, by the struct's namespace.
  describe(value, AnyField{});
};

}  // namespace jetstream::control
