// SPDX-License-Identifier: MIT
#include "jetstream/system_random.h"

#include "crypto/openssl_random.h"

namespace jetstream {

RandomSource& system_random() {
  static crypto::OpensslRandom random;
  return random;
}

}  // namespace jetstream
