// SPDX-License-Identifier: MIT
#include "crypto/packet_cipher.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "base/bytes.h"
#include "crypto/deleter.h"

namespace jetstream::crypto {

namespace {

/// A constant, and never taken from a packet's length: OpenSSL verifies tags as short as one byte.
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kPacketNumberSize = 4;
constexpr std::size_t kSampleSize = 16;

using Algorithm = std::unique_ptr<EVP_CIPHER, Deleter<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using Nonce = std::array<std::uint8_t, 12>;

enum class Use : std::uint8_t { kSeal, kOpen };

Algorithm fetch(const char* name) {
  Algorithm algorithm(EVP_CIPHER_fetch(nullptr, name, nullptr));
  JS_ASSERT(algorithm != nullptr);
  return algorithm;
}

/// All 62 bits of the number, though the header has only 32 of them [PKT-12].
Nonce nonce_of(const PacketKeys& keys, std::uint64_t pn) {
  Nonce nonce;
  const Bytes iv = keys.iv.view();
  std::copy(iv.begin(), iv.end(), nonce.begin());
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(pn >> (8 * i));
  }
  return nonce;
}

/// A packet's parts, none of them copied.
struct Parts {
  Parts(MutableBytes packet, std::size_t header_size)
      : header(packet.first(header_size)),
        text(packet.subspan(header_size, packet.size() - header_size - kTagSize)),
        tag(packet.last(kTagSize)) {}
  MutableBytes header, text, tag;
};

bool has_room(Bytes packet, std::size_t header_size) {
  return header_size > kPacketNumberSize && packet.size() >= header_size + kTagSize;
}

/// Feeds the header as associated data, then runs the cipher over the text in place.
bool run(EVP_CIPHER_CTX* context, const Parts& parts) {
  int size = 0;
  return EVP_CipherUpdate(context, nullptr, &size, parts.header.data(),
                          static_cast<int>(parts.header.size())) == 1 &&
         EVP_CipherUpdate(context, parts.text.data(), &size, parts.text.data(),
                          static_cast<int>(parts.text.size())) == 1;
}

}  // namespace

struct PacketCipher::Contexts {
  /// The contexts of one PacketKeys in one direction, keyed: only a nonce is missing.
  struct Entry {
    std::uint64_t name = 0;  ///< Serial and use; 0 is free.
    std::uint64_t last_used = 0;
    CipherContext aead;
    CipherContext mask;
  };
  /// An entry can only be in one set of a few neighbours, where it is found by comparing names.
  static constexpr std::size_t kWays = 4;

  explicit Contexts(std::size_t contexts_max)
      : ways(std::min(kWays, contexts_max)),
        set_bits(static_cast<int>(std::bit_width(contexts_max / ways)) - 1),
        entries(ways << set_bits) {}

  static std::uint64_t name_of(const PacketKeys& keys, Use use) {
    return keys.serial << 1 | static_cast<std::uint64_t>(use);
  }

  /// Serials count up, and what lives long is often every fourth or so. Multiplying by 2^64 divided
  /// by the golden ratio spreads any such sequence evenly over the upper bits (Knuth, The Art of
  /// Computer Programming, 6.4).
  std::span<Entry> set_of(std::uint64_t name) {
    const std::uint64_t spread = name * 0x9e3779b97f4a7c15;
    const std::size_t set = set_bits == 0 ? 0 : spread >> (64 - set_bits);
    return std::span(entries).subspan(set * ways, ways);
  }

  Entry& entry_of(const PacketKeys& keys, Use use) {
    JS_ASSERT(keys.serial != 0);
    const std::uint64_t name = name_of(keys, use);
    const std::span<Entry> set = set_of(name);
    auto entry = std::ranges::find(set, name, &Entry::name);
    if (entry == set.end()) {
      entry = std::ranges::min_element(set, {}, &Entry::last_used);
      key(*entry, keys, use);
      entry->name = name;
    }
    entry->last_used = ++clock;
    return *entry;
  }

  /// Takes an entry over. Naming the algorithm makes OpenSSL erase what the context held before.
  void key(Entry& entry, const PacketKeys& keys, Use use) {
    if (!entry.aead) entry.aead.reset(EVP_CIPHER_CTX_new());
    if (!entry.mask) entry.mask.reset(EVP_CIPHER_CTX_new());
    const bool is_aes = keys.suite == CipherSuite::kAes256Gcm;
    JS_ASSERT(entry.aead != nullptr && entry.mask != nullptr &&
              EVP_CipherInit_ex2(entry.aead.get(), (is_aes ? aes_gcm : chacha20_poly1305).get(),
                                 keys.key.view().data(), nullptr, use == Use::kSeal ? 1 : 0,
                                 nullptr) == 1 &&
              EVP_CipherInit_ex2(entry.mask.get(), (is_aes ? aes_ecb : chacha20).get(),
                                 keys.hp.view().data(), nullptr, 1, nullptr) == 1);
  }

