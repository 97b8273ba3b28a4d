// The zones of the cache, and what routes do with them.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "config/defined.h"
#include "config/names.h"
#include "config/sections.h"
#include "config/values.h"

namespace weir::config {

namespace {

using cache::CacheOptions;
using cache::StoreOptions;

constexpr std::uint64_t kShardsMax = 256;
constexpr std::string_view kAuto[] = {"auto"};
constexpr Shape kShardsShapes[] = {choice(kAuto), integer(1, kShardsMax)};

void read_shards(Scope& scope, const KeyInfo& key, const Node& node, StoreOptions& store) {
  if (node.is(Node::Kind::kText) && node.text == kAuto[0]) {
    store.shards = 0;
    return;
  }
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  auto number = parse_integer(*text);
  if (!number || number.value() == 0 || number.value() > kShardsMax)
    return scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text));
  store.shards = number.value();
}

constexpr Key<StoreOptions> kZoneKeys[] = {
    {{"memory", "bytes that answers take, with all that they need; those not asked for go first",
      "256m", size(kMega, kKilo* kGiga)},
     into<&StoreOptions::memory>},
    {{"max_object", "bytes of an answer's body; longer ones are passed on and not kept", "8m",
      size(1, kKilo* kGiga)},
     into<&StoreOptions::max_object>},
    {{"shards", "parts with a lock of their own, among which memory is divided", "auto",
      any_of("auto or a whole number from 1 to 256", kShardsShapes)},
     read_shards},
};

CacheZone read_zone(Scope& scope, const Node& name, const KeyInfo& key, const Node& node) {
  CacheZone zone;
  zone.name = name.text;
  Scope inside = scope.inside("cache zone " + quoted(name.text));
  if (!expect_map(inside, name.text, wants_text(*key.shape.of), node)) return zone;
  read_map(inside, node, kZoneKeys, zone.store);
  const Node* object = node.find("max_object");
  if (object != nullptr && zone.store.max_object > zone.store.memory) {
    scope.error(object->place, "'max_object' is more than the zone's 'memory' (" +
                                   size_text(zone.store.memory) + ")");
  }
  return zone;
}

// A route's cache while it is read.
struct CacheDraft {
  const Draft* file = nullptr;
  CacheOptions options;
};

// A key that fills a member of the options within the draft.
template <auto kMember>
void option(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  into<kMember>(scope, key, node, draft.options);
}

void read_zone_name(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  draft.options.zone = *text;
  if (draft.file->zone_places.contains(*text)) return;
  std::string hint = defined_hint(scope, draft.file->config.zones, draft.file->zone_places, node);
  if (draft.file->config.zones.empty()) {
    hint = "write at the top level for example cache: {" + *text + ": {memory: 256m}}";
  }
  scope.error(node.place, "cache zone " + quoted(*text) + " is not defined", std::move(hint));
}

void read_key(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  http::Template made;
  if (text == nullptr || !compile_template(scope, key, node, made)) return;
  if (made.is_constant()) {
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       quoted(*text) + " is the same for every request");
  }
  draft.options.key = *text;
}

constexpr std::string_view kMethods[] = {"GET", "HEAD"};
constexpr http::Method kMeant[] = {http::Method::kGet, http::Method::kHead};

void read_methods(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  std::vector<http::Method> methods;
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    std::size_t index = 0;
    KeyInfo one = key;
    one.shape = *key.shape.of;
    if (!read_choice(scope, one, entry, index)) continue;
    if (std::find(methods.begin(), methods.end(), kMeant[index]) == methods.end())
      methods.push_back(kMeant[index]);
  }
  if (node.is(Node::Kind::kList) && node.items.empty())
    scope.wants(node.place, key.name, wants_text(key.shape), "the list is empty");
  draft.options.methods = std::move(methods);
}

// The cache counts whole seconds, as HTTP does.
bool read_seconds(Scope& scope, const KeyInfo& key, const Node& node, cache::Seconds& seconds) {
  base::Duration duration{0};
  if (!read_duration(scope, key, node, duration)) return false;
  auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration);
  if (whole != duration) {
    scope.error(node.place,
                quoted(key.name) + " counts whole seconds; " + quoted(node.text) + " is none");
    return false;
  }
  seconds = whole.count();
  return true;
}

template <auto kMember>
void seconds(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  read_seconds(scope, key, node, draft.options.*kMember);
}

void read_valid(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  KeyInfo one = key;
  one.shape = *key.shape.of;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& text = node.keys[i].text;
    auto status = base::parse_decimal(text);
    bool known = text.size() == 3 && status && *status >= 200 && *status <= 599;
    if (!known && text != "any") {
      scope.error(
          node.keys[i].place,
          "'valid' has times for statuses from 200 to 599 and for 'any' other one; not for " +
              quoted(text));
      continue;
    }
    cache::ValidFor entry;
    entry.status = known ? static_cast<unsigned>(*status) : 0;
    if (read_seconds(scope, one, node.items[i], entry.seconds))
      draft.options.valid.push_back(entry);
  }
}

