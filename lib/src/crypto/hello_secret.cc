// SPDX-License-Identifier: MIT
#include "jetstream/hello_secret.h"

#include <string.h>

namespace jetstream {

std::shared_ptr<const HelloSecret> HelloSecret::generate(RandomSource& random) {
  auto secret = std::make_shared<HelloSecret>();
  random.fill_secret(secret->bytes_);
  return secret;
}

HelloSecret::~HelloSecret() { explicit_bzero(bytes_.data(), bytes_.size()); }

}  // namespace jetstream
