// SPDX-License-Identifier: MIT
#include "crypto/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

#include "base/assert.h"
#include "crypto/deleter.h"

namespace jetstream::crypto {

namespace {

using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;

/// Fetching an algorithm by name searches all providers under a lock, so it happens once a process.
/// What is fetched never changes afterwards and may be shared between threads.
const EVP_MD* sha256_algorithm() {
  static const std::unique_ptr<EVP_MD, Deleter<EVP_MD_free>> fetched(
      EVP_MD_fetch(nullptr, "SHA2-256", nullptr));
  JS_ASSERT(fetched != nullptr);
  return fetched.get();
}

/// An HMAC-SHA256 without a key yet; copying it is cheaper than naming the hash each time.
const EVP_MAC_CTX* hmac_template() {
  static const MacContext context = [] {
    const std::unique_ptr<EVP_MAC, Deleter<EVP_MAC_free>> algorithm(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    MacContext fresh(EVP_MAC_CTX_new(algorithm.get()));
    char name[] = "SHA2-256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end()};
    JS_ASSERT(fresh != nullptr && EVP_MAC_CTX_set_params(fresh.get(), parameters) == 1);
    return fresh;
  }();
  return context.get();
}

}  // namespace

Digest sha256(Bytes message) {
  Digest digest;
  JS_ASSERT(EVP_Digest(message.data(), message.size(), digest.data(), nullptr, sha256_algorithm(),
                       nullptr) == 1);
  return digest;
}

Digest hmac_sha256(Bytes key, Bytes message) {
  // A null key would mean "the previous one" to OpenSSL.
  const std::uint8_t nothing = 0;
  const MacContext context(EVP_MAC_CTX_dup(hmac_template()));
  Digest digest;
  std::size_t size = 0;
  JS_ASSERT(context != nullptr &&
            EVP_MAC_init(context.get(), key.empty() ? &nothing : key.data(), key.size(), nullptr) ==
                1 &&
            EVP_MAC_update(context.get(), message.data(), message.size()) == 1 &&
            EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1 &&
            size == digest.size());
  return digest;
}

struct Transcript::Hash {
  Hash() : context(EVP_MD_CTX_new()) { JS_ASSERT(context != nullptr); }
  Hash(const Hash& other) : Hash() {
    JS_ASSERT(EVP_MD_CTX_copy_ex(context.get(), other.context.get()) == 1);
  }
  std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context;
};

Transcript::Transcript() : hash_(std::make_unique<Hash>()) {
  JS_ASSERT(EVP_DigestInit_ex2(hash_->context.get(), sha256_algorithm(), nullptr) == 1);
}
Transcript::Transcript(const Transcript& other) : hash_(std::make_unique<Hash>(*other.hash_)) {}
Transcript::Transcript(Transcript&& other) noexcept = default;
Transcript& Transcript::operator=(Transcript other) noexcept {
  hash_ = std::move(other.hash_);
  return *this;
}
Transcript::~Transcript() = default;

void Transcript::add(Bytes frame) {
  JS_ASSERT(EVP_DigestUpdate(hash_->context.get(), frame.data(), frame.size()) == 1);
}

Digest Transcript::digest() const {
  const Hash copy(*hash_);
  Digest digest;
  JS_ASSERT(EVP_DigestFinal_ex(copy.context.get(), digest.data(), nullptr) == 1);
  return digest;
}

bool constant_time_equal(Bytes left, Bytes right) {
  return left.size() == right.size() &&
         (left.empty() || CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0);
}

}  // namespace jetstream::crypto
