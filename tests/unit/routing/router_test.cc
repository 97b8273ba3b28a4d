#include "routing/router.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/ascii.h"

namespace weir::routing {
namespace {

using Kind = Found::Kind;

Router built(std::vector<RouteMatch> matches) {
  auto router = Router::build(std::move(matches));
  REQUIRE_MESSAGE(router.ok(), router.error().text);
  return std::move(router.value());
}

// Routes 0, 1, ... as a file gives them; those that forward add a slash.
Router built(const std::vector<RouteOptions>& routes) {
  std::vector<RouteMatch> matches;
  for (const auto& options : routes) {
    auto match = parse_match(options, matches.size(), true);
    REQUIRE_MESSAGE(match.ok(), match.error().text);
    matches.push_back(std::move(match.value()));
  }
  return built(std::move(matches));
}

RouteOptions route(std::vector<std::string> hosts, std::string path,
                   std::optional<std::size_t> listener = std::nullopt) {
  RouteOptions options;
  options.hosts = std::move(hosts);
  options.path = std::move(path);
  options.listener = listener;
  return options;
}

Found ask(const Router& router, std::string_view host, std::string_view path,
          std::size_t listener = 0) {
  http::RequestHead head;
  head.host = host;
  head.normal_path = path;
  return router.find(head, listener);
}

TEST_CASE("an exact host goes before wildcards, the longest of them first, and before any") {
  auto router = built({route({}, ""), route({"*.com"}, ""), route({"*.example.com"}, ""),
                       route({"a.example.com", "b.example.com"}, ""), route({"[::1]"}, "")});
  CHECK(ask(router, "a.example.com", "/") == Found{Kind::kRoute, 3});
  CHECK(ask(router, "b.example.com", "/") == Found{Kind::kRoute, 3});
  CHECK(ask(router, "c.example.com", "/") == Found{Kind::kRoute, 2});
  CHECK(ask(router, "x.a.example.com", "/") == Found{Kind::kRoute, 2});
  CHECK(ask(router, "example.com", "/") == Found{Kind::kRoute, 1});
  CHECK(ask(router, "badexample.com", "/") == Found{Kind::kRoute, 1});
  CHECK(ask(router, "com", "/") == Found{Kind::kRoute, 0});
  CHECK(ask(router, ".com", "/") == Found{Kind::kRoute, 0});
  CHECK(ask(router, "example.org", "/") == Found{Kind::kRoute, 0});
  CHECK(ask(router, "[::1]", "/") == Found{Kind::kRoute, 4});
  CHECK(ask(router, "", "/") == Found{Kind::kRoute, 0});
}

TEST_CASE("without a route for any host, an unknown host has none") {
  auto router = built({route({"a.com"}, "/")});
  CHECK(ask(router, "b.com", "/") == Found{});
  CHECK(ask(router, "", "/") == Found{});
  CHECK(ask(built(std::vector<RouteOptions>{}), "a.com", "/") == Found{});
}

TEST_CASE("a host class without a route for the path gives way to the next") {
  auto router = built({route({}, "/"), route({"*.com"}, "/w/"), route({"*.a.com"}, "/v/"),
                       route({"x.a.com"}, "= /e"), route({"x.a.com"}, "/only", 1)});
  CHECK(ask(router, "x.a.com", "/e") == Found{Kind::kRoute, 3});
  CHECK(ask(router, "x.a.com", "/v/1") == Found{Kind::kRoute, 2});
  CHECK(ask(router, "x.a.com", "/w/1") == Found{Kind::kRoute, 1});
  CHECK(ask(router, "x.a.com", "/z") == Found{Kind::kRoute, 0});
  CHECK(ask(router, "x.a.com", "/only", 1) == Found{Kind::kRoute, 4});
  CHECK(ask(router, "x.a.com", "/only", 0) == Found{Kind::kRoute, 0});
}

TEST_CASE("the closing slash is added within a host class, before later ones are asked") {
  auto router = built({route({}, "= /a"), route({"h"}, "/a/"), route({"i"}, "/b")});
  CHECK(ask(router, "h", "/a") == Found{Kind::kSlashRedirect, 1});
  CHECK(ask(router, "i", "/a") == Found{Kind::kRoute, 0});
}

TEST_CASE("a host named twice in a route is no error") {
  auto router = built({route({"a.com", "A.com."}, "/")});
  CHECK(ask(router, "a.com", "/") == Found{Kind::kRoute, 0});
}

TEST_CASE("a bad regex is an error of the router") {
  RouteMatch match;
  match.path = {PathKind::kRegex, "(a"};
  auto router = Router::build({match});
  REQUIRE_FALSE(router.ok());
  CHECK(router.error().text.find("'(a'") != std::string::npos);
}

TEST_CASE("a host of thousands of labels is looked up like any other") {
  auto router = built({route({}, ""), route({"*.example.com"}, "")});
  std::string host;
  for (int i = 0; i < 20'000; ++i) host += "a.";
  CHECK(ask(router, host + "example.com", "/") == Found{Kind::kRoute, 1});
  CHECK(ask(router, host + "example.org", "/") == Found{Kind::kRoute, 0});
}

TEST_CASE("each of ten thousand hosts and paths finds its route") {
  std::vector<RouteOptions> routes;
  for (std::size_t i = 0; i < 10'000; i += 2) {
    routes.push_back(route({"h" + std::to_string(i) + ".example.com"}, "/"));
    routes.push_back(route({}, "/p" + std::to_string(i) + "/"));
  }
  auto router = built(routes);
  for (std::size_t i = 0; i < 10'000; i += 2) {
    auto name = std::to_string(i);
    REQUIRE(ask(router, "h" + name + ".example.com", "/x") == Found{Kind::kRoute, i});
    REQUIRE(ask(router, "other", "/p" + name + "/x") == Found{Kind::kRoute, i + 1});
    REQUIRE(ask(router, "other", "/p" + name) == Found{Kind::kSlashRedirect, i + 1});
  }
}

// The rules of "Which route takes a request", read off word by word: sorts and searches all routes
// for each request.
class Reference {
 public:
  Reference(const std::vector<RouteMatch>& matches, std::string_view host, std::string_view path,
            std::size_t listener)
      : matches_(matches), path_(path) {
    head_.host = host;
    head_.normal_path = path;
    listener_ = listener;
  }

  Found find() {
    std::vector<HostPattern> classes = {{false, std::string(head_.host)}};
    for (std::size_t dot = 1; dot < head_.host.size(); ++dot) {
      if (head_.host[dot] == '.') classes.push_back({true, std::string(head_.host.substr(dot))});
    }
    for (const auto& host : classes) {
      auto found = in_class([&](const RouteMatch& match) {
        return std::find(match.hosts.begin(), match.hosts.end(), host) != match.hosts.end();
      });
      if (found.kind != Kind::kNone) return found;
    }
    return in_class([](const RouteMatch& match) { return match.hosts.empty(); });
  }

 private:
  // The one of the class whose conditions hold and for which `wanted` says true: more conditions
  // first, then file order.
  template <class Wanted>
  const RouteMatch* best(Wanted wanted) const {
    const RouteMatch* found = nullptr;
    for (const RouteMatch* match : members_) {
      if (!match->holds({head_, listener_}) || !wanted(*match)) continue;
      if (found == nullptr || match->conditions.size() > found->conditions.size()) found = match;
    }
    return found;
  }

  template <class IsMember>
  Found in_class(IsMember is_member) {
    members_.clear();
    for (const auto& match : matches_) {
      if (is_member(match)) members_.push_back(&match);
    }
    auto text_is = [](const RouteMatch& match, const std::string& text) {
      return !match.path.is_regex() && match.path.kind != PathKind::kAny && match.path.text == text;
    };
    if (auto* exact = best([&](const RouteMatch& match) {
          return match.path.kind == PathKind::kExact && match.path.text == path_;
        })) {
      return {Kind::kRoute, exact->route};
    }
    if (best([&](const RouteMatch& match) { return text_is(match, path_); }) == nullptr) {
      if (auto* slashed = best([&](const RouteMatch& match) {
            return match.adds_slash && path_ != "" && text_is(match, path_ + "/");
          })) {
        return {Kind::kSlashRedirect, slashed->route};
      }
    }
    const RouteMatch* prefix = nullptr;
    for (std::size_t size = path_.size() + 1; size-- > 0 && prefix == nullptr;) {
      prefix = best([&](const RouteMatch& match) {
        return match.path.is_prefix() && match.path.text == path_.substr(0, size);
      });
    }
    if (prefix != nullptr && prefix->path.kind == PathKind::kPreferredPrefix) {
      return {Kind::kRoute, prefix->route};
    }
    if (auto* regex = by_regex()) return {Kind::kRoute, regex->route};
    if (prefix != nullptr) return {Kind::kRoute, prefix->route};
    auto* pathless =
        best([](const RouteMatch& match) { return match.path.kind == PathKind::kAny; });
    return pathless == nullptr ? Found{} : Found{Kind::kRoute, pathless->route};
  }

  // The regexes under test are plain texts, so that finding one needs no engine.
  const RouteMatch* by_regex() const {
    for (const RouteMatch* first : members_) {
      const PathPattern& path = first->path;
      if (!path.is_regex()) continue;
      bool no_case = path.kind == PathKind::kRegexNoCase;
      auto text = no_case ? base::to_lower(path.text) : path.text;
      auto searched = no_case ? base::to_lower(path_) : path_;
      if (searched.find(text) == std::string::npos) continue;
      if (auto* found = best([&](const RouteMatch& match) { return match.path == path; }))
        return found;
    }
    return nullptr;
  }

  const std::vector<RouteMatch>& matches_;
  std::string path_;
  http::RequestHead head_;
  std::size_t listener_ = 0;
  std::vector<const RouteMatch*> members_;
};

class RandomRoutes {
 public:
  explicit RandomRoutes(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::string text(std::size_t size_max) {
    std::string made;
    for (auto size = below(size_max + 1); size > 0; --size) made.push_back("//aAb"[below(5)]);
    return made;
  }
  std::string host() {
    static const std::vector<std::string> hosts = {"",        "com",       "a.com", "b.com",
                                                   "x.a.com", "y.x.a.com", "org"};
    return hosts[below(hosts.size())];
  }
  RouteMatch match(std::size_t index) {
    static const std::vector<HostPattern> patterns = {
        {false, "com"},   {false, "a.com"},   {false, "x.a.com"}, {true, ".com"},
        {true, ".a.com"}, {true, ".x.a.com"}, {true, ".org"}};
    RouteMatch made;
    made.route = index;
    if (below(3) != 0) {
      for (auto count = 1 + below(3); count > 0; --count) {
        made.hosts.push_back(patterns[below(patterns.size())]);
      }
    }
    made.path.kind = static_cast<PathKind>(below(6));
    if (made.path.is_regex())
      made.path.text = text(4);
    else if (made.path.kind != PathKind::kAny)
      made.path.text = "/" + text(3);
    for (auto count = below(3); count > 0; --count)
      made.conditions.emplace_back(OnListener{below(2)});
    made.adds_slash = below(2) == 0;
    return made;
  }

 private:
  std::mt19937 random_;
};

TEST_CASE("random sets of routes answer as the rules say, read off one by one") {
  std::size_t redirects = 0;
  std::size_t none = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    RandomRoutes random(seed);
    std::vector<RouteMatch> matches;
    // Every third set is large enough for regexes to be searched together.
    auto count = seed % 3 == 0 ? 250 : 1 + random.below(30);
    for (std::size_t i = 0; i < count; ++i) matches.push_back(random.match(i));
    auto router = built(matches);
    for (int i = 0; i < 100; ++i) {
      auto host = random.host();
      auto path = "/" + random.text(5);
      auto listener = random.below(3);
      CAPTURE(host);
      CAPTURE(path);
      CAPTURE(listener);
      auto expected = Reference(matches, host, path, listener).find();
      auto found = ask(router, host, path, listener);
      REQUIRE(found.kind == expected.kind);
      REQUIRE(found == expected);
      redirects += found.kind == Kind::kSlashRedirect ? 1U : 0U;
      none += found.kind == Kind::kNone ? 1U : 0U;
    }
    CHECK(router.regex_fallbacks() == 0);
  }
  // The sets are such that each outcome is met.
  CHECK(redirects > 100);
  CHECK(none > 100);
}

}  // namespace
}  // namespace weir::routing
