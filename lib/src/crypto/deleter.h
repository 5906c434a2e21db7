// SPDX-License-Identifier: MIT
#pragma once

namespace jetstream::crypto {

/// For std::unique_ptr of a C library's object that a function frees.
template <auto kFree>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

}  // namespace jetstream::crypto
