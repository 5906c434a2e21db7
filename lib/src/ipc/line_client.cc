// SPDX-License-Identifier: MIT
#include "ipc/line_client.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "ipc/unix_address.h"
#include "jetstream/control.h"

namespace jetstream::ipc {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

ClientErrorKind kind_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ClientErrorKind::kNoSocket;
    case ECONNREFUSED:
      return ClientErrorKind::kRefused;
    case EACCES:
    case EPERM:
      return ClientErrorKind::kPermission;
    case EAGAIN:
    case ETIMEDOUT:
      return ClientErrorKind::kTimeout;
    case ECONNRESET:
    case EPIPE:
      return ClientErrorKind::kEnded;
    default:
      return ClientErrorKind::kSystem;
  }
}

tl::unexpected<ClientError> failed(int error) {
  return unexpected(ClientError{kind_of(error), system_message(error)});
}

/// A Unix socket whose backlog is full can't be polled for room: connect() itself has to wait, and
/// waits for the send timeout at most (unix(7)).
int connect_within(int socket, const sockaddr_un& address, milliseconds timeout) {
  const auto whole_ms = std::max<milliseconds::rep>(1, timeout.count());
  const timeval limit{static_cast<time_t>(whole_ms / 1000),
                      static_cast<suseconds_t>(whole_ms % 1000 * 1000)};
  if (::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0) return errno;
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  while (::connect(socket, generic, sizeof(address)) != 0) {
    if (errno != EINTR) return errno;
  }
  return ::fcntl(socket, F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

}  // namespace

LineClient::LineClient(FileDescriptor socket, Deadline deadline)
    : socket_(std::move(socket)), deadline_(deadline), received_(control::kReplyBytesMax) {}

Result<LineClient, ClientError> LineClient::connect(const std::string& path, milliseconds timeout) {
  const Deadline deadline = steady_clock::now() + timeout;
  const auto address = unix_address(path);
  if (!address) return failed(ENAMETOOLONG);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return failed(errno);
  if (const int error = connect_within(socket.get(), *address, timeout)) return failed(error);
  return LineClient(std::move(socket), deadline);
}

Result<void, ClientError> LineClient::wait_for(short events) {
  while (true) {
    const auto left = duration_cast<milliseconds>(deadline_ - steady_clock::now()).count();
    if (left <= 0) return failed(ETIMEDOUT);
    pollfd waited{socket_.get(), events, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(std::min<long long>(left, INT_MAX)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return failed(errno);
  }
}

Result<void, ClientError> LineClient::write_line(std::string_view line) {
  while (!line.empty()) {
    const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      line.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return {};
    } else if (errno == EAGAIN) {
      if (auto waited = wait_for(POLLOUT); !waited) return waited;
    } else if (errno != EINTR) {
      return failed(errno);
    }
  }
  return {};
}

Result<std::string, ClientError> LineClient::read_line() {
  std::array<char, 16 * 1024> chunk;
  while (true) {
    if (const auto line = received_.next_line()) return std::string(*line);
    if (received_.too_long()) {
      return unexpected(ClientError{ClientErrorKind::kTooLong, "the answer has no end"});
    }
    if (auto waited = wait_for(POLLIN); !waited) return unexpected(waited.error());
    const ssize_t size = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
    if (size > 0) {
      received_.append({chunk.data(), static_cast<std::size_t>(size)});
    } else if (size == 0) {
      return unexpected(ClientError{ClientErrorKind::kEnded, "the connection was closed"});
    } else if (errno != EINTR && errno != EAGAIN) {
      return failed(errno);
    }
  }
}

}  // namespace jetstream::ipc
