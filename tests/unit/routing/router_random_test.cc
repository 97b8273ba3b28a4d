// Random routes and requests: the router against the rules of "Which route takes a request", read
// off word by word for each request.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "http/message.h"
#include "routing/router.h"
#include "support/sanitizers.h"

namespace weir::routing {
namespace {

using Kind = Found::Kind;
using Texts = std::set<std::string>;
using Pairs = ConditionOptions::Named;

// A route as a file has it.
struct Entry {
  RouteOptions options;
  bool forwards = false;
};

// A request in the words of the file.
struct Wish {
  std::string host;
  std::string path;
  std::string method;
  std::string client;
  std::size_t listener = 0;
  Pairs headers;
  Pairs query;
  Pairs cookies;
};

// The outcome: a route, or the methods that would find one.
struct Outcome {
  Found found;
  Texts allow;
};

bool value_is(const std::string& pattern, const std::string& value) {
  if (pattern == "*") return true;
  // The regexes under test are plain texts, so that finding one needs no engine.
  if (pattern.starts_with("~ ")) return value.find(pattern.substr(2)) != std::string::npos;
  return pattern == value;
}

// Sorts and searches all routes for each request.
class Reference {
 public:
  Reference(const std::vector<Entry>& routes, const Wish& wish) : routes_(routes), wish_(wish) {}

  Outcome find() {
    std::vector<std::string> classes = {wish_.host};
    for (std::size_t dot = 1; dot < wish_.host.size(); ++dot) {
      if (wish_.host[dot] == '.') classes.push_back("*" + wish_.host.substr(dot));
    }
    classes.emplace_back();
    Texts allow;
    for (const auto& host : classes) {
      auto found = in_class(host);
      if (found.kind != Kind::kNone) return {found, {}};
      for (const auto* entry : members_) {
        if (takes_path(*entry) && fails_on_method_alone(*entry)) add_methods(*entry, allow);
      }
    }
    return {Found{}, allow};
  }

 private:
  using Test = std::function<bool(const Entry&)>;

  static std::string sign(const Entry& entry) {
    const auto& path = entry.options.path;
    return path.empty() || path[0] == '/' ? "" : path.substr(0, path.find(' '));
  }
  static std::string text(const Entry& entry) {
    const auto& path = entry.options.path;
    return sign(entry).empty() ? path : path.substr(path.find(' ') + 1);
  }
  static bool is_regex(const Entry& entry) { return sign(entry).starts_with('~'); }
  static bool is_any(const Entry& entry) { return entry.options.path.empty(); }
  static bool is_prefix(const Entry& entry) {
    return !is_any(entry) && (sign(entry).empty() || sign(entry) == "^~");
  }

  bool regex_matches(const Entry& entry) const {
    if (sign(entry) == "~") return wish_.path.find(text(entry)) != std::string::npos;
    return base::to_lower(wish_.path).find(base::to_lower(text(entry))) != std::string::npos;
  }
  bool is_slashed(const Entry& entry) const {
    return entry.forwards && !is_regex(entry) && !is_any(entry) && !wish_.path.empty() &&
           text(entry) == wish_.path + "/";
  }
  bool takes_path(const Entry& entry) const {
    if (is_any(entry)) return true;
    if (is_regex(entry)) return regex_matches(entry);
    if (is_slashed(entry)) return true;
    return is_prefix(entry) ? wish_.path.starts_with(text(entry)) : wish_.path == text(entry);
  }

  static bool one_is(const Pairs& have, const std::pair<std::string, std::string>& wanted,
                     bool any_case) {
    return std::any_of(have.begin(), have.end(), [&](const auto& pair) {
      bool named =
          any_case ? base::equal_nocase(pair.first, wanted.first) : pair.first == wanted.first;
      return named && value_is(wanted.second, pair.second);
    });
  }
  static bool method_is(const ConditionOptions& asked, const std::string& method) {
    return std::any_of(asked.methods.begin(), asked.methods.end(), [&](const auto& one) {
      return one == method || (one == "GET" && method == "HEAD");
    });
  }
  // Of each condition, whether it holds; that of the method first, where there is one.
  std::vector<bool> results(const ConditionOptions& asked) const {
    std::vector<bool> all;
    if (!asked.methods.empty()) all.push_back(method_is(asked, wish_.method));
    if (asked.listener) all.push_back(*asked.listener == wish_.listener);
    if (!asked.clients.empty()) {
      all.push_back(std::any_of(asked.clients.begin(), asked.clients.end(), [&](const auto& block) {
        // The blocks under test are 10.N.0.0/16.
        return wish_.client.starts_with(block.substr(0, 5));
      }));
    }
    for (const auto& one : asked.headers) all.push_back(one_is(wish_.headers, one, true));
    for (const auto& one : asked.query) all.push_back(one_is(wish_.query, one, false));
    for (const auto& one : asked.cookies) all.push_back(one_is(wish_.cookies, one, false));
    return all;
  }
  static std::size_t count(const std::vector<bool>& results, bool wanted) {
    return static_cast<std::size_t>(std::count(results.begin(), results.end(), wanted));
  }
  std::size_t conditions(const Entry& entry) const {
    return results(entry.options.when).size() + (results(entry.options.unless).empty() ? 0 : 1);
  }
  bool holds(const Entry& entry) const {
    return count(results(entry.options.when), false) == 0 &&
           count(results(entry.options.unless), true) == 0;
  }
  bool fails_on_method_alone(const Entry& entry) const {
    auto when = results(entry.options.when);
    return !entry.options.when.methods.empty() && !when[0] && count(when, false) == 1 &&
           count(results(entry.options.unless), true) == 0;
  }
  static void add_methods(const Entry& entry, Texts& allow) {
    for (const auto& method : entry.options.when.methods) {
      allow.insert(method);
      if (method == "GET") allow.insert("HEAD");
    }
  }

