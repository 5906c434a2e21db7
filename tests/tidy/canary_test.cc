// SPDX-License-Identifier: MIT
//
// Made-up trees with one fault each: a check that stayed green on them would be worth nothing.
#include <catch2/catch.hpp>

#include "tidy/spec.h"

using namespace jetstream::tidy;

namespace {

Tree one(std::string path, std::string text) { return {{std::move(path), std::move(text)}}; }

std::string repeat(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("canary: layers") {
  CHECK(check_layers(one("lib/src/wire/a.cc", "#include \"crypto/b.h\"\n")).size() == 1);
  CHECK(check_layers(one("lib/src/stream/a.h", "#include \"recovery/b.h\"\n")).size() == 1);
  CHECK(check_layers(one("lib/src/base/a.h", "#include \"wire/b.h\"\n")).size() == 1);
  CHECK(check_layers(one("cli/jsctl/a.cc", "#include \"endpoint/b.h\"\n")).size() == 1);
  CHECK(check_layers(one("lib/src/net/a.cc", "#include \"tests/b.h\"\n")).size() == 1);
  CHECK(check_layers(one("lib/include/jetstream/a.h", "#include \"base/b.h\"\n")).size() == 1);
  CHECK(check_layers(one("lib/src/util/a.h", "")).size() == 1);
  CHECK(check_layers(one("lib/src/wire/a.cc",
                         "#include \"base/b.h\"\n#include \"wire/c.h\"\n"
                         "#include \"jetstream/d.h\"\n#include <array>\n"))
            .empty());
}

TEST_CASE("canary: the parts of the daemon are layers, too") {
  const auto findings = [](std::string path, std::string text) {
    return check_layers(one(std::move(path), std::move(text))).size();
  };
  CHECK(findings("cli/jsctl/a.cc", "#include \"daemon/config/config.h\"\n") == 0);
  CHECK(findings("cli/jsctl/a.cc", "#include \"daemon/log/log.h\"\n") == 1);
  CHECK(findings("cli/jscat/a.cc", "#include \"daemon/config/config.h\"\n") == 1);
  CHECK(findings("daemon/log/log.cc", "#include \"daemon/config/config.h\"\n") == 0);
  CHECK(findings("daemon/config/config.cc", "#include \"daemon/config/config_places.h\"\n") == 0);
  CHECK(findings("daemon/config/config.cc", "#include \"daemon/log/log.h\"\n") == 1);
  CHECK(findings("daemon/config/config.cc", "#include \"net/clock.h\"\n") == 1);
  CHECK(findings("daemon/workers/worker.cc", "#include \"daemon/app/app.h\"\n") == 1);
  CHECK(findings("daemon/main.cc", "#include \"daemon/app/app.h\"\n") == 0);
  CHECK(findings("daemon/app/app.cc", "#include \"daemon/generated_files.h\"\n") == 1);
  CHECK(findings("daemon/other/a.cc", "") == 1);
}

TEST_CASE("canary: fences") {
  CHECK(check_fences(one("lib/src/wire/a.cc", "#include <openssl/evp.h>\n")).size() == 1);
  CHECK(check_fences(one("lib/src/endpoint/a.cc", "#include <asio.hpp>\n")).size() == 1);
  CHECK(check_fences(one("lib/src/wire/a.cc", "#include <nlohmann/json.hpp>\n")).size() == 1);
  CHECK(check_fences(one("daemon/config/config.cc", "#include <yaml-cpp/yaml.h>\n")).size() == 1);
  CHECK(check_fences(one("daemon/main.cc", "#include <CLI/CLI.hpp>\n")).size() == 1);
  CHECK(check_fences(one("cli/jscat/main.cc", "#include <spdlog/spdlog.h>\n")).size() == 1);
  CHECK(check_fences(one("lib/src/crypto/a.cc", "#include <openssl/evp.h>\n")).empty());
  CHECK(check_fences(one("daemon/process/args.cc", "#include <CLI/CLI.hpp>\n")).empty());
}

TEST_CASE("canary: purity") {
  CHECK(check_purity(one("lib/src/session/a.cc", "auto t = Clock::now();\n")).size() == 1);
  CHECK(check_purity(one("lib/src/wire/a.cc", "#include <thread>\n")).size() == 1);
  CHECK(check_purity(one("lib/include/jetstream/a.h", "std::mutex m;\n")).size() == 1);
  CHECK(check_purity(one("lib/src/net/a.cc", "std::mutex m; auto t = Clock::now();\n")).empty());
  CHECK(check_purity(one("lib/src/wire/a.cc", "// Clock::now() is not for us.\n")).empty());
}

TEST_CASE("canary: words") {
  CHECK(check_words(one("README.md", "FIXME\n")).size() == 1);
  CHECK(check_words(one("lib/src/wire/a.cc", "// TODO: later\n")).size() == 1);
  CHECK(check_words(one("a.md", "a\n<<<<<<< ours\n")).size() == 1);
  CHECK(check_words(one("daemon/a.cc", "auto t = steady_clock::now();\n")).size() == 1);
  CHECK(check_words(one("lib/src/net/clock.cc", "auto t = steady_clock::now();\n")).empty());
  CHECK(check_words(one("tests/unit/a.cc", "std::this_thread::sleep_for(1s);\n")).size() == 1);
  CHECK(check_words(one("tests/sim/a.cc", "int x = rand();\n")).size() == 1);
  CHECK(check_words(one("tests/sim/a.cc", "int x = operand();\n")).empty());
  CHECK(check_words(one("lib/src/crypto/a.cc", "return memcmp(a, b, 4);\n")).size() == 1);
  CHECK(check_words(one("lib/src/wire/a.cc", "return memcmp(a, b, 4);\n")).empty());
  CHECK(check_words(one("lib/src/wire/a.cc", "auto s = \"rand(\"; char c = '\\'';\n")).empty());
}

TEST_CASE("canary: machine paths") {
  CHECK(check_machine_paths(one("dev", "cd /home/someone/project\n")).size() == 1);
  CHECK(check_machine_paths(one("dev", "cd \"/root/project\"\n")).size() == 1);
  CHECK(check_machine_paths(one("a.md", "see docs/home/a and /var/lib/jetstreamd\n")).empty());
}

TEST_CASE("canary: sizes") {
  CHECK(check_sizes(one("lib/a.cc", repeat("\n", 501))).size() == 1);
  CHECK(check_sizes(one("lib/a.cc", repeat("\n", 500))).empty());
  CHECK(check_sizes(one("lib/a.cc", repeat("x", 101) + "\n")).size() == 1);
  CHECK(check_sizes(one("lib/a.cc", repeat("x", 100) + "\n")).empty());
  CHECK(check_sizes(one("lib/a.cc", "// " + repeat("x", 98) + "\n")).size() == 1);
  const std::string raw = "auto s = R\"(\n" + repeat("x", 101) + "\n)\";\n";
  CHECK(check_sizes(one("lib/a.cc", raw)).empty());
  CHECK(check_sizes(one("lib/a.cc", repeat("\xc3\xa9", 100) + "\n")).empty());
}

TEST_CASE("canary: functions") {
  const std::string body = repeat("  ++x;\n", 69);
  CHECK(check_functions(one("a.cc", "void f() {\n" + body + "}\n")).size() == 1);
  CHECK(check_functions(one("a.cc", "void f() {\n" + body.substr(7) + "}\n")).empty());
  CHECK(check_functions(
            one("a.cc", "namespace a {\nclass B {\n  int c() const {\n" + body + "  }\n};\n}\n"))
            .size() == 1);
  const std::string functions = repeat("int f() { return 1; }\n", 80);
  CHECK(
      check_functions(one("a.cc", "namespace a {\nstruct B {\n" + functions + "};\n}\n")).empty());
  CHECK(check_functions(one("a.cc", "int x[] = {\n" + repeat("  f(1),\n", 90) + "};\n")).empty());
}

TEST_CASE("canary: orphans and test folders") {
  Tree tree = {{"lib/src/wire/CMakeLists.txt", "js_layer(wire SOURCES a.cc)"},
               {"lib/src/wire/a.cc", ""},
               {"lib/src/wire/b.cc", ""}};
  CHECK(check_orphans(tree) == Findings{"lib/src/wire/b.cc: no CMakeLists.txt builds it"});
  // The end of another file's name is no mention.
  tree[0].text = "js_layer(wire SOURCES a.cc sub_b.cc)";
  CHECK(check_orphans(tree).size() == 1);
  tree[0].text = "foreach(x a b)\n add_executable(${x} ${x}.cc)\n";
  CHECK(check_orphans(tree).empty());
  tree = {{"tests/CMakeLists.txt", "foreach(folder support unit/wire\n   sim)"},
          {"tests/unit/wire/CMakeLists.txt", ""},
          {"tests/unit/base/CMakeLists.txt", ""}};
  CHECK(check_test_folders(tree) ==
        Findings{"tests/unit/base: no CMakeLists.txt of the tests adds it"});
}

TEST_CASE("canary: named paths") {
  const Tree tree = {{"docs/a.md", "See `lib/src/wire`, `lib/src/wire/b.cc` and `lib/src/wir`.\n"},
                     {"lib/src/wire/b.cc", ""}};
  CHECK(check_named_paths(tree) == Findings{"docs/a.md:1: there is no lib/src/wir"});
}

TEST_CASE("canary: requirements and citations") {
  const SourceFile spec = {"docs/PROTOCOL.md",
                           "[PKT-1] A side MUST do\nthis.\n\nText.\n\n[PKT-2] It MUST NOT.\n"};
  REQUIRE(requirements_of({spec}).size() == 2);
  CHECK(requirements_of({spec})[0].text == "[PKT-1] A side MUST do\nthis.\n");
  CHECK(check_requirements({spec}).empty());
  CHECK(check_requirements(one("docs/PROTOCOL.md", "[PKT-2] It MUST.\n")).size() == 1);
  CHECK(check_requirements(one("docs/PROTOCOL.md", "[PKT-1] It may.\n")).size() == 1);
  CHECK(check_requirements(one("docs/PROTOCOL.md", "[PKT-1] It MUST and MUST.\n")).size() == 1);
  CHECK(check_requirements({}).size() == 1);

  const SourceFile code = {"lib/src/wire/a.cc", "// Why [PKT-1, PKT-2].\n"};
  const SourceFile test = {"tests/unit/wire/a_test.cc", "// [PKT-1]\n"};
  CHECK(check_coverage({spec, code, test}) == Findings{"PKT-2: no test cites it"});
  CHECK(check_coverage({spec, test}).size() == 3);
  CHECK(check_citations({spec, code, test}).empty());
  CHECK(check_citations({spec, {"daemon/a.cc", "// [PKT-3]\n"}}).size() == 1);
}
