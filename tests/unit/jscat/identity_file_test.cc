// SPDX-License-Identifier: MIT
#include "cli/jscat/identity_file.h"

#include <sstream>

#include "cli/jscat/commands.h"
#include "cli/jscat/failure.h"
#include "jetstream/system_random.h"
#include "unit/jscat/temp_folder.h"

using namespace jetstream;
using namespace jetstream::jscat;
using jetstream::test::TempFolder;

namespace {

void restrict(const std::filesystem::path& file, std::filesystem::perms mode) {
  std::filesystem::permissions(file, mode);
}

constexpr auto kOwner = std::filesystem::perms::owner_read;

}  // namespace

TEST_CASE("a key that was made can be read again, by its owner only") {
  const TempFolder folder;
  const auto made = create_identity(folder / "key", system_random());
  REQUIRE(made);
  CHECK(test::mode_of(folder / "key") == 0600);
  CHECK(test::text_of(folder / "key") == "ed25519-seed " + to_hex(made->seed()) + "\n");
  const auto read = read_identity(folder / "key");
  REQUIRE(read);
  CHECK(read->public_key() == made->public_key());
}

TEST_CASE("a key is never replaced, not even behind a link") {
  const TempFolder folder;
  REQUIRE(create_identity(folder / "key", system_random()));
  const std::string before = test::text_of(folder / "key");
  std::filesystem::create_symlink("nowhere", folder / "link");
  for (const char* name : {"key", "link"}) {
    const auto again = create_identity(folder / name, system_random());
    REQUIRE_FALSE(again);
    CHECK(again.error().code == LocalCode::kSystem);
  }
  CHECK(test::text_of(folder / "key") == before);
}

TEST_CASE("a key that others can read is refused") {
  const TempFolder folder;
  REQUIRE(create_identity(folder / "key", system_random()));
  for (const auto open : {std::filesystem::perms::group_read, std::filesystem::perms::others_read,
                          std::filesystem::perms::others_write}) {
    restrict(folder / "key", kOwner | open);
    const auto read = read_identity(folder / "key");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == LocalCode::kBadKey);
    CHECK_THAT(read.error().message, Catch::Contains("chmod 0600"));
  }
}

TEST_CASE("what is no key is refused") {
  const TempFolder folder;
  const std::string digits(64, 'a');
  for (const std::string& text :
       {std::string(), digits + "\n", "ed25519-seed " + digits, "ed25519-seed " + digits + "\n\n",
        "ed25519-seed " + std::string(63, 'a') + "g\n",
        "ed25519-seed -" + std::string(63, 'a') + "\n"}) {
    CAPTURE(text);
    const auto file = folder.write("key", text);
    restrict(file, kOwner);
    CHECK_FALSE(read_identity(file));
  }
  CHECK(read_identity(folder / "missing").error().code == LocalCode::kSystem);
}

TEST_CASE("keygen prints the public key, once") {
  const TempFolder folder;
  std::ostringstream results, notes;
  const Console console{.results = results, .notes = notes};
  REQUIRE(run_keygen(folder / "key", console) == kExitOk);
  const auto read = read_identity(folder / "key");
  REQUIRE(read);
  CHECK(results.str() == to_key_line(read->public_key()) + "\n");
  CHECK(notes.str().empty());
  CHECK(run_keygen(folder / "key", console) == kExitUsage);
  CHECK_THAT(notes.str(), Catch::Contains("cannot make") && Catch::Contains("try:"));
}
