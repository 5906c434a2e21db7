// SPDX-License-Identifier: MIT
#include "jetstream/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace jetstream {

void open_standard_descriptors() {
  // open() returns the lowest number that is free.
  int fd = 0;
  do {
    fd = open("/dev/null", O_RDWR);
    if (fd < 0) std::abort();
  } while (fd <= STDERR_FILENO);
  close(fd);
}

}  // namespace jetstream