  /// Header protection is its own inverse: the caller's header has it or has not [PKT-13].
  static void toggle_mask(Entry& entry, CipherSuite suite, MutableBytes packet,
                          std::size_t header_size) {
    const Bytes sample = packet.subspan(header_size, kSampleSize);
    std::array<std::uint8_t, kSampleSize> mask{};
    int size = 0;
    if (suite == CipherSuite::kAes256Gcm) {
      JS_ASSERT(EVP_EncryptUpdate(entry.mask.get(), mask.data(), &size, sample.data(),
                                  static_cast<int>(kSampleSize)) == 1);
    } else {
      // OpenSSL's 16-byte IV is the counter and the nonce, laid out as the sample is.
      JS_ASSERT(EVP_EncryptInit_ex2(entry.mask.get(), nullptr, nullptr, sample.data(), nullptr) ==
                    1 &&
                EVP_EncryptUpdate(entry.mask.get(), mask.data(), &size, mask.data(),
                                  1 + static_cast<int>(kPacketNumberSize)) == 1);
    }
    const std::uint8_t protected_flags = (packet[0] & 0x80) != 0 ? 0x0f : 0x3f;
    packet[0] ^= static_cast<std::uint8_t>(mask[0] & protected_flags);
    const MutableBytes pn = packet.subspan(header_size - kPacketNumberSize, kPacketNumberSize);
    for (std::size_t i = 0; i < pn.size(); ++i) pn[i] ^= mask[1 + i];
  }

  const Algorithm aes_gcm = fetch("AES-256-GCM");
  const Algorithm aes_ecb = fetch("AES-256-ECB");
  const Algorithm chacha20_poly1305 = fetch("ChaCha20-Poly1305");
  const Algorithm chacha20 = fetch("ChaCha20");
  const std::size_t ways;
  const int set_bits;
  std::vector<Entry> entries;
  std::uint64_t clock = 0;
};

PacketCipher::PacketCipher(std::size_t contexts_max)
    : contexts_(std::make_unique<Contexts>(std::max<std::size_t>(contexts_max, 1))) {}
PacketCipher::~PacketCipher() = default;

void PacketCipher::seal(const PacketKeys& keys, std::uint64_t pn, MutableBytes packet,
                        std::size_t header_size) {
  JS_ASSERT(has_room(packet, header_size));
  Contexts::Entry& entry = contexts_->entry_of(keys, Use::kSeal);
  const Parts parts(packet, header_size);
  const Nonce nonce = nonce_of(keys, pn);
  int size = 0;
  OSSL_PARAM tag[] = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, parts.tag.data(), kTagSize),
      OSSL_PARAM_construct_end()};
  JS_ASSERT(EVP_EncryptInit_ex2(entry.aead.get(), nullptr, nullptr, nonce.data(), nullptr) == 1 &&
            run(entry.aead.get(), parts) &&
            EVP_EncryptFinal_ex(entry.aead.get(), parts.text.data() + parts.text.size(), &size) ==
                1 &&
            EVP_CIPHER_CTX_get_params(entry.aead.get(), tag) == 1);
  Contexts::toggle_mask(entry, keys.suite, packet, header_size);
}

PacketCipher::Unmasked PacketCipher::unmask(const PacketKeys& keys, MutableBytes packet,
                                            std::size_t header_size) {
  JS_ASSERT(has_room(packet, header_size));
  Contexts::toggle_mask(contexts_->entry_of(keys, Use::kOpen), keys.suite, packet, header_size);
  base::ByteReader pn(packet.subspan(header_size - kPacketNumberSize, kPacketNumberSize));
  return Unmasked{packet[0], *pn.read_u32()};
}

std::optional<MutableBytes> PacketCipher::open(const PacketKeys& keys, std::uint64_t pn,
                                               MutableBytes packet, std::size_t header_size) {
  JS_ASSERT(has_room(packet, header_size));
  Contexts::Entry& entry = contexts_->entry_of(keys, Use::kOpen);
  const Parts parts(packet, header_size);
  const Nonce nonce = nonce_of(keys, pn);
  int size = 0;
  const OSSL_PARAM tag[] = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, parts.tag.data(), kTagSize),
      OSSL_PARAM_construct_end()};
  JS_ASSERT(EVP_DecryptInit_ex2(entry.aead.get(), nullptr, nullptr, nonce.data(), tag) == 1);
  // The text is written before the tag is checked: until here says so, nobody may look at it.
  const bool genuine =
      run(entry.aead.get(), parts) &&
      EVP_DecryptFinal_ex(entry.aead.get(), parts.text.data() + parts.text.size(), &size) > 0;
  if (!genuine) {
    std::ranges::fill(parts.text, std::uint8_t{0});
    return std::nullopt;
  }
  return parts.text;
}

void PacketCipher::forget(const PacketKeys& keys) {
  for (const Use use : {Use::kSeal, Use::kOpen}) {
    const std::uint64_t name = Contexts::name_of(keys, use);
    const std::span<Contexts::Entry> set = contexts_->set_of(name);
    const auto entry = std::ranges::find(set, name, &Contexts::Entry::name);
    if (entry != set.end()) *entry = Contexts::Entry{};
  }
}

}  // namespace jetstream::crypto
