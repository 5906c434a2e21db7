// SPDX-License-Identifier: MIT
#include "crypto/ed25519.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/assert.h"
#include "base/bytes.h"
#include "crypto/deleter.h"

namespace jetstream::crypto {

namespace {

using KeyObject = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

/// The y coordinates of the points of order 1, 2, 4 and 8, little endian and without the sign bit.
/// The tests show for each that OpenSSL would let everybody sign for it.
constexpr std::array<PublicKey, 5> kSmallOrder = {{
    {0},
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
}};

/// Whether y, without the sign bit, is the field's prime 2^255 - 19 or more.
bool is_beyond_prime(const PublicKey& y) {
  return y[0] >= 0xed && y[31] == 0x7f &&
         std::all_of(y.begin() + 1, y.end() - 1, [](std::uint8_t byte) { return byte == 0xff; });
}

/// With both halves given OpenSSL need not compute the public one again, which would add half the
/// price of a signature to each.
KeyObject key_pair_of(const Identity& identity) {
  // OpenSSL's parameters are not const, but importing a key only reads them.
  const auto octets = [](const char* name, Bytes bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                             bytes.size());
  };
  OSSL_PARAM parameters[] = {octets(OSSL_PKEY_PARAM_PRIV_KEY, identity.seed()),
                             octets(OSSL_PKEY_PARAM_PUB_KEY, identity.public_key()),
                             OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "ED25519", nullptr));
  EVP_PKEY* key = nullptr;
  JS_ASSERT(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1 &&
            EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters) == 1);
  return KeyObject(key);
}

constexpr std::size_t kBlanks = 64;
constexpr std::string_view kPurpose = " handshake signature";

/// What a handshake signature covers. The blanks and the text keep it apart from everything else
/// an Ed25519 key could be made to sign, as in RFC 8446 4.4.3 [KEY-8].
class SignedContent {
 public:
  SignedContent(Role signer, const Digest& transcript) : writer_(buffer_) {
    std::ranges::fill(writer_.skip(kBlanks), std::uint8_t{' '});
    writer_.write_bytes(as_bytes("JS1 "));
    writer_.write_bytes(as_bytes(signer == Role::kServer ? "server" : "client"));
    writer_.write_bytes(as_bytes(kPurpose));
    writer_.write_u8(0);
    writer_.write_bytes(transcript);
  }
  SignedContent(const SignedContent&) = delete;
  SignedContent& operator=(const SignedContent&) = delete;
  Bytes bytes() const { return writer_.written(); }

 private:
  std::array<std::uint8_t, kBlanks + 4 + 6 + kPurpose.size() + 1 + 32> buffer_{};
  base::ByteWriter writer_;
};

}  // namespace

PublicKey ed25519_public_key(Bytes seed) {
  const KeyObject pair(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  PublicKey key;
  std::size_t size = key.size();
  JS_ASSERT(pair != nullptr && EVP_PKEY_get_raw_public_key(pair.get(), key.data(), &size) == 1 &&
            size == key.size());
  return key;
}

Signature sign(const Identity& identity, Bytes message) {
  const KeyObject pair = key_pair_of(identity);
  const DigestContext context(EVP_MD_CTX_new());
  Signature signature;
  std::size_t size = signature.size();
  JS_ASSERT(
      context != nullptr &&
      EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, pair.get(),
                            nullptr) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1 &&
      size == signature.size());
  return signature;
}

bool verify(const PublicKey& key, Bytes message, Bytes signature) {
  if (signature.size() != Signature().size() || is_weak_key(key)) return false;
  const KeyObject object(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestContext context(EVP_MD_CTX_new());
  JS_ASSERT(object != nullptr && context != nullptr &&
            EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, object.get(),
                                    nullptr) == 1);
  const int verdict = EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                       message.data(), message.size());
  // Negative means an error, so anything but exactly 1 is no.
  return verdict == 1;
}

bool is_weak_key(const PublicKey& key) {
  PublicKey y = key;
  y.back() &= 0x7f;
  return is_beyond_prime(y) || std::ranges::find(kSmallOrder, y) != kSmallOrder.end();
}

Signature sign_transcript(const Identity& identity, Role signer, const Digest& transcript) {
  return sign(identity, SignedContent(signer, transcript).bytes());
}

bool verify_transcript(const PublicKey& key, Role signer, const Digest& transcript,
                       Bytes signature) {
  return verify(key, SignedContent(signer, transcript).bytes(), signature);
}

}  // namespace jetstream::crypto
