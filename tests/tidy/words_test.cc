#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "tidy/tree.h"

namespace weir::tidy {

namespace {

// A word that is no word here, but in files whose path begins as one of the exceptions says.
struct Banned {
  std::string_view word;
  std::string_view instead;
  std::vector<std::string_view> but_in = {};
};

const std::vector<Banned> kBannedInSrc = {
    {"using namespace", "name what you use"},
    {"delete this", "retire it through its owner"},
    {"shared_ptr", "one owner, or a SharedRef of what does not change", {"src/app/snapshot"}},
    {"weak_ptr", "a hook that unlinks itself", {"src/app/snapshot"}},
    {"make_shared", "one owner, or a SharedRef of what does not change", {"src/app/snapshot"}},
    {"shared_from_this", "an owner", {}},
    {"std::function", "a listener interface with named events"},
    {"co_await", "a state machine and a listener interface (docs/decisions/0002)"},
    {"co_return", "a state machine and a listener interface (docs/decisions/0002)"},
    {"co_yield", "a state machine and a listener interface (docs/decisions/0002)"},
    {"throw", "a Result (docs/decisions/0006)", {"src/config/", "src/cli/", "src/backend/"}},
    {"usleep", "the timer wheel"},
    {"nanosleep", "the timer wheel"},
    {"sleep_for", "the timer wheel"},
    {"sleep_until", "the timer wheel"},
};
const std::vector<Banned> kBannedInTests = {
    {"using namespace", "name what you use"},
    {"usleep", "wait for a condition, with a deadline", {"tests/support/"}},
    {"nanosleep", "wait for a condition, with a deadline", {"tests/support/"}},
    {"sleep_for", "wait for a condition, with a deadline", {"tests/support/"}},
    {"sleep_until", "wait for a condition, with a deadline", {"tests/support/"}},
};

// Words of plans, in code and comments alike: a plan belongs in an issue.
constexpr std::array<std::string_view, 3> kPlans = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X"};

// Where `new` and `delete` may stand, each with its reason.
struct Allowed {
  std::string_view path;
  std::string_view reason;
};
constexpr std::array kRawMemory = {
    Allowed{"src/base/arena.h", "constructs in place, in the arena's memory"},
    Allowed{"src/base/ref.h", "the count is the owner"},
};

constexpr std::array<std::string_view, 4> kVagueNames = {"manager", "helper", "util", "context"};

Problems check_words(const Files& files, const std::vector<Banned>& words) {
  Problems problems;
  for (const auto& file : files) {
    if (!is_source(file.path) && !is_header(file.path)) continue;
    std::string code = code_of(file.text, Literals::kBlank);
    for (const auto& banned : words) {
      bool free = std::any_of(banned.but_in.begin(), banned.but_in.end(),
                              [&](std::string_view path) { return file.path.starts_with(path); });
      if (free) continue;
      std::size_t at = find_word(code, banned.word);
      if (at == std::string::npos) continue;
      problems.push_back(file.path + ":" + std::to_string(line_at(code, at)) + ": '" +
                         std::string(banned.word) + "': rather " + std::string(banned.instead));
    }
  }
  return problems;
}

Problems check_plans(const Files& files) {
  Problems problems;
  for (const auto& file : files) {
    for (std::string_view word : kPlans) {
      std::size_t at = find_word(file.text, word);
      if (at == std::string::npos) continue;
      problems.push_back(file.path + ":" + std::to_string(line_at(file.text, at)) + ": " +
                         std::string(word));
    }
  }
  return problems;
}

// The code in front of a `new` makes a unique_ptr of it at once, as a factory of a class with a
// private constructor does.
bool is_owned_at_once(std::string_view before) {
  std::size_t statement = before.find_last_of(";{}") + 1;
  return before.ends_with('(') && before.find("unique_ptr<", statement) != std::string_view::npos;
}

// The offset of the first `new` or `delete` that takes or gives back memory with nobody owning it;
// npos for none.
std::size_t find_raw_memory(std::string_view code) {
  std::size_t first = std::string_view::npos;
  for (std::string_view word : {"new", "delete"}) {
    for (std::size_t at = find_word(code, word); at != std::string_view::npos;
         at = find_word(code, word, at + 1)) {
      std::string_view before = trim(code.substr(0, at));
      if (before.ends_with('=') && word == "delete") continue;
      if (before.ends_with("operator") || is_owned_at_once(before)) continue;
      first = std::min(first, at);
      break;
    }
  }
  return first;
}

template <class Allow>
Problems check_raw_memory(const Files& files, const Allow& allowed) {
  Problems problems;
  std::vector<std::string_view> used;
  for (const auto& file : files) {
    if (!is_source(file.path) && !is_header(file.path)) continue;
    std::string code = without_directives(code_of(file.text, Literals::kBlank));
    std::size_t at = find_raw_memory(code);
    if (at == std::string::npos) continue;
    auto entry = std::find_if(allowed.begin(), allowed.end(),
                              [&](const Allowed& a) { return a.path == file.path; });
    if (entry != allowed.end()) {
      used.push_back(entry->path);
    } else {
      problems.push_back(file.path + ":" + std::to_string(line_at(code, at)) +
                         ": raw new or delete");
    }
  }
  for (const Allowed& entry : allowed) {
    if (std::find(used.begin(), used.end(), entry.path) != used.end()) continue;
    problems.push_back("words_test.cc: " + std::string(entry.path) +
                       " needs no exception any more");
  }
  return problems;
}

Problems check_names(const Files& files) {
  Problems problems;
  for (const auto& file : files) {
    for (std::string_view word : kVagueNames) {
      if (stem_of(file.path).find(word) == std::string_view::npos) continue;
      problems.push_back(file.path + ": '" + std::string(word) +
                         "' says nothing; name it for what it is");
    }
  }
  return problems;
}

}  // namespace

TEST_CASE("src has no banned words") {
  auto src = read_tree(WEIR_SOURCE_DIR, "src");
  auto problems = check_words(src, kBannedInSrc);
  CHECK_MESSAGE(problems.empty(), listing(problems));
  problems = check_plans(src);
  CHECK_MESSAGE(problems.empty(), listing(problems));
  problems = check_raw_memory(src, kRawMemory);
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("tests have no banned words") {
  auto problems = check_words(read_tree(WEIR_SOURCE_DIR, "tests"), kBannedInTests);
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("file names say what is in them") {
  for (std::string_view folder : {"src", "tests"}) {
    auto problems = check_names(read_tree(WEIR_SOURCE_DIR, folder));
    CHECK_MESSAGE(problems.empty(), listing(problems));
  }
}

TEST_CASE("a banned word is told, but not in comments, literals and exceptions") {
  auto check = [](const std::string& path, const std::string& text) {
    return check_words({{path, text}}, kBannedInSrc);
  };
  CHECK(check("src/a/b.cc", "// using namespace x\nauto s = \"std::function\";\n").empty());
  CHECK(check("src/app/snapshot_store.cc", "std::shared_ptr<int> p;\n").empty());
  CHECK(check("src/config/parse.cc", "throw Error();\n").empty());
  CHECK(mentions(check("src/a/b.cc", "\nusing namespace x;\n"), "src/a/b.cc:2: 'using namespace'"));
  CHECK(mentions(check("src/a/b.cc", "std::shared_ptr<int> p;\n"), "shared_ptr"));
  CHECK(mentions(check("src/a/b.cc", "std::function<void()> f;\n"), "std::function"));
  CHECK(mentions(check("src/a/b.cc", "delete this;\n"), "delete this"));
  CHECK(mentions(check("src/a/b.cc", "throw 1;\n"), "throw"));
  CHECK(mentions(check("src/a/b.cc", "co_await x;\n"), "co_await"));
  CHECK(mentions(check_words({{"tests/system/a_test.cc", "usleep(1);\n"}}, kBannedInTests),
                 "usleep"));
}

TEST_CASE("a plan is told, also in a comment") {
  CHECK(check_plans({{"src/a/b.cc",
                      "mkstemp(\"XXXX"
                      "XX\");\n"}})
            .empty());
  CHECK(mentions(check_plans({{"src/a/b.cc",
                               "\n// TO"
                               "DO: later\n"}}),
                 "src/a/b.cc:2"));
}

TEST_CASE("raw memory is told, and so is an exception that nobody needs") {
  constexpr std::array<Allowed, 0> kNone = {};
  auto check = [&](const std::string& text) {
    return check_raw_memory({{"src/a/b.cc", text}}, kNone);
  };
  CHECK(check("#include <new>\nA(const A&) = delete;\nvoid* operator new(std::size_t);\n").empty());
  CHECK(check("renew(); // new\n").empty());
  CHECK(check("return std::unique_ptr<A>(new A(1));\nstd::unique_ptr<A> a(new A);\n").empty());
  CHECK(mentions(check("std::unique_ptr<A> a;\nuse(new A);\n"), "src/a/b.cc:2: raw"));
  CHECK(mentions(check("\nauto* a = new A;\n"), "src/a/b.cc:2: raw"));
  CHECK(mentions(check("delete a;\n"), "raw"));
  CHECK(mentions(check("A() = delete;\ndelete a;\n"), "src/a/b.cc:2: raw"));
  constexpr std::array kOne = {Allowed{"src/a/b.cc", "because"}};
  CHECK(check_raw_memory({{"src/a/b.cc", "new A;\n"}}, kOne).empty());
  CHECK(mentions(check_raw_memory({{"src/a/b.cc", ""}}, kOne), "needs no exception"));
}

TEST_CASE("a vague file name is told") {
  CHECK(check_names({{"src/a/pool.h", ""}}).empty());
  CHECK(mentions(check_names({{"src/a/pool_manager.h", ""}}), "'manager'"));
  CHECK(mentions(check_names({{"src/a/utils.h", ""}}), "'util'"));
}

}  // namespace weir::tidy
