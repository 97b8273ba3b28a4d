#include "routing/condition.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/ascii.h"
#include "http/char_class.h"
#include "http/pairs.h"

namespace weir::routing {
namespace {

using Conditions = std::vector<Condition>;

bool is_token(std::string_view name) {
  return !name.empty() && http::all_in(name, http::kTokenChar);
}

// Adds the conditions that are made of a name and a value; `fault` says what is wrong with a name.
template <class Test>
base::Result<base::Done> add_named(Conditions& to, const ConditionOptions::Named& entries,
                                   std::string (*fault)(std::string_view), bool negated) {
  for (const auto& [name, text] : entries) {
    auto wrong = fault(name);
    if (!wrong.empty()) return base::Error{std::move(wrong)};
    auto value = ValuePattern::parse(text);
    if (!value) return value.error();
    Test test;
    test.name = name;
    test.value = std::move(value.value());
    if constexpr (std::is_same_v<Test, FieldIs>) test.id = http::name_of(name);
    to.push_back({std::move(test), negated});
  }
  return base::Done{};
}

base::Result<base::Done> add_methods(Conditions& to, const ConditionOptions& options,
                                     bool negated) {
  MethodIn test;
  for (const auto& token : options.methods) {
    if (auto added = test.methods.add(token); !added) return added.error();
  }
  if (!test.methods.empty()) to.push_back({std::move(test), negated});
  return base::Done{};
}

base::Result<base::Done> add_clients(Conditions& to, const ConditionOptions& options,
                                     bool negated) {
  ClientIn test;
  for (const auto& text : options.clients) {
    auto block = net::Cidr::parse(text);
    if (!block) return block.error();
    test.blocks.push_back(block.value());
    test.text.append(test.text.empty() ? "" : ", ").append(text);
  }
  if (!test.blocks.empty()) to.push_back({std::move(test), negated});
  return base::Done{};
}

base::Result<base::Done> add(Conditions& to, const ConditionOptions& options, bool negated) {
  if (options.listener) to.push_back({OnListener{*options.listener}, negated});
  if (auto done = add_methods(to, options, negated); !done) return done;
  if (auto done = add_clients(to, options, negated); !done) return done;
  if (auto done = add_named<FieldIs>(to, options.headers, header_fault, negated); !done)
    return done;
  if (auto done = add_named<CookieIs>(to, options.cookies, cookie_fault, negated); !done)
    return done;
  return add_named<ParameterIs>(to, options.query, parameter_fault, negated);
}

struct InWords {
  std::string operator()(const OnListener&) const { return "listener"; }
  std::string operator()(const MethodIn& test) const {
    base::Arena arena(64);
    return "method " + std::string(test.methods.text(arena));
  }
  std::string operator()(const ClientIn& test) const { return "client " + test.text; }
  std::string operator()(const FieldIs& test) const { return named("headers ", test); }
  std::string operator()(const ParameterIs& test) const { return named("query ", test); }
  std::string operator()(const CookieIs& test) const { return named("cookies ", test); }

 private:
  template <class Test>
  static std::string named(std::string_view key, const Test& test) {
    return std::string(key) + test.name + ": " + test.value.text();
  }
};

}  // namespace

bool ClientIn::holds(const http::Request& request) const {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const net::Cidr& block) { return block.contains(request.client); });
}

bool FieldIs::holds(const http::Request& request) const {
  for (const http::Field& field : request.head.fields) {
    bool named =
        field.id == id && (id != http::Name::kOther || base::equal_nocase(field.name, name));
    if (named && value.matches(field.value)) return true;
  }
  return false;
}

bool ParameterIs::holds(const http::Request& request) const {
  base::Arena& arena = *request.arena;
  auto is_name = [this](std::string_view text) { return text == name; };
  auto is_value = [this](std::string_view text) { return value.matches(text); };
  return http::each_parameter(request.head.query, [&](const http::Pair& pair) {
    return http::with_decoded(pair.name, arena, is_name) &&
           http::with_decoded(pair.value, arena, is_value);
  });
}

bool CookieIs::holds(const http::Request& request) const {
  return http::each_cookie(request.head.fields, [&](const http::Pair& pair) {
    return pair.name == name && value.matches(pair.value);
  });
}

std::string text_of(const Condition& condition) {
  std::string text = condition.negated ? "not " : "";
  return text + std::visit(InWords{}, condition.test);
}

base::Result<std::vector<Condition>> parse_conditions(const RouteOptions& options) {
  Conditions conditions;
  if (auto done = add(conditions, options.when, false); !done) return done.error();
  if (auto done = add(conditions, options.unless, true); !done) return done.error();
  return conditions;
}

std::size_t count_of(const std::vector<Condition>& conditions) {
  auto negated = static_cast<std::size_t>(
      std::count_if(conditions.begin(), conditions.end(),
                    [](const Condition& condition) { return condition.negated; }));
  return conditions.size() - negated + (negated > 0 ? 1 : 0);
}

std::string header_fault(std::string_view name) {
  if (!is_token(name)) return "'" + std::string(name) + "' is not a header name";
  // An absolute-form target overrides it (RFC 9112 section 3.2.2).
  if (http::name_of(name) == http::Name::kHost) return "the key 'host' asks for Host";
  return {};
}

std::string parameter_fault(std::string_view name) {
  return name.empty() ? "a parameter of the query must have a name" : "";
}

std::string cookie_fault(std::string_view name) {
  if (!is_token(name)) return "'" + std::string(name) + "' is not a cookie name";
  return {};
}

}  // namespace weir::routing
