// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace jetstream::test {

/// Runs `io` until `done()` holds, ten seconds at most: what takes longer has failed.
inline bool run_until(asio::io_context& io, const std::function<bool()>& done) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  io.restart();
  while (!done() && std::chrono::steady_clock::now() < give_up) io.run_one_until(give_up);
  return done();
}

}  // namespace jetstream::test
