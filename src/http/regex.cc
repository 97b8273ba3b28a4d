#include "http/regex.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace weir::http {
namespace {

using re2::RE2;

// What a regex may hold, program and automaton together. RE2's own default; a pattern that unrolls
// to more is refused ("pattern too large").
constexpr std::int64_t kRegexMemory = 8 << 20;
// A set's automaton keeps states as large as the set; this is a bound, taken only as searches need
// it.
constexpr std::int64_t kSetMemoryPerPattern = 16 << 10;

RE2::Options options_of(Case sensitivity) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_case_sensitive(sensitivity == Case::kSensitive);
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  return options;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

// The name of the PCRE feature that RE2 stumbled over, or nothing when the pattern is simply wrong.
std::string_view pcre_feature(const RE2& failed) {
  const std::string& at = failed.error_arg();
  const std::string& pattern = failed.pattern();
  if (failed.error_code() == RE2::ErrorBadPerlOp) {
    if (at == "(?=" || at == "(?!") return "look-ahead";
    if (at == "(?<") {
      bool behind =
          pattern.find("(?<=") != std::string::npos || pattern.find("(?<!") != std::string::npos;
      return behind ? "look-behind" : "a group named (?<name>...), which RE2 spells (?P<name>...)";
    }
    if (at == "(?>") return "an atomic group";
    if (at == "(?P") return "a back-reference or recursion by name";
    if (at == "(?(") return "a conditional group";
    if (at == "(?R") return "recursion";
    if (at == "(?#") return "a comment group";
    return "a group that only Perl-like engines know";
  }
  if (failed.error_code() == RE2::ErrorBadEscape && at.size() > 1) {
    char letter = at[1];
    if ((letter >= '1' && letter <= '9') || letter == 'k' || letter == 'g') {
      return "a back-reference";
    }
    return "an escape that only Perl-like engines know";
  }
  if (failed.error_code() == RE2::ErrorRepeatOp && at.size() == 2 && at[1] == '+') {
    return "a possessive repetition";
  }
  return {};
}

std::string error_text(const RE2& failed) {
  std::string text = "the regex '" + failed.pattern() + "' ";
  auto feature = pcre_feature(failed);
  if (feature.empty()) return text + "is not valid: " + failed.error();
  text += "has PCRE-only syntax at '" + failed.error_arg() + "': ";
  text += feature;
  return text + "; weir's regexes are RE2's, without look-around and back-references";
}

}  // namespace

Regex::Regex(std::unique_ptr<re2::RE2> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

base::Result<Regex> Regex::compile(std::string_view pattern, Case sensitivity) {
  auto compiled = std::make_unique<RE2>(piece(pattern), options_of(sensitivity));
  if (!compiled->ok()) return base::Error{error_text(*compiled)};
  return Regex(std::move(compiled));
}

bool Regex::matches(std::string_view text) const {
  return compiled_->Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

bool Regex::match(std::string_view text, std::span<std::string_view> groups) const {
  std::array<re2::StringPiece, kGroupsMax> found;
  auto wanted = std::min({groups.size(), kGroupsMax, group_count() + 1});
  if (!compiled_->Match(piece(text), 0, text.size(), RE2::UNANCHORED, found.data(),
                        static_cast<int>(wanted))) {
    return false;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = i < wanted && found[i].data() != nullptr
                    ? std::string_view(found[i].data(), found[i].size())
                    : std::string_view();
  }
  return true;
}

std::size_t Regex::group_count() const {
  return static_cast<std::size_t>(compiled_->NumberOfCapturingGroups());
}

struct RegexSet::State {
  std::vector<Regex> regexes;
  std::optional<RE2::Set> set;  // empty: few regexes, or too large for its bound
  std::atomic<std::uint64_t> fallbacks{0};
};

RegexSet::RegexSet(std::unique_ptr<State> state) : state_(std::move(state)) {}
RegexSet::RegexSet(RegexSet&&) noexcept = default;
RegexSet& RegexSet::operator=(RegexSet&&) noexcept = default;
RegexSet::~RegexSet() = default;

base::Result<RegexSet> RegexSet::build(const std::vector<Pattern>& patterns) {
  auto state = std::make_unique<State>();
  state->regexes.reserve(patterns.size());
  for (const auto& pattern : patterns) {
    auto regex = Regex::compile(pattern.text, pattern.sensitivity);
    if (!regex) return regex.error();
    state->regexes.push_back(std::move(regex.value()));
  }
  if (patterns.size() > kOneByOneMax) {
    auto options = options_of(Case::kSensitive);
    options.set_max_mem(kRegexMemory +
                        static_cast<std::int64_t>(patterns.size()) * kSetMemoryPerPattern);
    auto& set = state->set.emplace(options, RE2::UNANCHORED);
    bool whole = true;
    for (const auto& pattern : patterns) {
      bool insensitive = pattern.sensitivity == Case::kInsensitive;
      std::string text = (insensitive ? "(?i)" : "") + pattern.text;
      whole = whole && set.Add(piece(text), nullptr) >= 0;
    }
    // Out of memory, which Compile() finds out by a search for trial.
    if (!whole || !set.Compile()) state->set.reset();
  }
  return RegexSet(std::move(state));
}

bool RegexSet::by_set() const { return size() > kOneByOneMax; }
std::size_t RegexSet::size() const { return state_->regexes.size(); }
const std::vector<Regex>& RegexSet::regexes() const { return state_->regexes; }

std::uint64_t RegexSet::fallbacks() const {
  return state_->fallbacks.load(std::memory_order_relaxed);
}

RegexSet::Search RegexSet::search(std::string_view text, std::vector<int>& matches) const {
  auto out_of_memory = [&] {
    state_->fallbacks.fetch_add(1, std::memory_order_relaxed);
    return Search::kOutOfMemory;
  };
  if (!state_->set) return out_of_memory();
  RE2::Set::ErrorInfo error{};
  // Asked for a yes or no only, RE2 stops at the first match and allocates nothing.
  if (!state_->set->Match(piece(text), nullptr, &error)) {
    return error.kind == RE2::Set::kNoError ? Search::kNothing : out_of_memory();
  }
  if (!state_->set->Match(piece(text), &matches, &error)) return out_of_memory();
  std::sort(matches.begin(), matches.end());
  return Search::kFound;
}

}  // namespace weir::http
