// SPDX-License-Identifier: MIT
#include "cli/jscat/trust.h"

#include "jetstream/system_random.h"
#include "unit/jscat/temp_folder.h"

using namespace jetstream;
using namespace jetstream::jscat;
using jetstream::test::TempFolder;

namespace {

struct Setting {
  TempFolder folder;
  PublicKey ours = Identity::generate(system_random()).public_key();
  PublicKey other = Identity::generate(system_random()).public_key();
  ServerArgs server;

  Setting() {
    server.name = "host:1";
    server.known_hosts = folder / "known_hosts";
  }
  ServerTrust load() {
    auto loaded = ServerTrust::load(server);
    REQUIRE(loaded);
    return *std::move(loaded);
  }
};

}  // namespace

TEST_CASE("an unknown server is refused with what would make it known") {
  Setting setting;
  ServerTrust trust = setting.load();
  CHECK(trust.trust().configured());
  CHECK_FALSE(trust.trust().accepts(setting.ours));
  CHECK(trust.may_learn());
  const std::string text = to_text(trust.refusal(setting.ours));
  CHECK(trust.refusal(setting.ours).code == kExitTransport);
  CHECK_THAT(text, Catch::Contains(fingerprint(setting.ours)) &&
                       Catch::Contains(setting.server.known_hosts.string()) &&
                       Catch::Contains("\n       host:1 " + to_key_line(setting.ours) + "\n"));
}

TEST_CASE("a server that was learned is known the next time") {
  Setting setting;
  ServerTrust trust = setting.load();
  REQUIRE(trust.learn(setting.ours));
  CHECK(trust.trust().accepts(setting.ours));
  ServerTrust again = setting.load();
  CHECK(again.trust().accepts(setting.ours));
  CHECK_FALSE(again.trust().accepts(setting.other));
  CHECK_FALSE(again.may_learn());
}

TEST_CASE("a changed key is refused loudly, and never learned") {
  Setting setting;
  setting.folder.write("known_hosts", "# one\n" + known_hosts_line("host:1", setting.ours) + "\n");
  ServerTrust trust = setting.load();
  CHECK_FALSE(trust.may_learn());
  const std::string text = to_text(trust.refusal(setting.other));
  CHECK_THAT(text, Catch::Contains("HAS CHANGED") &&
                       Catch::Contains(setting.server.known_hosts.string() + ":2") &&
                       Catch::Contains(fingerprint(setting.ours)) &&
                       Catch::Contains(fingerprint(setting.other)));
}

TEST_CASE("pins decide alone") {
  Setting setting;
  setting.folder.write("known_hosts", known_hosts_line("host:1", setting.other) + "\n");
  setting.server.pins = {Pin::of(setting.ours)};
  ServerTrust trust = setting.load();
  CHECK(trust.trust().accepts(setting.ours));
  CHECK_FALSE(trust.trust().accepts(setting.other));
  CHECK_FALSE(trust.may_learn());
  CHECK_THAT(to_text(trust.refusal(setting.other)), Catch::Contains("not the server"));
}

TEST_CASE("a pin file adds to the pins, and must be readable") {
  Setting setting;
  setting.server.pin_files = {
      setting.folder.write("identity.pub", to_key_line(setting.ours) + "\n")};
  CHECK(setting.load().trust().accepts(setting.ours));
  setting.server.pin_files = {setting.folder / "none"};
  const auto failed = ServerTrust::load(setting.server);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == kExitUsage);
}

TEST_CASE("a known_hosts that can't be understood is not passed over") {
  Setting setting;
  setting.folder.write("known_hosts", "nonsense\n");
  const auto failed = ServerTrust::load(setting.server);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == kExitUsage);
  CHECK_THAT(failed.error().what, Catch::Contains("known_hosts:1: "));
}

TEST_CASE("everybody is trusted only by asking for it") {
  Setting setting;
  setting.server.accept_any = true;
  CHECK(setting.load().trust().accepts(setting.other));
  CHECK_FALSE(setting.load().may_learn());
}

TEST_CASE("without a place for known_hosts nothing is learned") {
  Setting setting;
  setting.server.known_hosts.clear();
  ServerTrust trust = setting.load();
  CHECK_FALSE(trust.may_learn());
  CHECK(trust.trust().configured());
  CHECK_THAT(to_text(trust.refusal(setting.ours)), Catch::Contains("--known-hosts"));
}