  // The one of the class whose conditions hold and that is wanted: more conditions first, then file
  // order.
  const Entry* best(const Test& wanted) const {
    const Entry* found = nullptr;
    for (const Entry* entry : members_) {
      if (!wanted(*entry) || !holds(*entry)) continue;
      if (found == nullptr || conditions(*entry) > conditions(*found)) found = entry;
    }
    return found;
  }
  Found taken(const Entry* entry, Kind kind = Kind::kRoute) const {
    return {kind, static_cast<std::size_t>(entry - routes_.data())};
  }

  Found in_class(const std::string& host) {
    members_.clear();
    for (const Entry& entry : routes_) {
      const auto& hosts = entry.options.hosts;
      bool member =
          host.empty() ? hosts.empty() : std::find(hosts.begin(), hosts.end(), host) != hosts.end();
      if (member) members_.push_back(&entry);
    }
    const auto& path = wish_.path;
    if (auto* exact = best([&](const Entry& e) { return sign(e) == "=" && text(e) == path; }))
      return taken(exact);
    bool exactly = best([&](const Entry& e) {
                     return !is_regex(e) && !is_any(e) && text(e) == path;
                   }) != nullptr;
    if (!exactly) {
      if (auto* slashed = best([&](const Entry& e) { return is_slashed(e); }))
        return taken(slashed, Kind::kSlashRedirect);
    }
    const Entry* prefix = nullptr;
    for (std::size_t size = path.size() + 1; size-- > 0 && prefix == nullptr;) {
      prefix =
          best([&](const Entry& e) { return is_prefix(e) && text(e) == path.substr(0, size); });
    }
    if (prefix != nullptr && sign(*prefix) == "^~") return taken(prefix);
    if (auto* regex = by_regex()) return taken(regex);
    if (prefix != nullptr) return taken(prefix);
    auto* any = best([](const Entry& e) { return is_any(e); });
    return any == nullptr ? Found{} : taken(any);
  }

  const Entry* by_regex() const {
    for (const Entry* first : members_) {
      if (!is_regex(*first) || !regex_matches(*first)) continue;
      auto same = [&](const Entry& e) { return e.options.path == first->options.path; };
      if (auto* found = best(same)) return found;
    }
    return nullptr;
  }

  const std::vector<Entry>& routes_;
  const Wish& wish_;
  std::vector<const Entry*> members_;
};

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  std::string any(const std::vector<std::string>& of) { return of[below(of.size())]; }
  std::string path_text(std::size_t size_max) {
    std::string made;
    for (auto size = below(size_max + 1); size > 0; --size) made.push_back("//aAb"[below(5)]);
    // As in a request, no two slashes stand together.
    made.erase(
        std::unique(made.begin(), made.end(), [](char a, char b) { return a == '/' && b == '/'; }),
        made.end());
    return made;
  }
  std::string path(std::size_t size_max) {
    auto text = path_text(size_max);
    return text.starts_with('/') ? text : "/" + text;
  }
  Entry entry() {
    Entry made;
    made.forwards = below(2) == 0;
    if (below(3) != 0) {
      for (auto count = 1 + below(3); count > 0; --count) {
        made.options.hosts.push_back(
            any({"com", "a.com", "x.a.com", "*.com", "*.a.com", "*.x.a.com", "*.org"}));
      }
    }
    auto sign = any({"", "", "= ", "^~ ", "~ ", "~* "});
    if (sign.starts_with('~')) {
      made.options.path = sign + path_text(3) + "a";
    } else if (!one_in(6)) {
      made.options.path = sign + path(3);
    }
    if (!one_in(3)) made.options.when = conditions(3);
    if (one_in(4)) made.options.unless = conditions(2);
    return made;
  }
  Wish wish() {
    Wish made;
    made.host = any({"", "com", "a.com", "b.com", "x.a.com", "y.x.a.com", "org"});
    made.path = path(5);
    made.method = any({"GET", "HEAD", "POST", "DELETE", "PURGE", "BAN"});
    made.client = any({"10.1.2.3", "10.2.2.3", "192.0.2.1"});
    made.listener = below(3);
    made.headers = pairs({"X-A", "x-a", "X-B", "accept"}, {"", "1", "2", "12"}, 3);
    made.query = pairs({"a", "A", "b"}, {"", "1", "2", "12"}, 3);
    made.cookies = pairs({"a", "A", "b"}, {"", "1", "2", "12"}, 3);
    return made;
  }

