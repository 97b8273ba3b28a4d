#include "routing/path_table.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::routing {
namespace {

// A route of the table under test: its path as in a file, the listener it wants (-1: any), and
// whether it forwards.
struct Line {
  std::string path;
  int listener = -1;
  bool forwards = true;
};

// One host class, asked on listener 0 unless told otherwise.
class Table {
 public:
  explicit Table(const std::vector<Line>& lines) {
    matches_.reserve(lines.size());
    std::vector<const RouteMatch*> members;
    for (const auto& line : lines) {
      RouteOptions options;
      options.path = line.path;
      if (line.listener >= 0) options.when.listener = static_cast<std::size_t>(line.listener);
      auto match = parse_match(options, matches_.size(), line.forwards);
      REQUIRE_MESSAGE(match.ok(), match.error().text);
      matches_.push_back(std::move(match.value()));
      members.push_back(&matches_.back());
    }
    auto table = PathTable::build(members);
    REQUIRE(table.ok());
    table_.push_back(std::move(table.value()));
  }
  // "3": route 3; "3/": a redirect for it; "-": nothing.
  std::string ask(std::string_view path, std::size_t listener = 0) const {
    http::Request request;
    request.listener = listener;
    auto found =
        table_.front().search(path, [&](const Candidate& one) { return one.holds(request); });
    switch (found.kind) {
      case Found::Kind::kNone:
        return "-";
      case Found::Kind::kRoute:
        return std::to_string(found.route);
      case Found::Kind::kSlashRedirect:
        return std::to_string(found.route) + "/";
    }
    return "?";
  }

