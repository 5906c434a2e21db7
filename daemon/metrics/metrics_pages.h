// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "daemon/health/snapshot.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

struct HttpPage {
  unsigned status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// What the metrics server answers, without its sockets.
class MetricsPages {
 public:
  void publish(Instant now, std::shared_ptr<const Snapshot> snapshot);
  /// Of a request's path; 404 if there is none.
  HttpPage page(Instant now, std::string_view path);

 private:
  HttpPage livez(Instant now) const;
  HttpPage readyz(Instant now) const;
  bool stale(Instant now) const;

  std::shared_ptr<const Snapshot> snapshot_;
  Instant published_at_;
  std::string metrics_;  // made when somebody asks, once for each snapshot
};

}  // namespace jetstream::daemon
