#include <iterator>
#include <string>

#include "config/nearest.h"
#include "config/sections.h"

namespace weir::config {

namespace {

using upstream::BalanceBy;
using upstream::BalanceOptions;

// The ways to balance that are one word, and what they mean.
constexpr std::string_view kWords[] = {"round_robin", "least_conn", "p2c", "ip_hash"};
constexpr BalanceBy kMeant[] = {BalanceBy::kRoundRobin, BalanceBy::kLeastConn, BalanceBy::kP2c,
                                BalanceBy::kIpHash};

void read_word(Scope& scope, const KeyInfo& key, const Node& node, BalanceOptions& balance) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (*text == "hash") {
    return scope.wants(node.place, key.name, wants_text(key.shape), "'hash' has no key",
                       "write {hash: \"$uri\"}");
  }
  Nearest nearest(*text);
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    if (kWords[i] == *text) {
      balance.by = kMeant[i];
      return;
    }
    nearest.offer(kWords[i]);
  }
  scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text), nearest.hint());
}

void read_key(Scope& scope, const KeyInfo& key, const Node& node, BalanceOptions& balance) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr || !compile_template(scope, key, node, balance.key)) return;
  if (balance.key.is_constant()) {
    scope.wants(node.place, key.name, wants_text(key.shape),
                quoted(*text) + " is the same for every request");
  }
}

constexpr Key<BalanceOptions> kHashKeys[] = {
    {{"hash", "requests of one key go to one endpoint", "",
      text("a text with variables such as \"$uri\" or \"$http_x_user\""), Trait::kRequired},
     read_key},
    {{"bounded", "the most load of an endpoint, relative to the average", "null",
      percent(101, 1'000)},
     into<&BalanceOptions::bounded_percent>},
};

}  // namespace

constinit const Shape kBalanceShapes[2] = {choice(kWords), section(balance_section)};

Section balance_section() { return {.name = "balance", .keys = infos_of(kHashKeys)}; }

void read_balance(Scope& scope, const KeyInfo& key, const Node& node, upstream::PoolOptions& pool) {
  if (!node.is(Node::Kind::kMap)) return read_word(scope, key, node, pool.balance);
  Scope inside = scope.inside("'balance' of " + scope.where());
  pool.balance.by = BalanceBy::kHash;
  read_map(inside, node, kHashKeys, pool.balance);
  if (node.find("hash") == nullptr) {
    scope.error(node.place, "this 'balance' has no 'hash'; write for example {hash: \"$uri\"}");
  }
}

}  // namespace weir::config
