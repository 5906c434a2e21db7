// SPDX-License-Identifier: MIT
//
// What a server hands out for nobody but itself to read: tickets.
#pragma once

#include <optional>

#include "crypto/digest.h"

namespace jetstream::crypto {

inline constexpr std::size_t kBoxSaltSize = 32;
inline constexpr std::size_t kBoxTagSize = 16;

/// Seals `box` in place: its first `start_size` bytes stay readable and end in a salt of
/// kBoxSaltSize random bytes, its last kBoxTagSize bytes are room for the tag, what lies between
/// is encrypted. Every salt gives a key of its own, so that no nonce can come twice however many
/// boxes one secret seals. `label` keeps kinds of boxes apart.
void seal_box(const Secret& secret, std::string_view label, MutableBytes box,
              std::size_t start_size);

/// Opens such a box in place and returns the plaintext within it; nullopt, with the text erased,
/// if not a single bit of it is as it was sealed with this secret and label.
std::optional<MutableBytes> open_box(const Secret& secret, std::string_view label, MutableBytes box,
                                     std::size_t start_size);

}  // namespace jetstream::crypto
