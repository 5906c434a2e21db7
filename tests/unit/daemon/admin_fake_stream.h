// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon::testing {

/// What a caller sees of streams, and a way to leave them.
struct FakeStreams {
  struct Stream {
    std::vector<std::string> lines;
    std::string end;
    std::function<void()> gone;
    bool dropped = false;  ///< By the handlers.
    bool closed = false;   ///< With its connection.
  };

  /// As when the daemon ends: a stream that nobody has left would keep itself alive.
  ~FakeStreams() {
    for (const auto& stream : streams) leave(*stream);
  }

  OpenAdminStream opener() {
    return [this](const std::string& first, std::function<void()> gone) {
      auto stream = std::make_shared<Stream>();
      stream->lines.push_back(first);
      stream->gone = std::move(gone);
      streams.push_back(stream);
      return std::make_shared<Writer>(stream);
    };
  }

  /// As when the caller closes the connection.
  static void leave(Stream& stream) {
    const auto gone = std::exchange(stream.gone, nullptr);
    if (gone) gone();
  }

  std::vector<std::shared_ptr<Stream>> streams;

 private:
  class Writer final : public AdminStream {
   public:
    explicit Writer(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
    ~Writer() override { stream_->dropped = true; }
    void write(std::string_view line) override { stream_->lines.emplace_back(line); }
    void finish(std::string lines) override { stream_->end = std::move(lines); }
    void finish_and_close(std::string lines) override {
      stream_->closed = true;
      finish(std::move(lines));
    }

   private:
    std::shared_ptr<Stream> stream_;
  };
};

}  // namespace jetstream::daemon::testing
