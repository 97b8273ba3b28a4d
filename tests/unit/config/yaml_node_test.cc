#include "config/yaml_node.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::config {

namespace {

using Kind = Node::Kind;

// A text and what became of it.
struct Read {
  explicit Read(std::string text)
      : source("a.yaml", std::move(text)), errors(source), root(read_yaml(errors)) {}

  // The message of the one error, as `line:column message`.
  [[nodiscard]] std::string error() const {
    std::string all = render({&errors});
    std::size_t end = all.find('\n');
    std::string first = all.substr(0, end);
    return first.starts_with("a.yaml:") ? first.substr(7) : first;
  }
  [[nodiscard]] const Node& at(std::string_view key) const { return *root->find(key); }
  [[nodiscard]] std::string_view token(const Node& node) const { return source.text(node.place); }

  Source source;
  Errors errors;
  std::optional<Node> root;
};

}  // namespace

TEST_CASE("maps, lists and texts keep their order and their places") {
  Read read("b: one\na:\n  - two\n  - \"th\\\"ree\"\nc: {d: 'f''our', e: [5]}\n");
  REQUIRE(read.root);
  CHECK(read.errors.empty());
  REQUIRE(read.root->keys.size() == 3);
  CHECK(read.root->keys[0].text == "b");
  CHECK(read.token(read.root->keys[1]) == "a");
  CHECK(read.at("b").text == "one");
  const Node& list = read.at("a");
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[1].text == "th\"ree");
  CHECK(read.token(list.items[1]) == "\"th\\\"ree\"");
  CHECK(read.token(*read.at("c").find("d")) == "'f''our'");
  CHECK(read.at("c").find("e")->items[0].text == "5");
  CHECK(read.at("c").find("nothing") == nullptr);
}

TEST_CASE("texts over several lines are read, their place is the first line") {
  Read read("a: |\n  x\n  y\nb: one\n  two\nc: \"three\n  four\"\n");
  REQUIRE(read.root);
  CHECK(read.at("a").text == "x\ny\n");
  CHECK(read.token(read.at("a")) == "|");
  CHECK(read.at("b").text == "one two");
  CHECK(read.token(read.at("b")) == "one");
  CHECK(read.at("c").text == "three four");
}

TEST_CASE("an empty value is told from null, and its place is its key") {
  Read read("a:\nb: null\nc: ~\nd: {e: , f: 1}\ng:\nnull_like: 1\nh:\n");
  REQUIRE(read.root);
  CHECK(read.at("a").is(Kind::kEmpty));
  CHECK(read.token(read.at("a")) == "a");
  CHECK(read.at("b").is(Kind::kNull));
  CHECK(read.token(read.at("b")) == "null");
  CHECK(read.at("c").is(Kind::kNull));
  CHECK(read.token(*read.at("d").find("e")) == "e");
  CHECK(read.at("g").is(Kind::kEmpty));
  CHECK(read.at("h").is(Kind::kEmpty));
  CHECK(read.token(read.at("h")) == "h");
}

TEST_CASE("an empty value in front of a key named null is empty") {
  Read read("a:\nnull: 1\n");
  REQUIRE(read.root);
  CHECK(read.at("a").is(Kind::kEmpty));
  CHECK(read.error() == "2:1: error: a key must be a word");
}

TEST_CASE("an empty entry of a list has the place of its dash") {
  Read read("a:\n  - 1\n  -  # nothing\n\n  # more\n  - 3\n");
  REQUIRE(read.root);
  const Node& entry = read.at("a").items[1];
  CHECK(entry.is(Kind::kEmpty));
  CHECK(read.source.position(entry.place.offset).line == 3);
  CHECK(read.token(entry) == "-");
}

TEST_CASE("a key given twice is an error, and the first one counts") {
  Read read("a: 1\nb: 2\na: 3\n");
  REQUIRE(read.root);
  CHECK(read.error() == "3:1: error: key 'a' is given twice");
  CHECK(read.at("a").text == "1");
  CHECK(read.root->keys.size() == 2);
}

