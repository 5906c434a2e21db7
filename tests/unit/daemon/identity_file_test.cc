// SPDX-License-Identifier: MIT
#include "daemon/process/identity_file.h"
#include "daemon/config/key_lines.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "temporary_folder.h"

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

// Counts up, so that every key is another one and every run the same.
class CountingRandom : public RandomSource {
 public:
  void fill_public(MutableBytes bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }
  void fill_secret(MutableBytes bytes) override { fill_public(bytes); }

 private:
  std::uint8_t next_ = 1;
};

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info = {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

std::string error_of(const std::filesystem::path& key) {
  CountingRandom random;
  const auto stored = open_identity(key, random);
  return stored ? "accepted" : stored.error().message;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the first start makes a key that only the owner reads, and later starts keep it") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "state" / "identity.key";
  CountingRandom random;
  const mode_t before = ::umask(0);
  const auto first = open_identity(key, random);
  ::umask(before);
  REQUIRE(first.has_value());
  CHECK(first->created);
  CHECK(mode_of(key) == 0600);
  CHECK(mode_of(key.parent_path()) == 0700);
  CHECK(mode_of(folder.path() / "state" / "identity.pub") == 0644);
  CHECK(read(folder.path() / "state" / "identity.pub") ==
        to_key_line(first->identity.public_key()) + "\n");
  CHECK(read(key).starts_with("ed25519-seed "));
  CHECK(read(key).size() == 13 + 64 + 1);

  const auto second = open_identity(key, random);
  REQUIRE(second.has_value());
  CHECK_FALSE(second->created);
  CHECK(second->identity.public_key() == first->identity.public_key());
  // Nothing else was left behind.
  CHECK(std::distance(std::filesystem::directory_iterator(key.parent_path()), {}) == 2);
}

TEST_CASE("a narrow umask does not hide the public key") {
  const TemporaryFolder folder;
  CountingRandom random;
  const mode_t before = ::umask(0077);
  REQUIRE(open_identity(folder.path() / "identity.key", random).has_value());
  ::umask(before);
  CHECK(mode_of(folder.path() / "identity.pub") == 0644);
}

TEST_CASE("the public half is written again when it is missing or wrong") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "identity.key";
  const auto pub = folder.path() / "identity.pub";
  CountingRandom random;
  REQUIRE(open_identity(key, random).has_value());
  const std::string line = read(pub);
  std::filesystem::remove(pub);
  REQUIRE(open_identity(key, random).has_value());
  CHECK(read(pub) == line);
  write(pub, line + "more");
  REQUIRE(open_identity(key, random).has_value());
  CHECK(read(pub) == line);
}

TEST_CASE("a key that others may read is refused with what to do") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "identity.key";
  CountingRandom random;
  REQUIRE(open_identity(key, random).has_value());
  for (const mode_t mode : {0640U, 0604U, 0610U, 0602U, 0601U, 0660U, 0777U}) {
    REQUIRE(::chmod(key.c_str(), mode) == 0);
    const auto stored = open_identity(key, random);
    REQUIRE_FALSE(stored.has_value());
    CHECK(stored.error().code == LocalCode::kBadKey);
    CHECK(contains(stored.error().message, "owner " + std::to_string(::getuid())));
    CHECK(contains(stored.error().message, "chmod 0600 " + key.string()));
  }
  CHECK(contains(error_of(key), "mode 0777"));
  REQUIRE(::chmod(key.c_str(), 0400) == 0);
  CHECK(error_of(key) == "accepted");
}

TEST_CASE("a damaged key is refused and left alone") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "identity.key";
  CountingRandom random;
  REQUIRE(open_identity(key, random).has_value());
  const std::string good = read(key);
  std::string wrong_digit = good;
  wrong_digit[20] = 'G';
  for (const std::string& text : {std::string(), good.substr(0, 40), good + "\n", "x" + good,
                                  wrong_digit, good.substr(0, good.size() - 1)}) {
    write(key, text);
    CHECK(contains(error_of(key), "is not an identity key"));
    CHECK(read(key) == text);
  }
  write(key, good);
  CHECK(error_of(key) == "accepted");
}

