#include "backend/options.h"

#include <doctest/doctest.h>

namespace weir::backend {
namespace {

std::variant<Options, Goodbye> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "weir-backend");
  return parse_options(static_cast<int>(words.size()), words.data(), "1.2.3");
}

Goodbye goodbye(std::vector<const char*> words) {
  auto parsed = parse(std::move(words));
  REQUIRE(std::holds_alternative<Goodbye>(parsed));
  return std::get<Goodbye>(parsed);
}

}  // namespace

TEST_CASE("without words the defaults hold") {
  auto parsed = parse({});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.listen == std::vector{net::Address{"127.0.0.1", 9001, false}});
  CHECK(options.name == "backend");
  CHECK(options.workers == 1);
  CHECK_FALSE(options.unhealthy);
}

TEST_CASE("all words are read") {
  auto parsed = parse({"--listen", "127.0.0.1:0", "--listen", "unix:/tmp/a", "--name", "u1",
                       "--workers", "2", "--unhealthy"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.listen ==
        std::vector{net::Address{"127.0.0.1", 0, false}, net::Address{"/tmp/a", 0, true}});
  CHECK(options.name == "u1");
  CHECK(options.workers == 2);
  CHECK(options.unhealthy);
}

TEST_CASE("wrong usage is status 2 and says what is wrong") {
  for (auto words : std::vector<std::vector<const char*>>{{"--nonsense"},
                                                          {"word"},
                                                          {"--name"},
                                                          {"--name", ""},
                                                          {"--name", "a\nb"},
                                                          {"--name", "a "},
                                                          {"--workers", "0"},
                                                          {"--workers", "x"},
                                                          {"--listen", "host:port"}}) {
    Goodbye end = goodbye(words);
    CHECK(end.status == 2);
    CHECK(end.text.starts_with("weir-backend: "));
    CHECK(end.text.size() > 20);
  }
  CHECK(goodbye({"--nonsense"}).text.find("--nonsense") != std::string::npos);
}

TEST_CASE("help and version are status 0") {
  CHECK(goodbye({"--help"}).status == 0);
  CHECK(goodbye({"--help"}).text.find("--listen") != std::string::npos);
  CHECK(goodbye({"--version"}).status == 0);
  CHECK(goodbye({"--version"}).text.find("1.2.3") != std::string::npos);
}

}  // namespace weir::backend
