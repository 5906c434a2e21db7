// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jetstream::daemon {

/// Bytes of a request, header and all. Prometheus sends some 300, kubelet 150.
inline constexpr std::size_t kHttpRequestBytesMax = 8 * 1024;

/// What became of the bytes of a request so far.
enum class HttpInput : std::uint8_t {
  kMore,      ///< The header is not complete yet.
  kComplete,  ///< It is, and `path` says what is asked for.
  kRefused,   ///< `status` says why.
};

struct HttpRequest {
  HttpInput input = HttpInput::kMore;
  std::string path;     ///< Without the query.
  bool head = false;    ///< Only the header is wanted.
  unsigned status = 0;  ///< 400, 405, 413, 431 or 505.
};

/// Reads what there is of one request (RFC 9112): GET and HEAD without a body, nothing else. What
/// the fields say does not matter, but they have to be lines.
HttpRequest read_http_request(std::string_view bytes);

/// A whole answer, after which the connection is closed.
std::string write_http_answer(unsigned status, std::string_view content_type, std::string_view body,
                              bool head);

}  // namespace jetstream::daemon
