// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "jsctl/address_mask.h"
#include "jsctl/tar_writer.h"

namespace jetstream::jsctl {

TEST_CASE("An address has one name wherever it stands, and its port stays") {
  AddressMask mask;
  CHECK(mask.apply(R"("peer":"192.0.2.1:443" from [2001:db8::7]:80, 192.0.2.0/24)") ==
        R"("peer":"address-1:443" from [address-2]:80, address-3/24)");
  CHECK(mask.apply("192.0.2.1 2001:db8::7") == "address-1 address-2");
  CHECK(mask.apply("::ffff:192.0.2.1") == "address-4");
  CHECK(mask.apply("It was 192.0.2.1. address:192.0.2.1") == "It was address-1. address:address-1");
  CHECK(mask.apply("2001:db8::7.") == "address-2.");
  CHECK(mask.masked() == 4);
}

TEST_CASE("What is no address, or one that says nothing, stays as it is") {
  AddressMask mask;
  for (const std::string text :
       {"", ".", ":", "...", "127.0.0.1:8080", "127.9.9.9", "[::1]:80", "[::]:8080", "0.0.0.0:80",
        "0.1.0", "2026-11-22T11:01:10.835Z", "10:56:44", "sha256:d7e7OdaRSMKK6B4Cnev",
        "config.yaml:3", "256.1.1.1", "1.2.3", "1.2.3.4.5", "x192.0.2.1",
        "{\"a\":1.5,\"b\":[1,2]}"}) {
    CHECK(mask.apply(text) == text);
  }
  CHECK(mask.masked() == 0);
}

TEST_CASE("An archive is a header and whole blocks for each file, and two empty blocks") {
  TarWriter tar(1'000'000'000);
  tar.add("folder/empty", "");
  tar.add("folder/full", std::string(512, 'x'));
  tar.add("folder/more", std::string(513, 'y'));
  const std::string bytes = tar.finish();
  REQUIRE(bytes.size() == (1 + 2 + 3 + 2) * 512);
  CHECK(bytes.substr(0, 13) == std::string("folder/empty\0", 13));
  CHECK(bytes.substr(100, 8) == std::string("0000600\0", 8));
  CHECK(bytes.substr(257, 8) == std::string("ustar\00000", 8));
  CHECK(bytes.substr(512 + 124, 12) == std::string("00000001000\0", 12));
  CHECK(bytes.substr(512 + 136, 12) == std::string("07346545000\0", 12));
  CHECK(bytes.substr(bytes.size() - 1024) == std::string(1024, '\0'));
  for (const std::size_t header : {0, 512, 3 * 512}) {
    std::string block = bytes.substr(header, 512);
    const unsigned long told = std::stoul(block.substr(148, 6), nullptr, 8);
    block.replace(148, 8, 8, ' ');
    unsigned long sum = 0;
    for (const char byte : block) sum += static_cast<unsigned char>(byte);
    CHECK(sum == told);
  }
}

}  // namespace jetstream::jsctl
