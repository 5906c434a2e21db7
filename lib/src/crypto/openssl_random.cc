// SPDX-License-Identifier: MIT
#include "crypto/openssl_random.h"

#include <openssl/rand.h>
#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "base/assert.h"

namespace jetstream::crypto {

void OpensslRandom::fill_public(MutableBytes out) {
  JS_ASSERT(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

void OpensslRandom::fill_secret(MutableBytes out) {
  JS_ASSERT(RAND_priv_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

bool cpu_has_aes() {
#if defined(__x86_64__) || defined(__i386__)
  // GCM needs the carry-less multiplication as much as AES itself.
  return __builtin_cpu_supports("aes") != 0 && __builtin_cpu_supports("pclmul") != 0;
#elif defined(__aarch64__)
  const unsigned long needed = HWCAP_AES | HWCAP_PMULL;
  return (getauxval(AT_HWCAP) & needed) == needed;
#else
  return false;
#endif
}

}  // namespace jetstream::crypto
