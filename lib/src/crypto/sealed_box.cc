// SPDX-License-Identifier: MIT
#include "crypto/sealed_box.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/assert.h"
#include "crypto/deleter.h"
#include "crypto/hkdf.h"

namespace jetstream::crypto {
namespace {

using Algorithm = std::unique_ptr<EVP_CIPHER, Deleter<EVP_CIPHER_free>>;
using Context = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;

/// Each key is used once, so the nonce need not be anything else.
constexpr std::array<std::uint8_t, 12> kNonce{};

/// Fetched once a process, as in digest.cc.
const EVP_CIPHER* aes_256_gcm() {
  static const Algorithm fetched(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  JS_ASSERT(fetched != nullptr);
  return fetched.get();
}

/// A box's parts, none of them copied.
struct BoxParts {
  BoxParts(MutableBytes box, std::size_t start_size)
      : start(box.first(start_size)),
        text(box.subspan(start_size, box.size() - start_size - kBoxTagSize)),
        tag(box.last(kBoxTagSize)) {}
  MutableBytes start, text, tag;
};

/// A context with the box's key that has taken its start as associated data and has run over its
/// text.
Context run_box(const Secret& secret, std::string_view label, const BoxParts& parts, int sealing) {
  Secret key;
  xlabel(secret.view(), label, parts.start.last(kBoxSaltSize), key.writable());
  Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  JS_ASSERT(context != nullptr &&
            EVP_CipherInit_ex2(context.get(), aes_256_gcm(), key.view().data(), kNonce.data(),
                               sealing, nullptr) == 1 &&
            EVP_CipherUpdate(context.get(), nullptr, &size, parts.start.data(),
                             static_cast<int>(parts.start.size())) == 1 &&
            EVP_CipherUpdate(context.get(), parts.text.data(), &size, parts.text.data(),
                             static_cast<int>(parts.text.size())) == 1);
  return context;
}

bool is_large_enough(Bytes box, std::size_t start_size) {
  return start_size >= kBoxSaltSize && box.size() > start_size + kBoxTagSize;
}

}  // namespace

void seal_box(const Secret& secret, std::string_view label, MutableBytes box,
              std::size_t start_size) {
  JS_ASSERT(is_large_enough(box, start_size));
  const BoxParts parts(box, start_size);
  const Context context = run_box(secret, label, parts, 1);
  int size = 0;
  JS_ASSERT(EVP_CipherFinal_ex(context.get(), parts.tag.data(), &size) == 1 &&
            EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kBoxTagSize),
                                parts.tag.data()) == 1);
}

std::optional<MutableBytes> open_box(const Secret& secret, std::string_view label, MutableBytes box,
                                     std::size_t start_size) {
  if (!is_large_enough(box, start_size)) return std::nullopt;
  const BoxParts parts(box, start_size);
  const Context context = run_box(secret, label, parts, 0);
  int size = 0;
  JS_ASSERT(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kBoxTagSize),
                                parts.tag.data()) == 1);
  if (EVP_CipherFinal_ex(context.get(), parts.tag.data(), &size) == 1) return parts.text;
  std::fill(parts.text.begin(), parts.text.end(), std::uint8_t{0});
  return std::nullopt;
}

}  // namespace jetstream::crypto
