#include <string>

#include "base/ascii.h"
#include "config/nearest.h"
#include "config/sections.h"

namespace weir::config {

namespace {

using upstream::RetryOn;
using upstream::RetryOptions;

// The kinds of failure that have a name.
struct FailureName {
  std::string_view name;
  bool RetryOn::*member;
};
constexpr FailureName kFailures[] = {{"connect", &RetryOn::connect},
                                     {"reset", &RetryOn::reset},
                                     {"timeout", &RetryOn::timeout},
                                     {"malformed", &RetryOn::malformed}};

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
  for (const FailureName& failure : kFailures) {
    if (failure.name == *text) {
      on.*failure.member = true;
      return;
    }
    nearest.offer(failure.name);
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

constexpr Key<RetryOptions> kRetryKeys[] = {
    {{"attempts", "tries that sent bytes, the first included; 1: no retry", "2", integer(1, 100)},
     into<&RetryOptions::attempts>},
    {{"on", "what is tried again", "[connect, reset, timeout]",
      other("a list of connect, reset, timeout, malformed and statuses from 400 to 599")},
     read_on},
    {{"budget", "retries as a share of requests", "20%", percent()},
     into<&RetryOptions::budget_percent>},
    {{"min_per_second", "retries that the budget always allows, over all workers", "10",
      integer(0, 1'000'000)},
     into<&RetryOptions::min_per_second>},
    {{"backoff", "wait before the second retry and later ones; 0: none", "25ms",
      duration(0, 3'600 * kSecond)},
     into<&RetryOptions::backoff>},
    {{"replay_body",
      "how much of a request body is kept for a retry; a longer one is not tried again", "64k",
      size(0, kGiga)},
     into<&RetryOptions::replay_body>},
};

}  // namespace

std::vector<const KeyInfo*> retry_keys() { return infos_of(kRetryKeys); }

void read_retry(Scope& scope, const KeyInfo& key, const Node& node, upstream::PoolOptions& pool) {
  Scope inside = scope.inside("'retry' of " + scope.where());
  read_section(inside, key, node, kRetryKeys, pool.retry);
}

}  // namespace weir::config
