// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "jsctl/commands.h"
#include "unit/ipc/raw_socket.h"
#include "unit/ipc/temp_dir.h"

namespace jetstream::jsctl::testing {

using control::CommandId;
using control::Request;
using jetstream::testing::raw_listener;
using jetstream::testing::TempDir;

/// Answers the n-th request of its one connection with the n-th text, then closes.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> answers, std::string name = "admin.sock")
      : name_(std::move(name)),
        listener_(raw_listener(path())),
        thread_([this, script = std::move(answers)] {
          const ipc::FileDescriptor peer(::accept(listener_.get(), nullptr, nullptr));
          std::string received;
          for (const std::string& text : script) {
            char byte = 0;
            while (byte != '\n') {
              if (::recv(peer.get(), &byte, 1, 0) != 1) return;
              received += byte;
            }
            if (::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) return;
          }
          requests_ = received;
          listener_ = ipc::FileDescriptor();
        }) {}
  ~ScriptedServer() {
    if (thread_.joinable()) thread_.join();
  }
  std::string path() const { return dir_.file(name_); }
  std::string beside(const std::string& name) const { return dir_.file(name); }
  /// All that was asked, once the script has ended.
  std::string requests() {
    thread_.join();
    return requests_;
  }

 private:
  TempDir dir_;
  std::string name_;
  ipc::FileDescriptor listener_;
  std::string requests_;
  std::thread thread_;
};

inline Invocation invocation_of(CommandId command, control::Args args = control::NoArgs{}) {
  Invocation invocation;
  invocation.request = Request{{}, command, std::move(args)};
  return invocation;
}

inline Outcome run_against(ScriptedServer& server, Invocation invocation) {
  invocation.socket = server.path();
  return run(invocation, 0);
}

inline Outcome run_against(std::string answer, const Invocation& invocation) {
  ScriptedServer server({std::move(answer)});
  return run_against(server, invocation);
}

template <class Row, class Summary>
std::string answer(CommandId command, const std::vector<Row>& rows, const Summary& summary) {
  std::string lines;
  for (const Row& row : rows) lines += control::write_item({}, row);
  return lines + control::write_result({}, command, summary);
}

}  // namespace jetstream::jsctl::testing