 private:
  std::vector<RouteMatch> matches_;
  std::vector<PathTable> table_;
};

TEST_CASE("the example of nginx's manual is answered as there") {
  // https://nginx.org/en/docs/http/ngx_http_core_module.html#location, configurations A to E.
  Table table({{"= /"}, {"/"}, {"/documents/"}, {"^~ /images/"}, {"~* \\.(gif|jpg|jpeg)$"}});
  CHECK(table.ask("/") == "0");
  CHECK(table.ask("/index.html") == "1");
  CHECK(table.ask("/documents/document.html") == "2");
  CHECK(table.ask("/images/1.gif") == "3");
  CHECK(table.ask("/documents/1.jpg") == "4");
  CHECK(table.ask("/documents/1.JPG") == "4");
}

TEST_CASE("nothing is found where nothing matches") {
  CHECK(Table({}).ask("/") == "-");
  Table table({{"/a/b"}, {"= /c"}, {"~ ^/d"}});
  CHECK(table.ask("/a") == "-");
  CHECK(table.ask("/c/") == "-");
  CHECK(table.ask("/") == "-");
  CHECK(table.ask("*") == "-");
}

TEST_CASE("a preferred prefix beats regexes only where it is the longest prefix") {
  Table table({{"^~ /a"}, {"/a/b"}, {"~ c$"}});
  CHECK(table.ask("/a/c") == "0");
  CHECK(table.ask("/a/b/c") == "2");
  CHECK(table.ask("/a/b/d") == "1");
}

TEST_CASE("regexes go in file order, whatever their length, before the prefix") {
  Table table({{"/x"}, {"~ /y"}, {"~ ^/x/y/z$"}, {"/x/y/z"}});
  CHECK(table.ask("/x/y/z") == "1");
  CHECK(table.ask("/x/z") == "0");
}

TEST_CASE("routes without path come last") {
  Table table({{""}, {"/"}, {"~ ^/r"}});
  CHECK(table.ask("/r") == "2");
  CHECK(table.ask("/s") == "1");
  CHECK(table.ask("*") == "0");
}

TEST_CASE("of the same path text, more conditions go first, then file order") {
  Table table({{"/a"}, {"^~ /a", 1}, {"/a", 0}, {"/a", 0}, {"~ b"}});
  CHECK(table.ask("/a", 0) == "2");
  CHECK(table.ask("/ab", 0) == "4");
  CHECK(table.ask("/ab", 1) == "1");
  CHECK(table.ask("/a", 2) == "0");
  Table exact({{"= /a"}, {"= /a"}, {"= /a", 1}});
  CHECK(exact.ask("/a", 0) == "0");
  CHECK(exact.ask("/a", 1) == "2");
  Table any({{""}, {"", 1}});
  CHECK(any.ask("/a", 0) == "0");
  CHECK(any.ask("/a", 1) == "1");
}

TEST_CASE("a route whose condition fails counts as absent") {
  Table table({{"= /a", 1}, {"^~ /a", 1}, {"~ a", 1}, {"~ ^/a"}, {"/"}});
  CHECK(table.ask("/a", 1) == "0");
  CHECK(table.ask("/ab", 1) == "1");
  CHECK(table.ask("/ba", 1) == "2");
  CHECK(table.ask("/ab", 0) == "3");
  CHECK(table.ask("/ba", 0) == "4");
  Table prefixes({{"/"}, {"/a/", 1}, {"/a/b/", 2}});
  CHECK(prefixes.ask("/a/b/c", 2) == "2");
  CHECK(prefixes.ask("/a/b/c", 1) == "1");
  CHECK(prefixes.ask("/a/b/c", 0) == "0");
  CHECK(Table({{"/a", 1}}).ask("/a", 0) == "-");
}

TEST_CASE("a regex that is used twice stands at its first place") {
  Table table({{"~ a", 1}, {"~ b"}, {"~ a"}, {"~* a"}});
  CHECK(table.ask("/ab", 1) == "0");
  CHECK(table.ask("/ab", 0) == "2");
  CHECK(table.ask("/b") == "1");
  CHECK(table.ask("/A") == "3");
}

TEST_CASE("a forwarding path with a closing slash answers the path without it by a redirect") {
  Table table({{"/a/"}, {"^~ /b/"}, {"= /c/"}, {"~ ^/[abc]$"}, {"/"}, {""}});
  CHECK(table.ask("/a") == "0/");
  CHECK(table.ask("/b") == "1/");
  CHECK(table.ask("/c") == "2/");
  CHECK(table.ask("/a/") == "0");
  CHECK(table.ask("/a/x") == "0");
  CHECK(table.ask("/ab") == "4");
}

TEST_CASE("no redirect where a route has exactly that path") {
  CHECK(Table({{"/a/"}, {"/a"}}).ask("/a") == "1");
  CHECK(Table({{"/a/"}, {"= /a"}}).ask("/a") == "1");
  CHECK(Table({{"/a/"}, {"^~ /a"}}).ask("/a") == "1");
  Table regex({{"/a/"}, {"/a"}, {"~ a"}});
  CHECK(regex.ask("/a") == "2");
  // A route that is absent does not count, a regex never.
  CHECK(Table({{"/a/"}, {"/a", 1}}).ask("/a", 0) == "0/");
  CHECK(Table({{"/a/"}, {"= /a", 1}}).ask("/a", 0) == "0/");
  CHECK(Table({{"/a/"}, {"~ ^/a$"}}).ask("/a") == "0/");
}

TEST_CASE("no redirect for a route that does not forward, or whose condition fails") {
  CHECK(Table({{"/a/", -1, false}, {"/"}}).ask("/a") == "1");
  CHECK(Table({{"/a/", 1}, {"/"}}).ask("/a", 0) == "1");
  CHECK(Table({{"/a/", 1}, {"/"}}).ask("/a", 1) == "0/");
  CHECK(Table({{"/a/"}, {"/a/", 1}}).ask("/a", 1) == "1/");
  CHECK(Table({{"/"}}).ask("") == "-");
}

TEST_CASE("more regexes than are tried one by one still go in file order") {
  std::vector<Line> lines;
  for (int i = 0; i < 300; ++i) lines.push_back({"~ ^/r" + std::to_string(i)});
  lines.push_back({"~* ^/R"});
  lines.push_back({"/"});
  Table table(lines);
  CHECK(table.ask("/r7") == "7");
  CHECK(table.ask("/r77") == "7");
  CHECK(table.ask("/r299") == "2");
  CHECK(table.ask("/rx") == "300");
  CHECK(table.ask("/x") == "301");
}

TEST_CASE("with many regexes, one whose condition fails gives way to the next that matches") {
  std::vector<Line> lines;
  for (int i = 0; i < 40; ++i)
    lines.push_back({"~ " + std::string(static_cast<std::size_t>(40 - i), 'a'), 1});
  lines.push_back({"~ aa", 0});
  lines.push_back({"/"});
  Table table(lines);
  CHECK(table.ask("/aaaa", 1) == "36");
  CHECK(table.ask("/aaaa", 0) == "40");
  CHECK(table.ask("/a", 0) == "41");
}

}  // namespace
}  // namespace weir::routing
