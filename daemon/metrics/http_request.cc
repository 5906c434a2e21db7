// SPDX-License-Identifier: MIT
#include "daemon/metrics/http_request.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

HttpRequest refuse_http(unsigned status) {
  return {.input = HttpInput::kRefused, .path = {}, .head = false, .status = status};
}

std::string_view phrase_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? x + ('a' - 'A') : x) == y;
  });
}

/// "Name: value". A body is announced by one of two names, and there is none to be had here.
unsigned check_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return 400;
  if (line.find_first_of(std::string_view("\0\r", 2)) != std::string_view::npos) return 400;
  const std::string_view name = line.substr(0, colon);
  if (same_word(name, "transfer-encoding")) return 413;
  if (!same_word(name, "content-length")) return 0;
  return line.find_first_not_of(" \t0", colon + 1) == std::string_view::npos ? 0 : 413;
}

HttpRequest read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse_http(400);
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || !is_visible(target) || !version.starts_with("HTTP/")) {
    return refuse_http(400);
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse_http(505);
  if (method != "GET" && method != "HEAD") return refuse_http(405);
  if (target.front() != '/') return refuse_http(400);
  return {.input = HttpInput::kComplete,
          .path = std::string(target.substr(0, target.find('?'))),
          .head = method == "HEAD",
          .status = 0};
}

}  // namespace

HttpRequest read_http_request(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, kHttpRequestBytesMax).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return bytes.size() >= kHttpRequestBytesMax ? refuse_http(431) : HttpRequest{};
  }
  const std::string_view header = bytes.substr(0, end);
  const std::size_t line_end = std::min(header.find("\r\n"), header.size());
  HttpRequest request = read_request_line(header.substr(0, line_end));
  if (request.input != HttpInput::kComplete) return request;
  std::string_view fields = header.substr(std::min(line_end + 2, header.size()));
  while (!fields.empty()) {
    const std::size_t next = std::min(fields.find("\r\n"), fields.size());
    if (const unsigned status = check_field(fields.substr(0, next)); status != 0) {
      return refuse_http(status);
    }
    fields.remove_prefix(std::min(next + 2, fields.size()));
  }
  return request;
}

std::string write_http_answer(unsigned status, std::string_view content_type, std::string_view body,
                              bool head) {
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " " + std::string(phrase_of(status));
  answer += "\r\nContent-Type: " + std::string(content_type);
  answer += "\r\nContent-Length: " + std::to_string(body.size());
  // What is told changes by the second, and some proxies keep even errors.
  answer += "\r\nCache-Control: no-store\r\nConnection: close\r\n";
  if (status == 405) answer += "Allow: GET, HEAD\r\n";
  answer += "\r\n";
  if (!head) answer += body;
  return answer;
}

}  // namespace jetstream::daemon