TEST_CASE("where no key can be made, the message says what to set") {
  const TemporaryFolder folder;
  const std::string missing = error_of(folder.path() / "a" / "b" / "identity.key");
  CHECK(contains(missing, "No such file or directory"));
  CHECK(contains(missing, "server.state_dir"));
  CHECK(contains(missing, "--state-dir DIR"));
  write(folder.path() / "file", "");
  CHECK(contains(error_of(folder.path() / "file" / "identity.key"), "Not a directory"));
  CHECK(contains(error_of(folder.path()), "is not a file"));
}

TEST_CASE("a symbolic link to a key is followed, a dangling one is not filled") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "real.key";
  CountingRandom random;
  const auto made = open_identity(key, random);
  REQUIRE(made.has_value());
  std::filesystem::create_symlink(key, folder.path() / "link.key");
  const auto linked = open_identity(folder.path() / "link.key", random);
  REQUIRE(linked.has_value());
  CHECK(linked->identity.public_key() == made->identity.public_key());
  std::filesystem::create_symlink(folder.path() / "nowhere", folder.path() / "dangling.key");
  CHECK(contains(error_of(folder.path() / "dangling.key"), "File exists"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "nowhere"));
}

TEST_CASE("a kept key is read whatever its mode, and its public half stored elsewhere") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "credentials" / "identity.key";
  CountingRandom random;
  const auto made = open_identity(key, random);
  REQUIRE(made.has_value());
  std::filesystem::remove(folder.path() / "credentials" / "identity.pub");
  // As systemd shows a credential that one more user may read by an access control list.
  REQUIRE(::chmod(key.c_str(), 0440) == 0);
  CHECK(contains(error_of(key), "open to others"));

  const auto pub = folder.path() / "identity.pub";
  const auto kept = read_kept_identity(key, pub);
  REQUIRE(kept.has_value());
  CHECK(kept->public_key() == made->identity.public_key());
  CHECK(read(pub) == to_key_line(made->identity.public_key()) + "\n");
  CHECK_FALSE(std::filesystem::exists(folder.path() / "credentials" / "identity.pub"));
}

TEST_CASE("a kept key is never made") {
  const TemporaryFolder folder;
  const auto key = folder.path() / "identity.key";
  const auto absent = read_kept_identity(key, folder.path() / "identity.pub");
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().code == LocalCode::kSystem);
  CHECK(std::filesystem::is_empty(folder.path()));
  write(key, "ed25519-seed 00\n");
  const auto damaged = read_kept_identity(key, folder.path() / "identity.pub");
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().code == LocalCode::kBadKey);
}

TEST_CASE("a credential is a file in the folder that the service manager names") {
  const TemporaryFolder folder;
  ::unsetenv("CREDENTIALS_DIRECTORY");
  CHECK_FALSE(credential_file("identity.key"));
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  CHECK_FALSE(credential_file("identity.key"));
  write(folder.path() / "identity.key", "");
  CHECK(credential_file("identity.key") == folder.path() / "identity.key");
  // Out of reach, but no reason to make another key.
  ::setenv("CREDENTIALS_DIRECTORY", (folder.path() / "identity.key").c_str(), 1);
  CHECK(credential_file("identity.key"));
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("key lines") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "clients";
  CountingRandom random;
  const PublicKey one = Identity::generate(random).public_key();
  const PublicKey two = Identity::generate(random).public_key();
  write(file, "# clients\n\n" + to_key_line(one) + " ana@laptop\r\n  \n" + to_key_line(two));
  const auto lines = read_key_lines(file);
  REQUIRE(lines.has_value());
  CHECK(lines->keys == std::vector<PublicKey>{one, two});

  write(file, to_key_line(one) + "\nnonsense\n");
  const auto wrong = read_key_lines(file);
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().code == LocalCode::kBadKey);
  CHECK(contains(wrong.error().message, file.string() + ":2: "));

  write(file, "# nobody\n");
  CHECK(contains(read_key_lines(file).error().message, "holds no key"));
  CHECK(contains(read_key_lines(folder.path() / "none").error().message, "No such file"));
  CHECK(read_key_lines(folder.path()).error().code == LocalCode::kSystem);
}
