// SPDX-License-Identifier: MIT
#include "daemon/metrics/http_request.h"

#include <catch2/catch.hpp>

#include "daemon/metrics/metrics_pages.h"

using namespace jetstream;
using namespace jetstream::daemon;
using namespace std::chrono_literals;

namespace {

unsigned status_of(const std::string& bytes) {
  const HttpRequest request = read_http_request(bytes);
  REQUIRE(request.input != HttpInput::kMore);
  return request.input == HttpInput::kComplete ? 200 : request.status;
}

std::string get(const std::string& fields) { return "GET /metrics HTTP/1.1\r\n" + fields + "\r\n"; }

}  // namespace

TEST_CASE("a request is read once its header is complete, in whatever pieces it comes") {
  const std::string whole =
      "GET /readyz?verbose=1 HTTP/1.1\r\nHost: [::1]:9464\r\nAccept: */*\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(read_http_request(whole.substr(0, size)).input == HttpInput::kMore);
  }
  const HttpRequest request = read_http_request(whole);
  CHECK(request.input == HttpInput::kComplete);
  CHECK(request.path == "/readyz");
  CHECK_FALSE(request.head);
  CHECK(read_http_request("HEAD / HTTP/1.0\r\n\r\n").head);
}

TEST_CASE("everything but GET and HEAD without a body is refused by its status") {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "CONNECT"}) {
    CHECK(status_of(std::string(method) + " /metrics HTTP/1.1\r\n\r\n") == 405);
  }
  CHECK(status_of(get("Content-Length: 0\r\n")) == 200);
  CHECK(status_of(get("Content-Length: 1\r\n")) == 413);
  CHECK(status_of(get("content-LENGTH: 0, 5\r\n")) == 413);
  CHECK(status_of(get("Transfer-Encoding: chunked\r\n")) == 413);
  CHECK(status_of("GET / HTTP/2.0\r\n\r\n") == 505);
  for (const char* line : {"", "GET", "GET /", "GET  HTTP/1.1", "GET metrics HTTP/1.1",
                           "GET http://a/metrics HTTP/1.1", "GET / a HTTP/1.1", "G@T / HTTP/1.1",
                           "GET /\x80 HTTP/1.1", "GET / FTP/1.1", " GET / HTTP/1.1"}) {
    INFO(line);
    CHECK(status_of(std::string(line) + "\r\n\r\n") == 400);
  }
}

TEST_CASE("fields that are no lines are refused") {
  CHECK(status_of(get("Host: a\r\n")) == 200);
  CHECK(status_of(get("Host\r\n")) == 400);
  CHECK(status_of(get(": a\r\n")) == 400);
  CHECK(status_of(get("Host : a\r\n")) == 400);
  CHECK(status_of(get(" folded: a\r\n")) == 400);
  CHECK(status_of(get("Host: a\rX: b\r\n")) == 400);
  CHECK(status_of(get(std::string("Host: a\0b\r\n", 11))) == 400);
}

TEST_CASE("a header may have 8 KiB and not a byte more") {
  const auto sized = [](std::size_t size) {
    const std::string frame = get("A: \r\n");
    return get("A: " + std::string(size - frame.size(), 'x') + "\r\n");
  };
  REQUIRE(sized(kHttpRequestBytesMax).size() == kHttpRequestBytesMax);
  CHECK(status_of(sized(kHttpRequestBytesMax)) == 200);
  CHECK(status_of(sized(kHttpRequestBytesMax + 1)) == 431);
  CHECK(status_of(std::string(kHttpRequestBytesMax, 'x')) == 431);
  CHECK(read_http_request(std::string(kHttpRequestBytesMax - 1, 'x')).input == HttpInput::kMore);
}

TEST_CASE("an answer tells its length, and to a HEAD nothing else") {
  const std::string answer = write_http_answer(200, "text/plain", "hello", false);
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answer.find("\r\nContent-Length: 5\r\n") != std::string::npos);
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\nhello"));
  CHECK(write_http_answer(200, "text/plain", "hello", true).ends_with("\r\n\r\n"));
  CHECK(write_http_answer(405, "text/plain", "", false).find("\r\nAllow: GET, HEAD\r\n") !=
        std::string::npos);
}

TEST_CASE("pages tell what is found, live and ready apart") {
  MetricsPages pages;
  const Instant now{100s};
  CHECK(pages.page(now, "/livez").status == 200);
  CHECK(pages.page(now, "/readyz").status == 503);
  CHECK(pages.page(now, "/metrics").status == 503);

  auto snapshot = std::make_shared<Snapshot>();
  pages.publish(now, snapshot);
  CHECK(pages.page(now, "/livez").body == "live\n");
  CHECK(pages.page(now, "/readyz").body == "ready\n");
  CHECK(pages.page(now, "/metrics").status == 200);
  for (const char* path : {"/", "/metrics/", "/Metrics", "/livez/x", ""}) {
    CHECK(pages.page(now, path).status == 404);
  }

  snapshot = std::make_shared<Snapshot>();
  snapshot->findings = {{HealthCode::kDraining, "draining, 3 sessions left", now},
                        {HealthCode::kSocketDrops, "7", now}};
  pages.publish(now, snapshot);
  CHECK(pages.page(now, "/livez").status == 200);
  CHECK(pages.page(now, "/readyz").status == 503);
  CHECK(pages.page(now, "/readyz").body ==
        "not ready\nnotice draining: draining, 3 sessions left\n"
        "warning socket_drops: 7 (hidden while worker_stalled holds)\n");

  snapshot = std::make_shared<Snapshot>();
  snapshot->findings = {{HealthCode::kWorkerStalled, "worker 2", now}};
  pages.publish(now, snapshot);
  CHECK(pages.page(now, "/livez").status == 503);
  CHECK(pages.page(now, "/readyz").status == 503);
}

TEST_CASE("a main loop that tells nothing for five seconds is not alive, and its figures stay") {
  MetricsPages pages;
  const Instant now{100s};
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->sessions_max = 4711;
  pages.publish(now, snapshot);
  CHECK(pages.page(now + 5s - 1ns, "/livez").status == 200);
  CHECK(pages.page(now + 5s, "/livez").status == 503);
  CHECK(pages.page(now + 5s, "/readyz").body ==
        "not ready\nerror main_stalled: the main loop has not moved for 5 s\n");
  CHECK(pages.page(now + 60s, "/metrics").body.find("jetstreamd_sessions_max 4711\n") !=
        std::string::npos);
  pages.publish(now + 60s, snapshot);
  CHECK(pages.page(now + 60s, "/livez").status == 200);
}
