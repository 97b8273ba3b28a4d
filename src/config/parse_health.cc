#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/arena.h"
#include "base/ascii.h"
#include "config/nearest.h"
#include "config/sections.h"
#include "http/char_class.h"
#include "http/host.h"

namespace weir::config {

namespace {

using upstream::HealthCheckOptions;
using upstream::StatusRange;

// Longer texts do not fit in what a probe looks at with any room to spare.
constexpr std::size_t kBodyMax = 4096;
constexpr std::size_t kPathMax = 8192;

constexpr std::string_view kMethodNames[] = {"GET", "HEAD", "OPTIONS", "POST"};
constexpr http::Method kMethods[] = {http::Method::kGet, http::Method::kHead,
                                     http::Method::kOptions, http::Method::kPost};

void read_method(Scope& scope, const KeyInfo& key, const Node& node, HealthCheckOptions& check) {
  std::size_t index = 0;
  if (read_choice(scope, key, node, index)) check.method = kMethods[index];
}

void read_path(Scope& scope, const KeyInfo& key, const Node& node, HealthCheckOptions& check) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (!text->starts_with('/')) {
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       quoted(*text) + " does not begin with /",
                       "did you mean " + quoted("/" + *text) + "?");
  }
  if (!http::all_in(*text, http::kTargetChar))
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       "it holds a blank, a # or a control byte, which no request can");
  if (text->size() > kPathMax)
    return scope.wants(node.place, key.name, wants_text(key.shape), "it is longer than 8k");
  check.path = *text;
}

void read_host(Scope& scope, const KeyInfo& key, const Node& node, HealthCheckOptions& check) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  base::Arena arena;
  http::Host host;
  if (http::parse_host(*text, arena, host) != http::Reason::kNone)
    return scope.wants(node.place, key.name, wants_text(key.shape), quoted(*text) + " is none");
  check.host = *text;
}

// "204" or "200-399".
std::optional<StatusRange> parse_range(std::string_view text) {
  auto dash = text.find('-');
  auto first = base::parse_decimal(text.substr(0, dash));
  auto last = dash == std::string_view::npos ? first : base::parse_decimal(text.substr(dash + 1));
  constexpr std::uint64_t kLeast = 200;
  constexpr std::uint64_t kMost = 599;
  if (!first || !last || *first < kLeast || *last > kMost || *first > *last) return std::nullopt;
  return StatusRange{static_cast<unsigned>(*first), static_cast<unsigned>(*last)};
}

void read_expect(Scope& scope, const KeyInfo& key, const Node& node, HealthCheckOptions& check) {
  std::vector<StatusRange> ranges;
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    if (text == nullptr) continue;
    if (auto range = parse_range(*text)) {
      ranges.push_back(*range);
    } else {
      scope.wants(entry.place, key.name, wants_text(key.shape), quoted(*text) + " is neither");
    }
  }
  if (node.is(Node::Kind::kList) && node.items.empty())
    scope.wants(node.place, key.name, wants_text(key.shape), "the list is empty");
  if (!ranges.empty()) check.expect = std::move(ranges);
}

void read_body(Scope& scope, const KeyInfo& key, const Node& node, HealthCheckOptions& check) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (text->empty() || text->size() > kBodyMax)
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       text->empty() ? "it is empty" : "it is longer than 4k");
  check.body = *text;
}

constexpr Shape kStatuses = text("a status or a range of them", "^[2-5][0-9]{2}(-[2-5][0-9]{2})?$");

constexpr std::string_view kInitials[] = {"checked", "up"};

constexpr Key<HealthCheckOptions> kHealthKeys[] = {
    {{"path", "what an HTTP probe asks for; may have a query", "/",
      text("a path that begins with /, such as /healthz")},
     read_path},
    {{"method", "the method of an HTTP probe", "GET", choice(kMethodNames)}, read_method},
    {{"host", "the Host of an HTTP probe; absent: the endpoint's address", "null",
      text("a host such as api.example.com")},
     read_host},
    {{"expect", "the statuses of a good answer", "[200-399]",
      list("a status or a range from 200 to 599, such as 204 or 200-399, or a list of them",
           kStatuses, 1)},
     read_expect},
    {{"body", "a text that the body of a good answer holds, in its first 128k", "null",
      text("a text of 1 to 4096 bytes")},
     read_body},
    {{"tcp", "a connection is enough, nothing is asked", "off", on_off()},
     into<&HealthCheckOptions::tcp>},
    {{"interval", "from the beginning of a probe to that of the next", "2s", duration(10, kDay)},
     into<&HealthCheckOptions::interval>},
    {{"timeout", "of a whole probe; may be longer than the interval", "1s",
      duration(1, 3'600 * kSecond)},
     into<&HealthCheckOptions::timeout>},
    {{"rise", "good probes in a row that bring an endpoint up again", "2", integer(1, 1'000)},
     into<&HealthCheckOptions::rise>},
    {{"fall", "failed probes in a row that take an endpoint down", "3", integer(1, 1'000)},
     into<&HealthCheckOptions::fall>},
    {{"jitter", "by how much of it an interval may be shorter, at random", "20%", percent()},
     into<&HealthCheckOptions::jitter_percent>},
    {{"initial",
      "before the first probe has ended: checked, traffic waits for a good one unless there is no "
      "endpoint known good; or up",
      "checked", choice(kInitials)},
     into<&HealthCheckOptions::initial>},
};

// A list of one thing may stand bare.
bool is_default(const KeyInfo& key, const Node& value) {
  bool one_entry = value.is(Node::Kind::kList) && value.items.size() == 1;
  const std::string& text = one_entry ? value.items[0].text : value.text;
  return text == key.standard || "[" + text + "]" == key.standard;
}

// What contradicts each other, at the key that is of no use.
void check_together(Scope& scope, const Node& node, const HealthCheckOptions& check) {
  constexpr std::array<std::string_view, 5> kOfHttp = {"path", "method", "host", "expect", "body"};
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& name = node.keys[i].text;
    const KeyInfo* info = find_key(health_check_section(), name);
    bool of_http = std::find(kOfHttp.begin(), kOfHttp.end(), name) != kOfHttp.end();
    // What says no more than the default contradicts nothing.
    if (check.tcp && of_http && info != nullptr && !is_default(*info, node.items[i])) {
      scope.error(node.keys[i].place, quoted(name) +
                                          " is about an HTTP probe, and with 'tcp: on' "
                                          "only a connection is made; leave out one");
    } else if (name == "body" && check.method == http::Method::kHead) {
      scope.error(node.keys[i].place,
                  "'body' is never found in an answer to HEAD, which has none; write method: GET");
    }
  }
}

}  // namespace

Section health_check_section() { return {.name = "health_check", .keys = infos_of(kHealthKeys)}; }

void read_health_check(Scope& scope, const KeyInfo& key, const Node& node,
                       upstream::PoolOptions& pool) {
  Scope inside = scope.inside("'health_check' of " + scope.where());
  HealthCheckOptions check;
  read_section(inside, key, node, kHealthKeys, check);
  if (!node.is(Node::Kind::kMap)) return;
  check_together(inside, node, check);
  pool.health_check = std::move(check);
}

}  // namespace weir::config
