#include <string>

#include "config/nearest.h"
#include "config/sections.h"

namespace weir::config {

namespace {

using upstream::BalanceBy;
using upstream::BalanceOptions;

// The ways to balance that are one word.
struct Word {
  std::string_view name;
  BalanceBy by;
};
constexpr Word kWords[] = {{"round_robin", BalanceBy::kRoundRobin},
                           {"least_conn", BalanceBy::kLeastConn},
                           {"p2c", BalanceBy::kP2c},
                           {"ip_hash", BalanceBy::kIpHash}};

void read_word(Scope& scope, const KeyInfo& key, const Node& node, BalanceOptions& balance) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (*text == "hash") {
    return scope.wants(node.place, key.name, wants_text(key.shape), "'hash' has no key",
                       "write {hash: \"$uri\"}");
  }
  Nearest nearest(*text);
  for (const Word& word : kWords) {
    if (word.name == *text) {
      balance.by = word.by;
      return;
    }
    nearest.offer(word.name);
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
      text("a text with variables such as \"$uri\" or \"$http_x_user\"")},
     read_key},
    {{"bounded", "the most load of an endpoint, relative to the average", "null",
      percent(101, 1'000)},
     into<&BalanceOptions::bounded_percent>},
};

}  // namespace

std::vector<const KeyInfo*> balance_keys() { return infos_of(kHashKeys); }

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
