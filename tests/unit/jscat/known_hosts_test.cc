// SPDX-License-Identifier: MIT
#include "cli/jscat/known_hosts.h"

#include "jetstream/system_random.h"
#include "unit/jscat/temp_folder.h"

using namespace jetstream;
using namespace jetstream::jscat;
using jetstream::test::TempFolder;

namespace {

PublicKey some_key() { return Identity::generate(system_random()).public_key(); }

}  // namespace

TEST_CASE("a server has one name, however it is typed") {
  const auto name = [](const char* text) { return host_name_of(parse_host_port(text).value()); };
  CHECK(name("Example.ORG:80") == "example.org:80");
  CHECK(name("127.0.0.1:80") == "127.0.0.1:80");
  CHECK(name("[0:0::0001]:80") == "[::1]:80");
  CHECK(name("[FE80::1%1]:80") == "[fe80::1%1]:80");
}

TEST_CASE("the lines of one server are found with their numbers") {
  const TempFolder folder;
  const PublicKey a = some_key(), b = some_key();
  const auto file = folder.write("known_hosts", "# mine\n\n" + known_hosts_line("host:1", a) +
                                                    "\r\n" + known_hosts_line("host:2", b) +
                                                    "\n  HOST:1\t" + to_key_line(b) + " comment");
  const auto found = read_known_hosts(file, "host:1");
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK((*found)[0].key == a);
  CHECK((*found)[0].line == 3);
  CHECK((*found)[1].key == b);
  CHECK((*found)[1].line == 5);
  CHECK(read_known_hosts(file, "host:3")->empty());
}

TEST_CASE("a malformed line is refused by file and line, whomever it is for") {
  const TempFolder folder;
  const std::string good = known_hosts_line("host:1", some_key()) + "\n";
  for (const std::string& bad : {std::string("nonsense"), std::string("host ") + to_key_line({1}),
                                 std::string("host:1"), std::string("host:1 ed25519 AAAA")}) {
    CAPTURE(bad);
    const auto file = folder.write("known_hosts", good + bad + "\n");
    const auto read = read_known_hosts(file, "other:1");
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error().message, Catch::StartsWith(file.string() + ":2: "));
  }
}

TEST_CASE("a missing file knows nobody, one that can't be read is an error") {
  const TempFolder folder;
  CHECK(read_known_hosts(folder / "none", "host:1")->empty());
  CHECK(read_known_hosts(folder / "", "host:1").error().code == LocalCode::kSystem);
  folder.write("huge", std::string(1024 * 1024 + 1, '\n'));
  CHECK(read_known_hosts(folder / "huge", "host:1").error().code == LocalCode::kSystem);
}

TEST_CASE("learning makes file and folder for the owner only") {
  const TempFolder folder;
  const auto file = folder / "a" / "b" / "known_hosts";
  const PublicKey key = some_key();
  REQUIRE(append_known_host(file, "host:1", key));
  CHECK(test::mode_of(file) == 0600);
  CHECK(test::mode_of(file.parent_path()) == 0700);
  CHECK(test::text_of(file) == known_hosts_line("host:1", key) + "\n");
  REQUIRE(append_known_host(file, "host:2", key));
  CHECK(read_known_hosts(file, "host:1")->size() == 1);
  CHECK(read_known_hosts(file, "host:2")->front().line == 2);
}

TEST_CASE("learning keeps a last line that has no end") {
  const TempFolder folder;
  const auto file = folder.write("known_hosts", known_hosts_line("host:1", some_key()));
  REQUIRE(append_known_host(file, "host:2", some_key()));
  CHECK(read_known_hosts(file, "host:1")->size() == 1);
  CHECK(read_known_hosts(file, "host:2")->size() == 1);
}

TEST_CASE("a pin file holds keys or fingerprints") {
  const TempFolder folder;
  const PublicKey a = some_key(), b = some_key();
  const auto file =
      folder.write("identity.pub", "# keys\n" + to_key_line(a) + "\n" + fingerprint(b) + "\n");
  const auto pins = read_pin_file(file);
  REQUIRE(pins);
  CHECK(*pins == std::vector<Pin>{Pin::of(a), Pin::of(b)});
  CHECK_THAT(read_pin_file(folder.write("bad", "x\n")).error().message, Catch::Contains("bad:1: "));
  CHECK(read_pin_file(folder.write("empty", "\n")).error().code == LocalCode::kBadKey);
  CHECK(read_pin_file(folder / "none").error().code == LocalCode::kSystem);
}
