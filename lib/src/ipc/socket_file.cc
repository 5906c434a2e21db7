// SPDX-License-Identifier: MIT
#include "ipc/socket_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

#include "ipc/line_client.h"
#include "ipc/unix_address.h"
#include "jetstream/control.h"

namespace jetstream::ipc {
namespace {

tl::unexpected<Error> refuse_with_errno(const std::string& what) {
  return refuse(LocalCode::kSystem, what + ": " + system_message(errno));
}

/// The temporary socket is gone again on every way out but the good one.
class TemporaryName {
 public:
  explicit TemporaryName(std::string path) : path_(std::move(path)) {}
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

int bind_with_umask(int socket, const sockaddr_un& address) {
  const mode_t before = ::umask(0177);
  const int result = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int error = errno;
  ::umask(before);
  errno = error;
  return result;
}

/// Connects to the listener and asks it who that was.
std::optional<PeerCredentials> credentials_of_self(int listener, const sockaddr_un& address) {
  const FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!client || ::connect(client.get(), generic, sizeof(address)) != 0) return std::nullopt;
  const FileDescriptor accepted(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  return accepted ? peer_credentials(accepted.get()) : std::nullopt;
}

}  // namespace

Result<SocketFile> SocketFile::create(const SocketFileOptions& options) {
  const std::string lock_path = options.path + ".lock";
  FileDescriptor lock(
      ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!lock) return refuse_with_errno("cannot open " + lock_path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refuse_with_errno("cannot lock " + lock_path);
    return refuse(LocalCode::kSystem, "another instance holds " + lock_path);
  }
  SocketFile file(options.path, std::move(lock));
  if (auto vacant = file.check_vacant(options.probe_timeout); !vacant)
    return unexpected(vacant.error());
  if (auto listening = file.listen_there(options); !listening) {
    return unexpected(listening.error());
  }
  return file;
}

Result<> SocketFile::check_vacant(std::chrono::milliseconds probe_timeout) const {
  struct stat found = {};
  if (::lstat(path_.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return refuse_with_errno("cannot look at " + path_);
  }
  if (!S_ISSOCK(found.st_mode)) {
    return refuse(LocalCode::kSystem, path_ + " is there and no socket; it is left as it is");
  }
  Result<LineClient, ClientError> probe = LineClient::connect(path_, probe_timeout);
  if (!probe) {
    if (probe.error().kind == ClientErrorKind::kRefused) return {};
    return refuse(LocalCode::kSystem,
                  "cannot tell whether " + path_ + " is in use: " + probe.error().message);
  }
  const control::Request ping{{}, control::CommandId::kPing, control::NoArgs{}};
  // Whoever does not answer in time may be busy or stopped in a debugger: it counts as running.
  const bool answered = probe->write_line(control::write_request(ping)) && probe->read_line();
  return refuse(LocalCode::kSystem, answered
                                        ? "another instance answers at " + path_
                                        : "something that does not answer listens at " + path_);
}

Result<> SocketFile::listen_there(const SocketFileOptions& options) {
  TemporaryName temporary(path_ + '.' + std::to_string(::getpid()));
  const auto address = unix_address(temporary.path());
  if (!address) return refuse(LocalCode::kSystem, "the path " + path_ + " is too long");
  // The lock is ours, so a leftover of this name can only come from a process that is gone.
  ::unlink(temporary.path().c_str());
  listener_ = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener_) return refuse_with_errno("cannot make a socket");
  if (bind_with_umask(listener_.get(), *address) != 0) {
    return refuse_with_errno("cannot make " + temporary.path());
  }
  if (auto given = set_group(temporary.path(), options); !given) return given;
  if (::listen(listener_.get(), SOMAXCONN) != 0) return refuse_with_errno("cannot make " + path_);
  // While nobody else can have connected: the name is ours, and so is its mode of 0600.
  self_ = credentials_of_self(listener_.get(), *address);
  struct stat created = {};
  if (::chmod(temporary.path().c_str(), options.mode) != 0 ||
      ::lstat(temporary.path().c_str(), &created) != 0 ||
      ::rename(temporary.path().c_str(), path_.c_str()) != 0) {
    return refuse_with_errno("cannot make " + path_);
  }
  temporary.keep();
  device_ = created.st_dev;
  inode_ = created.st_ino;
  return {};
}

Result<> SocketFile::set_group(const std::string& file, const SocketFileOptions& options) {
  if (!options.group || ::chown(file.c_str(), uid_t(-1), *options.group) == 0) return {};
  if (!options.group_optional) {
    return refuse_with_errno("cannot give " + path_ + " to group " +
                             std::to_string(*options.group));
  }
  group_refused_ = system_message(errno);
  return {};
}

SocketFile::~SocketFile() {
  // Without the lock the object was moved from, and the file is somebody else's care.
  if (!lock_ || inode_ == 0) return;
  struct stat found = {};
  if (::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
}

}  // namespace jetstream::ipc
