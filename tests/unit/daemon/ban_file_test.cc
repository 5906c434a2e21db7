// SPDX-License-Identifier: MIT
#include "daemon/access/ban_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "temporary_folder.h"

namespace jetstream::daemon {
namespace {

using control::UnixTime;

BanBook sample() {
  BanBook book;
  const auto block = [](std::string_view text) { return parse_address_block(text).value(); };
  (void)book.add({.block = block("192.0.2.0/24"),
                  .origin = BanOrigin::kAdmin,
                  .uid = 1000,
                  .reason = "scans  ports",
                  .since = UnixTime(1'700'000'000'000),
                  .until = UnixTime(1'700'000'060'123)});
  (void)book.add({.block = block("2001:db8::/32"),
                  .origin = BanOrigin::kFile,
                  .uid = 0,
                  .reason = std::string(kBanReasonBytesMax, 'x'),
                  .since = UnixTime(1'700'000'000'001)});
  (void)book.add({.block = block("198.51.100.7"), .origin = BanOrigin::kAuto});
  return book;
}

std::string error_of(const std::string& text) {
  const auto bans = parse_bans(text);
  return bans ? "" : bans.error().message;
}

constexpr const char* kLine = "192.0.2.1 admin 2026-01-31T12:00:00.000Z - 0 why\n";

std::string file_of(const std::string& lines, std::size_t count) {
  return "jetstreamd-bans 1\n" + lines + "end " + std::to_string(count) + "\n";
}

}  // namespace

TEST_CASE("bans are read as they were written") {
  const BanBook book = sample();
  const std::string text = write_bans(book);
  const auto bans = parse_bans(text);
  REQUIRE(bans);
  REQUIRE(bans->size() == 3);
  for (const Ban& ban : *bans) CHECK(ban == *book.find(ban.block));
  BanBook again;
  for (const Ban& ban : *bans) (void)again.add(ban);
  CHECK(write_bans(again) == text);
  CHECK(parse_bans(write_bans(BanBook()))->empty());
}

TEST_CASE("a ban file that is not whole is refused, wherever it was cut") {
  const std::string text = write_bans(sample());
  for (std::size_t size = 0; size < text.size(); ++size) {
    INFO(size);
    CHECK_FALSE(parse_bans(text.substr(0, size)));
  }
}

TEST_CASE("a broken ban file is refused with the number of its line") {
  const std::string line = kLine;
  CHECK(error_of("") == "1: expected \"jetstreamd-bans 1\"");
  CHECK(error_of("jetstreamd-bans 2\nend 0\n") == "1: expected \"jetstreamd-bans 1\"");
  CHECK(error_of("jetstreamd-bans 1\n") == "2: the last line is missing, the file is not whole");
  CHECK(error_of(file_of(line, 2)) == "3: there are 1 bans before it");
  CHECK(error_of(file_of(line, 1) + "x\n") == "4: nothing may follow the last line");
  CHECK(error_of(file_of(line + line, 2)) == "3: 192.0.2.1 is banned twice");
  CHECK(error_of(file_of("\n", 1)).starts_with("2: "));
  const auto with = [&](const std::string& part, const std::string& other) {
    std::string changed = line;
    changed.replace(changed.find(part), part.size(), other);
    return error_of(file_of(changed, 1));
  };
  CHECK(with("192.0.2.1", "192.0.2.1/8").starts_with("2: \"192.0.2.1/8\" has bits set"));
  CHECK(with("192.0.2.1", "nobody").starts_with("2: \"nobody\" is no address"));
  CHECK(with("admin", "root") == "2: the second word is none of admin, file and auto");
  CHECK(with("2026-01-31", "2026-02-31") == "2: the third word is no time");
  CHECK(with(" - ", " never ") == "2: the fourth word is neither a time nor -");
  CHECK(with(" 0 ", " -1 ") == "2: the fifth word is neither a user's number nor -");
  CHECK(with(" 0 ", " 4294967296 ") == "2: the fifth word is neither a user's number nor -");
  CHECK(with("why", "\x1b[2J") == "2: the reason is too long, or not printable ASCII");
  CHECK(with("why", std::string(kBanReasonBytesMax, 'y')) == "");
  CHECK(with("why", std::string(kBanReasonBytesMax + 1, 'y')) ==
        "2: the reason is too long, or not printable ASCII");
}

TEST_CASE("a ban file with more bans than there may be is refused") {
  std::string lines;
  for (std::size_t i = 0; i <= BanBook::kBansMax; ++i) {
    lines += "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." +
             std::to_string(i & 255) + " file 2026-01-31T12:00:00.000Z - 0\n";
  }
  CHECK(error_of(file_of(lines, BanBook::kBansMax + 1)) ==
        std::to_string(BanBook::kBansMax + 2) + ": there are too many bans");
}

TEST_CASE("bans are kept in a file of the daemon's own, replaced as a whole") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "state" / "bans";
  CHECK(load_bans(path)->empty());
  REQUIRE(save_bans(path, sample()));
  REQUIRE(load_bans(path));
  CHECK(load_bans(path)->size() == 3);
  struct stat info = {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  REQUIRE(save_bans(path, BanBook()));
  CHECK(load_bans(path)->empty());
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(path.parent_path())) {
    ++files;
  }
  CHECK(files == 1);
}

TEST_CASE("a ban file that can't be used says which and what to do") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "bans";
  std::ofstream(path) << "jetstreamd-bans 1\nrubbish\nend 1\n";
  const auto bans = load_bans(path);
  REQUIRE_FALSE(bans);
  CHECK(bans.error().message.starts_with(path.string() + ":2: "));
  CHECK(bans.error().message.ends_with("mend it, or move it away to start without bans"));
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  CHECK_FALSE(load_bans(path));
  const auto saved = save_bans(path, sample());
  REQUIRE_FALSE(saved);
  CHECK(saved.error().message.find(path.string()) != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "bans.new"));
}

}  // namespace jetstream::daemon
