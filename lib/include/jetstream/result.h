// SPDX-License-Identifier: MIT
#pragma once

#include <tl/expected.hpp>

#include "jetstream/error.h"

namespace jetstream {

/// A value, or the reason why there is none. Members are those of std::expected (C++23); ignoring
/// one is a warning, and warnings are errors here.
template <class T = void, class E = Error>
class [[nodiscard]] Result : public tl::expected<T, E> {
 public:
  using tl::expected<T, E>::expected;
};

/// `return unexpected(Error{...});`
template <class E>
constexpr tl::unexpected<E> unexpected(E error) {
  return tl::unexpected<E>(std::move(error));
}

/// `return refuse(LocalCode::kUnknownStream, "no such stream");`
inline tl::unexpected<Error> refuse(LocalCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace jetstream
