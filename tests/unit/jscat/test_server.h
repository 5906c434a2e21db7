// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "cli/jscat/args.h"
#include "jetstream/udp_driver.h"

namespace jetstream::test {

/// A server in a thread of its own, on loopback. What it does with a stream is said by the service:
///   echo    sends back what it gets       greet   sends "hello\n" and finishes
///   sink    reads until the end           mute    reads, and never says anything
///   unknown resets the stream             stop    wants no input, and answers "enough"
///   hangup  closes the session            signal  sends SIGINT to this process
class TestServer {
 public:
  struct Setup {
    SessionConfig session;
    ClientAuth client_auth = ClientAuth::kOff;
    std::vector<PublicKey> authorized;
    /// Stops answering anything once a session is there.
    bool freezes = false;
  };

  TestServer() : TestServer(Setup{}) {}
  explicit TestServer(Setup setup);
  ~TestServer();

  const PublicKey& key() const { return identity_.public_key(); }
  /// How a client finds and trusts this server.
  jscat::ServerArgs args() const;
  std::string address() const { return address_.to_string(); }

  std::uint64_t bytes_received() const { return bytes_received_; }
  std::uint64_t bytes_echoed() const { return bytes_echoed_; }
  /// Waits until the client takes no more of what is sent back: everything that it allows has
  /// arrived there, and more would be sent.
  bool wait_held();
  std::uint64_t sessions_accepted() const { return accepted_; }
  /// Waits until so many sessions were closed, and tells how the last one was.
  CloseInfo wait_closed(std::uint64_t sessions = 1);

 private:
  class Counter final : public SessionIdSource {
   public:
    SessionId next() override { return SessionId(++last_); }

   private:
    std::uint64_t last_ = 0;
  };

  struct Stream {
    std::string service;
    Framing framing = Framing::kBytes;
    std::string message;  // as far as it has arrived
  };

  void on_turn(Instant now);
  void on_opened(Instant now, const Event& event);
  void pump(const Event& event);
  void note_held();
  std::optional<std::size_t> echo(const Event& event, Stream& stream, const ReadView& view);
  void say(const Event& event, std::string_view text);

  Setup setup_;
  Identity identity_;
  Counter ids_;
  asio::io_context io_{1};
  std::unique_ptr<UdpDriver> driver_;
  PeerAddress address_;
  std::map<std::pair<SessionHandle, StreamId>, Stream> streams_;
  std::atomic<std::uint64_t> bytes_received_ = 0;
  std::atomic<std::uint64_t> bytes_echoed_ = 0;
  bool held_ = false;
  std::atomic<std::uint64_t> accepted_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t closed_ = 0;
  CloseInfo last_close_;
  std::thread thread_;
};

}  // namespace jetstream::test
