// SPDX-License-Identifier: MIT
#include "cli/jscat/file_end.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace jetstream::jscat {
namespace {

// What Linux lets anybody have (fs.pipe-max-size); the usual 64 KiB cost a system call and a wait
// for every 64 KiB.
constexpr int kPipeBytes = 1024 * 1024;

Transfer transfer(ssize_t result) {
  if (result >= 0) return {.bytes = static_cast<std::size_t>(result)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {.would_block = true};
  return {.error = errno};
}

}  // namespace

FileEnd::FileEnd(asio::io_context& io, int fd)
    : descriptor_(io), fd_(fd), flags_before_(::fcntl(fd, F_GETFL)) {
  asio::error_code error;
  descriptor_.assign(fd, error);
  // What can't be watched is ready all the time: see wait().
  if (!error) descriptor_.non_blocking(true, error);
  // Refused for everything but pipes, and for those of other users.
  static_cast<void>(::fcntl(fd, F_SETPIPE_SZ, kPipeBytes));
}

FileEnd::~FileEnd() {
  if (descriptor_.is_open()) descriptor_.release();
  restore();
}

void FileEnd::restore() {
  if (fd_ >= 0 && flags_before_ >= 0) ::fcntl(fd_, F_SETFL, flags_before_);
}

Transfer FileEnd::read(MutableBytes buffer) {
  return transfer(::read(fd_, buffer.data(), buffer.size()));
}

Transfer FileEnd::write(Bytes data) { return transfer(::write(fd_, data.data(), data.size())); }

void FileEnd::when_readable(std::function<void()> ready) {
  wait(asio::posix::stream_descriptor::wait_read, std::move(ready));
}

void FileEnd::when_writable(std::function<void()> ready) {
  wait(asio::posix::stream_descriptor::wait_write, std::move(ready));
}

void FileEnd::wait(asio::posix::stream_descriptor::wait_type what, std::function<void()> ready) {
  descriptor_.async_wait(what, [ready = std::move(ready)](const asio::error_code& error) {
    // Epoll does not take files.
    if (!error || error == asio::error::operation_not_supported) ready();
  });
}

void FileEnd::close() {
  if (fd_ < 0) return;
  // Where input and output are one socket, closing this descriptor alone says nothing.
  static_cast<void>(::shutdown(fd_, SHUT_WR));
  restore();
  if (descriptor_.is_open()) descriptor_.release();
  ::close(fd_);
  fd_ = -1;
}

}  // namespace jetstream::jscat