 private:
  Pairs pairs(const std::vector<std::string>& names, const std::vector<std::string>& values,
              std::size_t count_max) {
    Pairs made;
    for (auto count = below(count_max + 1); count > 0; --count)
      made.emplace_back(any(names), any(values));
    return made;
  }
  ConditionOptions conditions(std::size_t count_max) {
    const std::vector<std::string> values = {"1", "2", "*", "~ 2", ""};
    ConditionOptions made;
    for (auto count = 1 + below(count_max); count > 0; --count) {
      switch (below(7)) {
        case 0:
          made.listener = below(2);
          break;
        case 1:
        case 2:
          made.methods.push_back(any({"GET", "HEAD", "POST", "PURGE"}));
          break;
        case 3:
          made.clients = {any({"10.1.0.0/16", "10.2.0.0/16"})};
          break;
        case 4:
          made.headers.emplace_back(any({"X-A", "x-b", "Accept"}), any(values));
          break;
        case 5:
          made.query.emplace_back(any({"a", "b"}), any(values));
          break;
        default:
          made.cookies.emplace_back(any({"a", "b"}), any(values));
      }
    }
    return made;
  }

  std::mt19937 random_;
};

// Asks the router as a session does.
Outcome ask(const Router& router, const Wish& wish) {
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  request.client = wish.client;
  request.listener = wish.listener;
  http::RequestHead& head = request.head;
  head.host = wish.host;
  head.normal_path = wish.path;
  head.method_text = wish.method;
  head.method = http::method_of(wish.method);
  std::string query;
  for (const auto& [name, value] : wish.query)
    query.append(query.empty() ? "" : "&").append(name).append("=").append(value);
  head.query = query;
  for (const auto& [name, value] : wish.headers) head.fields.add(arena, name, value);
  std::string cookies;
  for (const auto& [name, value] : wish.cookies)
    cookies.append(cookies.empty() ? "" : "; ").append(name).append("=").append(value);
  head.fields.add(arena, "Cookie", cookies);
  Outcome outcome;
  outcome.found = router.find(request);
  if (outcome.found.kind == Kind::kNone) {
    base::each_token(router.allow(request), [&](std::string_view method) {
      CHECK(outcome.allow.emplace(method).second);
      return true;
    });
  }
  return outcome;
}

Router built(const std::vector<Entry>& routes) {
  std::vector<RouteMatch> matches;
  for (const Entry& entry : routes) {
    auto match = parse_match(entry.options, matches.size(), entry.forwards);
    REQUIRE_MESSAGE(match.ok(), match.error().text);
    matches.push_back(std::move(match.value()));
  }
  auto router = Router::build(std::move(matches));
  REQUIRE(router.ok());
  return std::move(router.value());
}

}  // namespace

TEST_CASE("random sets of routes answer as the rules say, read off one by one") {
  std::size_t redirects = 0;
  std::size_t none = 0;
  std::size_t refused = 0;
  for (unsigned seed = 1; seed <= 200 / support::kSanitizedShare; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::vector<Entry> routes;
    // Every fourth set is large enough for regexes to be searched together.
    auto count = seed % 4 == 0 ? 250 : 1 + random.below(30);
    for (std::size_t i = 0; i < count; ++i) routes.push_back(random.entry());
    auto router = built(routes);
    for (int i = 0; i < 100; ++i) {
      CAPTURE(i);
      auto wish = random.wish();
      CAPTURE(wish.host);
      CAPTURE(wish.path);
      CAPTURE(wish.method);
      auto expected = Reference(routes, wish).find();
      auto outcome = ask(router, wish);
      REQUIRE(outcome.found.kind == expected.found.kind);
      REQUIRE(outcome.found == expected.found);
      REQUIRE(outcome.allow == expected.allow);
      redirects += outcome.found.kind == Kind::kSlashRedirect ? 1U : 0U;
      none += outcome.found.kind == Kind::kNone ? 1U : 0U;
      refused += outcome.allow.empty() ? 0U : 1U;
    }
    CHECK(router.regex_fallbacks() == 0);
  }
  // The sets are such that each outcome is met.
  CHECK(redirects > 100 / support::kSanitizedShare);
  CHECK(none > 100 / support::kSanitizedShare);
  CHECK(refused > 100 / support::kSanitizedShare);
}

}  // namespace weir::routing
