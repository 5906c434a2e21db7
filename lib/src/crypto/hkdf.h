// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/digest.h"

namespace jetstream::crypto {

/// HKDF-Extract of RFC 5869 2.2 with SHA-256.
Secret hkdf_extract(Bytes salt, Bytes input);
/// HKDF-Expand of RFC 5869 2.3 with SHA-256. `out` has at most 255 * 32 bytes; with the
/// pseudorandom key it is all that may not become known.
void hkdf_expand(Bytes pseudorandom_key, Bytes info, MutableBytes out);

/// The labelled expansion every JS1 secret is made with: HKDF-Expand whose info is
/// u16(out.size()) || u8 length || "js1 " label || u8 length || context.
/// The label has at most 28 characters, the context at most 64 bytes.
void xlabel(Bytes secret, std::string_view label, Bytes context, MutableBytes out);

}  // namespace jetstream::crypto
