#include "routing/method_set.h"

#include <algorithm>

#include "http/char_class.h"

namespace weir::routing {

using http::Method;

namespace {

constexpr std::string_view kBetween = ", ";

// What is wrong with it, behind "'x' "; empty: nothing.
std::string_view fault_of(std::string_view token) {
  if (token.empty() || !http::all_in(token, http::kTokenChar)) return "is no method";
  if (token.size() > http::kMethodMax) return "is longer than any method that is served";
  bool small = std::any_of(token.begin(), token.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (small) return "is no method: they are written in capitals, as GET";
  if (token == text_of(Method::kConnect)) return "never comes to a route: weir does not serve it";
  return {};
}

}  // namespace

base::Result<base::Done> MethodSet::add(std::string_view token) {
  auto fault = fault_of(token);
  if (!fault.empty()) return base::Error{"'" + std::string(token) + "' " + std::string(fault)};
  Method method = http::method_of(token);
  if (method != Method::kOther) {
    known_ |= bit(method);
    if (method == Method::kGet) known_ |= bit(Method::kHead);
  } else if (!contains_other(token)) {
    others_.emplace_back(token);
  }
  return base::Done{};
}

void MethodSet::add(const MethodSet& other) {
  known_ |= other.known_;
  for (const auto& token : other.others_) {
    if (!contains_other(token)) others_.push_back(token);
  }
}

bool MethodSet::contains_other(std::string_view token) const {
  return std::find(others_.begin(), others_.end(), token) != others_.end();
}

template <class Visit>
void MethodSet::each(Visit visit) const {
  for (unsigned i = 0; i < static_cast<unsigned>(Method::kOther); ++i) {
    auto method = static_cast<Method>(i);
    if ((known_ & bit(method)) != 0) visit(text_of(method));
  }
  for (const auto& token : others_) visit(token);
}

std::string_view MethodSet::text(base::Arena& arena) const {
  std::size_t size = 0;
  each([&](std::string_view token) { size += token.size() + kBetween.size(); });
  if (size == 0) return {};
  size -= kBetween.size();
  char* to = arena.take(size);
  char* at = to;
  each([&](std::string_view token) {
    if (at != to) at = std::copy(kBetween.begin(), kBetween.end(), at);
    at = std::copy(token.begin(), token.end(), at);
  });
  return {to, size};
}

}  // namespace weir::routing
