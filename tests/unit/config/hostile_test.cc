#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "config/load.h"
#include "config/source.h"
#include "support/sanitizers.h"

namespace weir::config {

namespace {

using support::kSanitizedShare;

constexpr std::size_t kLarge = Source::kSizeMax / kSanitizedShare;

std::string repeated(std::string_view part, std::size_t size = kLarge) {
  std::string text;
  while (text.size() + part.size() <= size) text += part;
  return text;
}

// Loads a hostile text: an error, in bounded time, of bounded length. The bound is generous, for
// sanitizers and busy machines: what it must catch takes minutes.
void refuse(const std::string& what, const std::string& text) {
  INFO(what);
  auto start = std::chrono::steady_clock::now();
  Loaded loaded = load_text("a.yaml", text);
  auto took = std::chrono::steady_clock::now() - start;
  CHECK(!loaded.config);
  CHECK(loaded.errors.starts_with("a.yaml:"));
  CHECK(loaded.errors.size() < 100'000);
  CHECK(took < std::chrono::seconds(30));
}

}  // namespace

TEST_CASE("deep nesting of every kind ends at once") {
  for (const char* part : {"[", "{", "[a,", "{a: ", "[a: ", "[\n", "- ", "? ", ": ", "a: "}) {
    refuse(part, repeated(part));
    refuse(part, repeated(part, 90'000));
  }
  std::string stairs;
  for (std::size_t i = 0; i < 1'500; ++i) stairs += std::string(i, ' ') + "a:\n";
  refuse("stairs", stairs);
}

TEST_CASE("endless repetition of every kind ends") {
  for (const char* part :
       {"!a ", "&a ", "*a ", "---\n", "%a b\n", "\"a\" ", "'", "#", "\n", "x ", "a", "- a\n"})
    refuse(part, repeated(part));
  refuse("list", "a: [" + repeated("a,", kLarge - 100));
  refuse("quote", "a: \"" + repeated("x", kLarge - 100));
  refuse("block", "a: |\n" + repeated(" x\n", kLarge - 100));
}

TEST_CASE("a hundred thousand unknown keys are counted, and a hundred shown") {
  constexpr std::size_t kCount = 100'000 / kSanitizedShare;
  std::string text;
  for (std::size_t i = 0; i < kCount; ++i) text += "key" + std::to_string(i) + ": 1\n";
  Loaded loaded = load_text("a.yaml", text);
  // listen and upstreams are missing too
  CHECK(loaded.errors.ends_with("\n" + std::to_string(kCount - 98) + " errors more\n"));
}

TEST_CASE("ten thousand routes to as many upstreams are read") {
  std::string text = "listen: 80\nupstreams:\n";
  for (int i = 0; i < 10'000; ++i) text += "  u" + std::to_string(i) + ": \"10.0.0.1:80\"\n";
  text += "routes:\n";
  for (int i = 0; i < 10'000; ++i) {
    std::string n = std::to_string(i);
    text += "  - {host: h" + n + ".example.com, path: /p" + n + "/, upstream: u" + n + "}\n";
  }
  Loaded loaded = load_text("a.yaml", text);
  REQUIRE(loaded.config.has_value());
  CHECK(loaded.config->routes.size() == 10'000);
  CHECK(loaded.config->routes[9'999].match.name == "h9999.example.com/p9999/");
}

TEST_CASE("every byte in every place of a small file is an error or a configuration") {
  const std::string text =
      "listen: [8080, {address: ':1'}]\nupstreams: {a: \"h:1\"}\nworkers: 1 # x\n";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      Loaded loaded = load_text("a.yaml", changed);
      CHECK(loaded.config.has_value() == loaded.errors.empty());
    }
  }
}

}  // namespace weir::config
