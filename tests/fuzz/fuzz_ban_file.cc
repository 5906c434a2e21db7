// SPDX-License-Identifier: MIT
//
// The file that bans are kept in, of any bytes: either it is refused with the number of a line, or
// it says what it would say if it were written again.
#include "base/assert.h"
#include "daemon/access/ban_text.h"

using namespace jetstream;
using namespace jetstream::daemon;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bans = parse_bans({reinterpret_cast<const char*>(data), size});
  if (!bans) {
    JS_ASSERT(bans.error().message.find(": ") != std::string::npos);
    return 0;
  }
  BanBook book;
  for (const Ban& ban : *bans) JS_ASSERT(book.add(ban) == BanBook::Added::kNew);
  const std::string text = write_bans(book);
  const auto again = parse_bans(text);
  JS_ASSERT(again && again->size() == bans->size());
  for (const Ban& ban : *bans) JS_ASSERT(*book.find(ban.block) == ban);
  for (const Ban& ban : *again) JS_ASSERT(*book.find(ban.block) == ban);
  return 0;
}