template <auto kMember>
void read_templates(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    http::Template made;
    if (text != nullptr && compile_template(scope, key, entry, made))
      (draft.options.*kMember).push_back(*text);
  }
}

void read_purge_from(Scope& scope, const KeyInfo& key, const Node& node, CacheDraft& draft) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    if (text == nullptr) continue;
    auto block = net::Cidr::parse(*text);
    if (block) {
      draft.options.purge_from.push_back(block.value());
    } else {
      scope.error(entry.place, block.error().text);
    }
  }
}

constexpr Shape kMethod = choice(kMethods);
constexpr Shape kValidFor = duration(0, kYear);
constexpr Shape kCondition = text("a text with variables such as \"$cookie_session\"");
constexpr Shape kPurger = text("a CIDR block such as 10.0.0.0/8");

constexpr Key<CacheDraft> kCacheKeys[] = {
    {{"zone", "the zone of 'cache' that keeps the answers", "", text("the name of a zone"),
      Trait::kRequired},
     read_zone_name},
    {{"key",
      "what tells one answer from another; $http_host in it is in lower case, without a default "
      "port",
      "\"$scheme://$http_host$request_uri\"",
      text("a text with variables such as \"$scheme://$http_host$request_uri\"")},
     read_key},
    {{"methods", "requests that are answered from the cache; only GET fills it", "[GET, HEAD]",
      list("GET, HEAD or a list of these", kMethod, 1)},
     read_methods},
    {{"valid",
      "for how long an answer is fresh where its origin does not say, by status; any: each other "
      "one",
      "{}",
      names("a map such as {200: 10m, 404: 1m, any: 10s}", kValidFor, "^([2-5][0-9]{2}|any)$")},
     read_valid},
    {{"min_uses", "an answer is kept when it was asked for so often", "1", integer(1, 1'000'000)},
     option<&CacheOptions::min_uses>},
    {{"bypass", "the cache is not asked where one of these is neither empty nor 0", "[]",
      list("a text such as \"$cookie_session\", or a list of these", kCondition)},
     read_templates<&CacheOptions::bypass>},
    {{"no_store", "the answer is not kept where one of these is neither empty nor 0", "[]",
      list("a text such as \"$cookie_session\", or a list of these", kCondition)},
     read_templates<&CacheOptions::no_store>},
    {{"stale_while_revalidate",
      "for how long a stale answer is given while it is asked for anew, where the origin does not "
      "say",
      "0", duration(0, kYear)},
     seconds<&CacheOptions::stale_while_revalidate>},
    {{"stale_if_error",
      "for how long a stale answer is given while its backends fail, where the origin does not say",
      "0", duration(0, kYear)},
     seconds<&CacheOptions::stale_if_error>},
    {{"coalesce",
      "requests for one key are one to its origin: the others wait for that, and get the answer as "
      "it comes",
      "on", on_off()},
     option<&CacheOptions::coalesce>},
    {{"coalesce_timeout",
      "for how long a request waits for the head of another's answer; then it goes by itself", "5s",
      duration(0, 3'600 * kSecond)},
     option<&CacheOptions::coalesce_timeout>},
    {{"honor_origin", "off: Cache-Control, Expires and Pragma count nothing, only 'valid' does",
      "on", on_off()},
     option<&CacheOptions::honor_origin>},
    {{"status_header", "answers have Cache-Status (RFC 9211)", "on", on_off()},
     option<&CacheOptions::status_header>},
    {{"x_cache", "answers have X-Cache: HIT, MISS and the like, as nginx names them", "off",
      on_off()},
     option<&CacheOptions::x_cache>},
    {{"variants", "answers kept of one key, told apart by Vary", "16", integer(1, 1'000)},
     option<&CacheOptions::variants>},
    {{"purge_from",
      "who may purge by the method PURGE, as trusted_proxies tell them; empty: it goes to the "
      "backend",
      "[]", list("a CIDR block such as 10.0.0.0/8, or a list of them", kPurger)},
     read_purge_from},
};

}  // namespace

Section zone_section() { return {.name = "zone", .keys = infos_of(kZoneKeys)}; }
Section route_cache_section() { return {.name = "route_cache", .keys = infos_of(kCacheKeys)}; }

void read_zones(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& name = node.keys[i];
    draft.zone_places.emplace(name.text, name.place);
    auto fault = zone_name_fault(name.text);
    if (!fault.empty()) scope.error(name.place, std::move(fault));
    draft.config.zones.push_back(read_zone(scope, name, key, node.items[i]));
  }
}

void read_route_cache(Scope& scope, const KeyInfo& key, const Node& node, const Draft& file,
                      std::optional<CacheOptions>& caching) {
  Scope inside = scope.inside("'cache' of " + scope.where());
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  CacheDraft draft{&file, {}};
  read_map(inside, node, kCacheKeys, draft);
  if (node.find("zone") == nullptr)
    scope.error(node.place, "this 'cache' has no 'zone'; write for example {zone: main}");
  caching = std::move(draft.options);
}

}  // namespace weir::config
