// SPDX-License-Identifier: MIT
#include "jetstream/identity.h"

#include <openssl/evp.h>
#include <string.h>

#include <algorithm>
#include <optional>

#include "crypto/digest.h"
#include "crypto/ed25519.h"

namespace jetstream {

namespace {

constexpr std::string_view kKeyPrefix = "ed25519";
constexpr std::string_view kPinPrefix = "sha256:";
constexpr std::string_view kBlank = " \t\r\n";

using Raw = std::array<std::uint8_t, 32>;
// 32 bytes are ten groups of four characters, and three characters and one of padding.
constexpr std::size_t kBase64Size = 44;

std::string to_base64(const Raw& raw) {
  std::array<std::uint8_t, kBase64Size + 1> text;
  EVP_EncodeBlock(text.data(), raw.data(), static_cast<int>(raw.size()));
  return std::string(as_text(Bytes(text).first(kBase64Size)));
}

/// Only the one spelling that to_base64() writes. OpenSSL alone would also take blanks around it
/// and any value in the unused bits, so that one key would have several spellings.
std::optional<Raw> from_base64(std::string_view text) {
  if (text.size() != kBase64Size) return std::nullopt;
  std::array<std::uint8_t, kBase64Size / 4 * 3> decoded;
  const Bytes input = as_bytes(text);
  if (EVP_DecodeBlock(decoded.data(), input.data(), static_cast<int>(input.size())) < 0) {
    return std::nullopt;
  }
  Raw raw;
  std::copy_n(decoded.begin(), raw.size(), raw.begin());
  if (to_base64(raw) != text) return std::nullopt;
  return raw;
}

/// Cuts the first word off the front of `line`, with the blanks around it.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

Result<Identity> Identity::from_seed(Bytes seed) {
  Identity identity;
  if (seed.size() != identity.seed_.size()) {
    return refuse(LocalCode::kBadKey, "an identity's private key has 32 bytes");
  }
  std::copy(seed.begin(), seed.end(), identity.seed_.begin());
  identity.public_key_ = crypto::ed25519_public_key(seed);
  return identity;
}

Identity Identity::generate(RandomSource& random) {
  Identity identity;
  random.fill_secret(identity.seed_);
  identity.public_key_ = crypto::ed25519_public_key(identity.seed_);
  return identity;
}

Identity::~Identity() { explicit_bzero(seed_.data(), seed_.size()); }

std::string fingerprint(const PublicKey& key) {
  std::string text(kPinPrefix);
  text += to_base64(crypto::sha256(key));
  text.pop_back();  // The padding.
  return text;
}

std::string to_key_line(const PublicKey& key) {
  std::string line(kKeyPrefix);
  line += ' ';
  return line += to_base64(key);
}

Result<PublicKey> parse_key_line(std::string_view line) {
  std::string_view word = take_word(line);
  if (word == kKeyPrefix) word = take_word(line);
  const std::optional<PublicKey> key = from_base64(word);
  if (!key) return refuse(LocalCode::kBadKey, "not \"ed25519 \" and 44 characters of base64");
  if (crypto::is_weak_key(*key)) {
    return refuse(LocalCode::kBadKey, "a weak key: anybody could sign for it");
  }
  return *key;
}

Result<Pin> Pin::parse(std::string_view text) {
  if (!text.starts_with(kPinPrefix)) {
    const Result<PublicKey> key = parse_key_line(text);
    if (!key) return unexpected(key.error());
    return Pin::of(*key);
  }
  text.remove_prefix(kPinPrefix.size());
  const std::optional<Raw> sha256 = from_base64(std::string(text) + '=');
  if (!sha256) return refuse(LocalCode::kBadKey, "not \"sha256:\" and 43 characters of base64");
  return Pin{*sha256};
}

Pin Pin::of(const PublicKey& key) { return Pin{crypto::sha256(key)}; }

Trust Trust::pins(std::vector<Pin> pins) {
  Trust trust;
  trust.configured_ = true;
  trust.pins_ = std::move(pins);
  return trust;
}

Trust Trust::insecure_accept_any() {
  Trust trust;
  trust.configured_ = true;
  trust.accept_any_ = true;
  return trust;
}

bool Trust::accepts(const PublicKey& key) const {
  return accept_any_ || std::ranges::find(pins_, Pin::of(key)) != pins_.end();
}

}  // namespace jetstream