TEST_CASE("keys given twice are found in every map, quoted or not") {
  Read read("x: [{a: 1, \"a\": 2}, {a: 1, b: 2}]\ny: {a: 1}\n");
  CHECK(read.errors.count() == 1);
  CHECK(read.error() == "1:12: error: key 'a' is given twice");
}

TEST_CASE("anchors, aliases, tags and merge keys are errors, each told once") {
  Read read("a: &x 1\nb: *x\nc: !!str 1\nd: {<<: {e: 1}}\nf: &y [1]\ng: !z {h: 1}\n");
  REQUIRE(read.root);
  CHECK(read.errors.count() == 6);
  CHECK(read.at("a").is(Kind::kBroken));
  CHECK(read.at("b").is(Kind::kBroken));
  CHECK(read.at("c").is(Kind::kBroken));
  CHECK(read.at("d").items.empty());
}

TEST_CASE("an alias bomb costs nothing") {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 200; ++i) {
    std::string n = std::to_string(i);
    std::string before = std::to_string(i - 1);
    text += "a" + n + ": &a" + n + " [*a" + before + ", *a" + before + "]\n";
  }
  Read read(text);
  REQUIRE(read.root);
  CHECK(read.errors.count() == 200 + 398);
}

TEST_CASE("a second document is an error, and the first one is read") {
  Read read("a: 1\n---\nb: 2\n");
  REQUIRE(read.root);
  CHECK(read.at("a").text == "1");
  CHECK(read.error() ==
        "2:1: error: a second document begins here; a configuration is one document");
}

TEST_CASE("document marks around one document are no error") {
  Read read("---\na: 1\n...\n");
  REQUIRE(read.root);
  CHECK(read.errors.empty());
  CHECK(read.at("a").text == "1");
}

TEST_CASE("a file of comments is empty") {
  for (const char* text : {"", "\n\n", "# x\n", "---\n"}) {
    Read read(text);
    REQUIRE(read.root);
    CHECK(read.root->is(Kind::kEmpty));
    CHECK(read.errors.empty());
  }
}

TEST_CASE("keys that are no words are errors") {
  CHECK(Read("{[a]: 1}\n").error() == "1:2: error: a key must be a word");
  CHECK(Read("? {a: 1}\n: 1\n").errors.count() == 1);
  CHECK(Read("~: 1\n").error() == "1:1: error: a key must be a word");
}

TEST_CASE("nesting has a bound") {
  std::string shallow = "a: " + std::string(kDepthMax - 1, '[') + std::string(kDepthMax - 1, ']');
  CHECK(Read(shallow).errors.empty());
  std::string deep = "a: " + std::string(kDepthMax, '[') + std::string(kDepthMax, ']');
  Read read(deep);
  CHECK(!read.root);
  CHECK(read.error() == "1:35: error: nested more than 32 deep");
  CHECK(!Read(std::string(100, '[')).root);
}

TEST_CASE("the environment is expanded in values, quoted or not, and not in keys") {
  // Every process has a PATH.
  Read read("a: x${PATH}y\nb: [\"${PATH}\"]\n\"${PATH}\": $${PATH}\n");
  REQUIRE(read.root);
  CHECK(read.errors.empty());
  CHECK(read.at("a").text.starts_with("x/"));
  CHECK(read.at("b").items[0].text.starts_with("/"));
  CHECK(read.at("${PATH}").text == "${PATH}");
}

TEST_CASE("an unset variable breaks its value alone, and the caret shows it") {
  Read read("a: x${WEIR_TEST_UNSET}y\nb: 1\n");
  REQUIRE(read.root);
  CHECK(read.at("a").is(Kind::kBroken));
  CHECK(read.at("b").text == "1");
  CHECK(read.error().starts_with(
      "1:5: error: the environment variable 'WEIR_TEST_UNSET' is not set"));
}

TEST_CASE("a quote that only the end of the file closes is an error") {
  // yaml-cpp lets it pass.
  Read read("a: 'x\n");
  CHECK(!read.root);
  CHECK(read.error() == "1:4: error: this quote is not closed before the end of the file");
}

TEST_CASE("broken syntax is told alone") {
  Read read("a: 1\na: 2\nb: *x\nc: [}\n");
  CHECK(!read.root);
  CHECK(read.errors.count() == 1);
}

}  // namespace weir::config
