// SPDX-License-Identifier: MIT
#include "ipc/socket_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>

#include "ipc/line_client.h"
#include "raw_socket.h"
#include "temp_dir.h"

namespace jetstream::ipc {
namespace {

using jetstream::testing::raw_listener;
using jetstream::testing::TempDir;

SocketFileOptions options_for(const std::string& path) {
  SocketFileOptions options;
  options.path = path;
  options.probe_timeout = std::chrono::milliseconds(20);
  return options;
}

std::string refusal(const std::string& path) {
  const auto file = SocketFile::create(options_for(path));
  REQUIRE_FALSE(file);
  return file.error().message;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct stat stat_of(const std::string& path) {
  struct stat found = {};
  REQUIRE(::lstat(path.c_str(), &found) == 0);
  return found;
}

std::size_t files_beside(const std::string& path) {
  const std::filesystem::directory_iterator entries(std::filesystem::path(path).parent_path());
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

TEST_CASE("The socket file has the mode and group asked for, and somebody listens") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  const mode_t before = ::umask(0);
  SocketFileOptions options = options_for(path);
  options.group = ::getegid();
  {
    auto file = SocketFile::create(options);
    REQUIRE(file);
    CHECK(::umask(0) == 0);
    CHECK((stat_of(path).st_mode & 07777) == 0660);
    CHECK(S_ISSOCK(stat_of(path).st_mode));
    CHECK(stat_of(path).st_gid == ::getegid());
    CHECK((stat_of(path + ".lock").st_mode & 07777) == 0600);
    CHECK(files_beside(path) == 2);
    CHECK(LineClient::connect(path, std::chrono::milliseconds(1000)));
  }
  ::umask(before);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("A socket file knows how its maker looks through it, before anybody else comes") {
  TempDir dir;
  auto file = SocketFile::create(options_for(dir.file("admin.sock")));
  REQUIRE(file);
  REQUIRE(file->self());
  CHECK(file->self()->uid == ::geteuid());
  CHECK(file->self()->gid == ::getegid());
  CHECK(file->self()->pid == ::getpid());
  const FileDescriptor listener = file->take_listener();
  CHECK(::accept(listener.get(), nullptr, nullptr) == -1);
}

TEST_CASE("A group that the system refuses is an error, unless it is only wished for") {
  // Only root may give a file to a group that it does not belong to.
  constexpr gid_t kNoGroup = gid_t(-1) - 1;
  TempDir dir;
  const std::string path = dir.file("read.sock");
  SocketFileOptions options = options_for(path);
  options.group = kNoGroup;
  const bool refused = ::geteuid() != 0;
  if (refused) {
    CHECK_FALSE(SocketFile::create(options));
    CHECK(files_beside(path) == 1);  // the lock
  }
  options.group_optional = true;
  const auto file = SocketFile::create(options);
  REQUIRE(file);
  CHECK(file->group_refused().empty() != refused);
  CHECK(S_ISSOCK(stat_of(path).st_mode));
}

TEST_CASE("A second instance is refused and changes nothing") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  auto first = SocketFile::create(options_for(path));
  REQUIRE(first);
  const ino_t inode = stat_of(path).st_ino;
  CHECK(contains(refusal(path), "another instance holds"));
  CHECK(stat_of(path).st_ino == inode);
  CHECK(LineClient::connect(path, std::chrono::milliseconds(1000)));
}

TEST_CASE("A socket that nobody listens on is taken over") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  raw_listener(path);
  REQUIRE(S_ISSOCK(stat_of(path).st_mode));
  const auto file = SocketFile::create(options_for(path));
  REQUIRE(file);
  CHECK(LineClient::connect(path, std::chrono::milliseconds(1000)));
}

TEST_CASE("A leftover of the temporary name is no obstacle") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  raw_listener(path + '.' + std::to_string(::getpid()));
  CHECK(SocketFile::create(options_for(path)));
}

TEST_CASE("Whoever listens without holding the lock is left alone") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  const FileDescriptor silent = raw_listener(path);
  CHECK(contains(refusal(path), "does not answer"));
  CHECK(S_ISSOCK(stat_of(path).st_mode));
  CHECK(LineClient::connect(path, std::chrono::milliseconds(1000)));
}

TEST_CASE("What is no socket is never removed") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  SECTION("a file") {
    std::ofstream(path) << "precious";
    CHECK(contains(refusal(path), "no socket"));
    std::string content;
    std::ifstream(path) >> content;
    CHECK(content == "precious");
  }
  SECTION("a directory") {
    std::filesystem::create_directory(path);
    CHECK(contains(refusal(path), "no socket"));
    CHECK(std::filesystem::is_directory(path));
  }
  SECTION("a link to a stale socket") {
    raw_listener(dir.file("other"));
    std::filesystem::create_symlink(dir.file("other"), path);
    CHECK(contains(refusal(path), "no socket"));
    CHECK(std::filesystem::is_symlink(path));
  }
}

TEST_CASE("A link in place of the lock is not followed") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  std::filesystem::create_symlink(dir.file("elsewhere"), path + ".lock");
  CHECK(contains(refusal(path), "cannot open"));
  CHECK_FALSE(std::filesystem::exists(dir.file("elsewhere")));
}

TEST_CASE("The file is removed only if it is still ours") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  {
    auto file = SocketFile::create(options_for(path));
    REQUIRE(file);
    // While the old inode is alive under another name, the new one can't get its number.
    std::filesystem::rename(path, dir.file("moved"));
    std::ofstream(path) << "somebody else's";
  }
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("A socket file that moves is removed once, by the last owner") {
  TempDir dir;
  const std::string path = dir.file("admin.sock");
  {
    auto file = std::make_unique<Result<SocketFile>>(SocketFile::create(options_for(path)));
    REQUIRE(*file);
    const SocketFile owner = *std::move(*file);
    file.reset();
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("A path that can't be used is refused") {
  TempDir dir;
  CHECK(contains(refusal(dir.file("no/such/dir")), "cannot open"));
  const std::string long_path = dir.file(std::string(90, 'x'));
  CHECK(contains(refusal(long_path), "too long"));
  CHECK_FALSE(std::filesystem::exists(long_path));
}

}  // namespace jetstream::ipc
