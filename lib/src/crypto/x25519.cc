// SPDX-License-Identifier: MIT
#include "crypto/x25519.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/assert.h"
#include "crypto/deleter.h"

namespace jetstream::crypto {

/// Keeps OpenSSL's key object, because it holds the public half: making it anew for agree() would
/// compute that a second time. Freeing it erases the private half.
struct X25519Key::Key {
  std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>> pair;
};

X25519Key::X25519Key(std::unique_ptr<Key> key) : key_(std::move(key)) {
  std::size_t size = public_key_.size();
  JS_ASSERT(key_->pair != nullptr &&
            EVP_PKEY_get_raw_public_key(key_->pair.get(), public_key_.data(), &size) == 1 &&
            size == public_key_.size());
}
X25519Key::X25519Key(X25519Key&&) noexcept = default;
X25519Key& X25519Key::operator=(X25519Key&&) noexcept = default;
X25519Key::~X25519Key() = default;

X25519Key X25519Key::generate(RandomSource& random) {
  Secret private_key;
  random.fill_secret(private_key.writable());
  return from_private(private_key.view());
}

X25519Key X25519Key::from_private(Bytes private_key) {
  auto key = std::make_unique<Key>();
  key->pair.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, private_key.data(),
                                               private_key.size()));
  return X25519Key(std::move(key));
}

Result<Secret> X25519Key::agree(const std::array<std::uint8_t, 32>& peer) const {
  const std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>> other(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()));
  const std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, key_->pair.get(), nullptr));
  JS_ASSERT(other != nullptr && context != nullptr && EVP_PKEY_derive_init(context.get()) == 1 &&
            EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1);
  // Points of low order are imported without complaint: only this last call refuses them [KEY-2].
  Secret shared;
  std::size_t size = Secret::size();
  ERR_set_mark();
  const int derived = EVP_PKEY_derive(context.get(), shared.writable().data(), &size);
  ERR_pop_to_mark();
  if (derived != 1 || size != Secret::size()) {
    return refuse(LocalCode::kBadKey, "the peer's X25519 share is a point of low order");
  }
  return shared;
}

}  // namespace jetstream::crypto
