// SPDX-License-Identifier: MIT
#include "unit/net/system_calls.h"

#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace jetstream::test {
namespace {

std::deque<int> next_errors;
int segmentation_error = 0;

bool is_segmented(msghdr& message) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    if (control->cmsg_level == SOL_UDP && control->cmsg_type == UDP_SEGMENT) return true;
  }
  return false;
}

/// The error that this send is to fail with, 0 for none.
int planned_error(msghdr& message) {
  if (!next_errors.empty()) {
    const int error = next_errors.front();
    next_errors.pop_front();
    return error;
  }
  return segmentation_error != 0 && is_segmented(message) ? segmentation_error : 0;
}

}  // namespace

FailingSends::FailingSends(std::deque<int> errors) { next_errors = std::move(errors); }
FailingSends::~FailingSends() { next_errors.clear(); }
bool FailingSends::used_up() const { return next_errors.empty(); }

FailingSegmentation::FailingSegmentation(int error) { segmentation_error = error; }
FailingSegmentation::~FailingSegmentation() { segmentation_error = 0; }

SendCalls& send_calls() {
  static SendCalls calls;
  return calls;
}

}  // namespace jetstream::test

extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  using namespace jetstream::test;
  ++send_calls().sendmsg;
  if (const int error = planned_error(const_cast<msghdr&>(*message)); error != 0) {
    errno = error;
    return -1;
  }
  return syscall(SYS_sendmsg, fd, message, flags);
}

extern "C" int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) {
  using namespace jetstream::test;
  ++send_calls().sendmmsg;
  if (const int error = planned_error(messages->msg_hdr); error != 0) {
    errno = error;
    return -1;
  }
  return static_cast<int>(syscall(SYS_sendmmsg, fd, messages, count, flags));
}
