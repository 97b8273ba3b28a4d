#include <algorithm>
#include <iterator>
#include <string>

#include "base/ascii.h"
#include "config/nearest.h"
#include "config/sections.h"
#include "http/char_class.h"
#include "http/method.h"

namespace weir::config {

namespace {

using upstream::RetryMethods;
using upstream::RetryOn;
using upstream::RetryOptions;

// The kinds of failure that have a name, and what they switch on.
constexpr std::string_view kFailures[] = {"connect", "reset", "timeout", "malformed"};
constexpr bool RetryOn::*kFailureMembers[] = {&RetryOn::connect, &RetryOn::reset, &RetryOn::timeout,
                                              &RetryOn::malformed};

void read_on_entry(Scope& scope, const KeyInfo& key, const Node& node, RetryOn& on) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (auto status = base::parse_decimal(*text)) {
    bool is_failure = text->size() == 3 && *status >= 400 && *status <= 599;
    if (!is_failure)
      return scope.wants(node.place, key.name, wants_text(key.shape),
                         quoted(*text) + " is no such status");
    on.statuses.push_back(static_cast<unsigned>(*status));
    return;
  }
  Nearest nearest(*text);
  for (std::size_t i = 0; i < std::size(kFailures); ++i) {
    if (kFailures[i] == *text) {
      on.*kFailureMembers[i] = true;
      return;
    }
    nearest.offer(kFailures[i]);
  }
  scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text), nearest.hint());
}

void read_on(Scope& scope, const KeyInfo& key, const Node& node, RetryOptions& retry) {
  RetryOn on;
  on.connect = on.reset = on.timeout = on.malformed = false;
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node))
    read_on_entry(scope, key, entry, on);
  retry.on = on;
}

constexpr std::string_view kMethodWords[] = {"idempotent", "all"};

// What a text that is no method was probably meant to be.
std::string method_hint(std::string_view text) {
  Nearest nearest(text);
  for (std::string_view word : kMethodWords) {
    if (word == text) return "write methods: " + std::string(word);
    nearest.offer(word);
  }
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (http::method_of(upper) == http::Method::kOther) return nearest.hint();
  return "did you mean " + quoted(upper) + "?";
}

// Methods are case-sensitive (RFC 9110 section 9.1), and none that is registered has small letters.
void read_method(Scope& scope, const KeyInfo& key, const Node& node, RetryOptions& retry) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  bool is_method =
      !text->empty() && text->size() <= http::kMethodMax && http::all_in(*text, http::kTokenChar) &&
      std::none_of(text->begin(), text->end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (is_method) {
    retry.listed_methods.push_back(*text);
  } else {
    scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text),
                method_hint(*text));
  }
}

void read_methods(Scope& scope, const KeyInfo& key, const Node& node, RetryOptions& retry) {
  retry.methods = RetryMethods::kListed;
  retry.listed_methods.clear();
  if (node.is(Node::Kind::kText)) {
    if (node.text == "idempotent") retry.methods = RetryMethods::kIdempotent;
    if (node.text == "all") retry.methods = RetryMethods::kAll;
    if (retry.methods != RetryMethods::kListed) return;
  }
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node))
    read_method(scope, key, entry, retry);
}

constexpr Shape kOnShapes[] = {choice(kFailures), integer(400, 599)};
constexpr Shape kOnEntry =
    any_of("connect, reset, timeout, malformed or a status from 400 to 599", kOnShapes);

constexpr Shape kMethod = text("a method such as GET", "^[^a-z]+$");
constexpr Shape kMethodsShapes[] = {choice(kMethodWords), list("a list of methods", kMethod)};

constexpr Key<RetryOptions> kRetryKeys[] = {
    {{"attempts", "tries that sent bytes, the first included; 1: no retry", "2", integer(1, 100)},
     into<&RetryOptions::attempts>},
    {{"on", "what is tried again", "[connect, reset, timeout]",
      list("a list of connect, reset, timeout, malformed and statuses from 400 to 599", kOnEntry)},
     read_on},
    {{"methods", "which requests may be sent again once a byte of them was sent", "idempotent",
      any_of("idempotent, all, or a list of methods such as [GET, PUT]", kMethodsShapes)},
     read_methods},
    {{"budget", "retries as a share of requests", "20%", percent()},
     into<&RetryOptions::budget_percent>},
    {{"min_per_second", "retries that the budget always allows, over all workers", "10",
      integer(0, 1'000'000)},
     into<&RetryOptions::min_per_second>},
    {{"backoff", "wait before the second retry and later ones; 0: none", "25ms",
      duration(0, 3'600 * kSecond)},
     into<&RetryOptions::backoff>},
    {{"per_try_timeout",
      "from a try's start to the answer's head; then it goes elsewhere or is a 504; 0: no bound",
      "0", duration(0, kYear)},
     into<&RetryOptions::per_try_timeout>},
    {{"replay_body",
      "how much of a request body is kept for a retry; a longer one is not tried again", "64k",
      size(0, kGiga)},
     into<&RetryOptions::replay_body>},
};

}  // namespace

Section retry_section() { return {.name = "retry", .keys = infos_of(kRetryKeys)}; }

void read_retry(Scope& scope, const KeyInfo& key, const Node& node, upstream::PoolOptions& pool) {
  Scope inside = scope.inside("'retry' of " + scope.where());
  read_section(inside, key, node, kRetryKeys, pool.retry);
}

}  // namespace weir::config
