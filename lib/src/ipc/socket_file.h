// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "ipc/file_descriptor.h"
#include "ipc/peer_credentials.h"
#include "jetstream/result.h"

namespace jetstream::ipc {

struct SocketFileOptions {
  std::string path;
  mode_t mode = 0660;
  /// Group of the file; the process's own if not given.
  std::optional<gid_t> group;
  /// The file is made with the process's own group where the system refuses `group`; otherwise it
  /// is not made at all.
  bool group_optional = false;
  /// How long whoever listens there already has to answer a ping.
  std::chrono::milliseconds probe_timeout{1000};
};

/// The admin socket's file. There is never a moment in which it exists with a wider mode than asked
/// for, or without somebody listening, and never two daemons that both believe it to be theirs.
class SocketFile {
 public:
  /// Takes the lock `path`.lock, makes sure that nobody answers at `path`, and puts a listening
  /// socket there. Changes the process's umask for a moment: call it before threads are started.
  /// kSystem with a sentence for the operator: another instance runs, something that is no socket
  /// is in the way, or the system refuses.
  static Result<SocketFile> create(const SocketFileOptions& options);

  SocketFile(SocketFile&&) noexcept = default;
  SocketFile& operator=(SocketFile&&) = delete;
  /// Removes the file if it is still the one that was created here.
  ~SocketFile();

  /// The listening socket, once.
  FileDescriptor take_listener() { return std::move(listener_); }
  const std::string& path() const { return path_; }
  /// The system's sentence if it has refused the optional group; empty otherwise.
  const std::string& group_refused() const { return group_refused_; }
  /// This process, as the socket shows it; nothing if the kernel does not tell.
  const std::optional<PeerCredentials>& self() const { return self_; }

 private:
  SocketFile(std::string path, FileDescriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  Result<> check_vacant(std::chrono::milliseconds probe_timeout) const;
  Result<> listen_there(const SocketFileOptions& options);
  Result<> set_group(const std::string& file, const SocketFileOptions& options);

  std::string path_;
  FileDescriptor lock_;
  FileDescriptor listener_;
  std::string group_refused_;
  std::optional<PeerCredentials> self_;
  dev_t device_ = 0;
  ino_t inode_ = 0;  ///< 0: nothing was created.
};

}  // namespace jetstream::ipc
