// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "crypto/packet_keys.h"

namespace jetstream::crypto {

/// Seals and opens packets. One serves a whole endpoint: it keeps a bounded number of keyed OpenSSL
/// contexts (about 2.5 KiB each), so that a session owns none, and allocates only when it meets
/// keys that are not among them. Not thread-safe.
///
/// In all of this a packet starts with its header, whose last 4 bytes are the packet number, and
/// `header_size` counts both.
class PacketCipher {
 public:
  /// `contexts_max`: for how many keys, counted per direction, contexts are kept; those not used
  /// for the longest time make room. Fewer only cost time. At least 1.
  explicit PacketCipher(std::size_t contexts_max = 1024);
  PacketCipher(const PacketCipher&) = delete;
  PacketCipher& operator=(const PacketCipher&) = delete;
  ~PacketCipher();

  /// A serial that no other keys of this cipher have: 1, 2, ...
  std::uint64_t next_serial() { return ++last_serial_; }

  /// Encrypts everything between the header and the last 16 bytes of `packet` in place, writes the
  /// tag into those, then protects the header. The header holds the low 32 bits of `pn` already. A
  /// number may be used once only per keys.
  void seal(const PacketKeys& keys, std::uint64_t pn, MutableBytes packet, std::size_t header_size);

  /// A header without its protection. Not authenticated before open() succeeds.
  struct Unmasked {
    std::uint8_t flags;
    std::uint32_t pn_low;
  };
  /// Takes the protection off the header in place. `packet` has header_size + 16 bytes at least.
  Unmasked unmask(const PacketKeys& keys, MutableBytes packet, std::size_t header_size);

  /// Decrypts an unmasked packet in place and returns the plaintext within it. If the packet was
  /// not sealed exactly so, the result is nullopt, what was decrypted is erased, and only the
  /// header and the last 16 bytes are kept, which may be a stateless reset's token.
  std::optional<MutableBytes> open(const PacketKeys& keys, std::uint64_t pn, MutableBytes packet,
                                   std::size_t header_size);

  /// Erases what is kept for these keys. To be called when they are given up; a later use of them
  /// would only key a context again.
  void forget(const PacketKeys& keys);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace jetstream::crypto
