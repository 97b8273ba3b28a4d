#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace weir::http {

// Whether a regex tells upper from lower case (nginx: "~" and "~*").
enum class Case : std::uint8_t { kSensitive, kInsensitive };

// One compiled regular expression in RE2's syntax, over bytes (Latin-1), so that any path or field
// value can be searched. Linear in the text whatever the pattern. Immutable after compile(): any
// number of threads may use it.
class Regex {
 public:
  // Captures that match() can report, the whole match (group 0) included: $0 to $9.
  static constexpr std::size_t kGroupsMax = 10;

  // The error says what is wrong with `pattern`; for what PCRE has and RE2 has not (look-around,
  // back-references, possessive and atomic groups) it says that.
  static base::Result<Regex> compile(std::string_view pattern, Case sensitivity = Case::kSensitive);

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // The pattern is found anywhere in `text`. Allocates nothing once warm.
  [[nodiscard]] bool matches(std::string_view text) const;
  // As matches(), and on success sets groups[i] to what group i took, as views into `text`; group 0
  // is the whole match, inside `text` also where it is empty. Groups that took no part, or that the
  // pattern lacks, become empty. At most kGroupsMax are set.
  bool match(std::string_view text, std::span<std::string_view> groups) const;
  // Capturing groups of the pattern, the whole match not counted.
  [[nodiscard]] std::size_t group_count() const;

 private:
  explicit Regex(std::unique_ptr<re2::RE2> compiled);
  std::unique_ptr<re2::RE2> compiled_;
};

// Many regexes searched at once, at a cost that hardly grows with their number. Used by threads at
// the same time; immutable after build() but for one count.
class RegexSet {
 public:
  struct Pattern {
    std::string text;
    Case sensitivity = Case::kSensitive;
  };

  // The error is that of the first pattern that does not compile. Patterns keep their index.
  static base::Result<RegexSet> build(const std::vector<Pattern>& patterns);

  RegexSet(RegexSet&&) noexcept;
  RegexSet& operator=(RegexSet&&) noexcept;
  ~RegexSet();

  // Calls visit(index) for each pattern that is found in `text`, lowest index first, until visit
  // says true; then returns true. A text that no pattern matches costs no allocation.
  template <class Visit>
  bool each_match(std::string_view text, Visit visit) const {
    if (!by_set()) return one_by_one(text, visit);
    std::vector<int> matches;
    switch (search(text, matches)) {
      case Search::kNothing:
        return false;
      case Search::kOutOfMemory:
        return one_by_one(text, visit);
      case Search::kFound:
        break;
    }
    for (int index : matches) {
      if (visit(static_cast<std::size_t>(index))) return true;
    }
    return false;
  }

  [[nodiscard]] std::size_t size() const;
  // Up to this many patterns are tried one after the other: that is faster than the common
  // automaton.
  static constexpr std::size_t kOneByOneMax = 16;
  // Searches done one by one because the common automaton lacked memory. Any thread.
  [[nodiscard]] std::uint64_t fallbacks() const;

 private:
  enum class Search : std::uint8_t { kNothing, kFound, kOutOfMemory };
  struct State;

  explicit RegexSet(std::unique_ptr<State> state);
  [[nodiscard]] bool by_set() const;
  // Appends the indexes of all matches, sorted.
  Search search(std::string_view text, std::vector<int>& matches) const;
  [[nodiscard]] const std::vector<Regex>& regexes() const;

  template <class Visit>
  bool one_by_one(std::string_view text, Visit visit) const {
    const auto& all = regexes();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].matches(text) && visit(i)) return true;
    }
    return false;
  }

  std::unique_ptr<State> state_;
};

}  // namespace weir::http
