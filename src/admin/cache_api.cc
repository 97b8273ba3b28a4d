#include "admin/cache_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "admin/status.h"
#include "admin/status_json.h"
#include "http/pairs.h"

namespace weir::admin {
namespace {

using Json = nlohmann::ordered_json;

// What a query asks for.
struct Asked {
  std::optional<cache::Purge> about;  // none: nothing in particular
  bool soft = false;
};

ApiAnswer problem(unsigned status, const char* title, const std::string& detail) {
  return {status, problem_json(status, title, detail)};
}

std::string decoded(std::string_view text) {
  std::string out(text.size(), '\0');
  out.resize(static_cast<std::size_t>(http::decode_form(out.data(), text) - out.data()));
  return out;
}

// The error says what is wrong with the query.
base::Result<Asked> parse_query(std::string_view query) {
  constexpr std::pair<std::string_view, cache::Purge::By> kAbout[] = {
      {"key", cache::Purge::By::kKey},
      {"prefix", cache::Purge::By::kPrefix},
      {"tag", cache::Purge::By::kTag}};
  Asked asked;
  std::string fault;
  http::each_parameter(query, [&](const http::Pair& pair) {
    const auto* about = std::find_if(std::begin(kAbout), std::end(kAbout),
                                     [&](const auto& one) { return one.first == pair.name; });
    if (about != std::end(kAbout)) {
      if (asked.about) fault = "one of key, prefix and tag, once";
      asked.about = cache::Purge{about->second, decoded(pair.value), false};
    } else if (pair.name == "soft" && (pair.value == "1" || pair.value == "0")) {
      asked.soft = pair.value == "1";
    } else {
      fault = "'" + std::string(pair.name) + "' is none of key, prefix, tag and soft (0 or 1)";
    }
    return !fault.empty();
  });
  if (!fault.empty()) return base::Error{std::move(fault)};
  return asked;
}

Json json_of(const cache::Entry& entry, cache::Seconds now) {
  cache::Terms terms = entry.terms();
  return {{"status", entry.head().status},
          {"vary", entry.identity().names},
          {"age_seconds", terms.age_at(now)},
          {"fresh_for_seconds", -terms.staleness_at(now)},
          {"purged", terms.purged},
          {"body_bytes", entry.body_size()},
          {"memory", entry.cost()}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

ApiAnswer look_up(const observe::ZoneCounts& zone, const std::string& key, cache::Seconds now) {
  Json responses = Json::array();
  for (const auto& entry : zone.store->all(key)) responses.push_back(json_of(*entry, now));
  return {200, dump({{"zone", zone.name}, {"key", key}, {"responses", std::move(responses)}})};
}

ApiAnswer get(const observe::ZoneCounts& zone, const Asked& asked, cache::Seconds now) {
  if (!asked.about) return {200, zone_json(status_of(zone))};
  if (asked.about->by != cache::Purge::By::kKey)
    return problem(400, "bad request", "what is stored can be looked up by its key only");
  return look_up(zone, asked.about->text, now);
}

ApiAnswer purge(const observe::ZoneCounts& zone, Asked asked) {
  if (!asked.about) {
    return problem(400, "bad request",
                   "say what is to be purged: ?key=, ?prefix= (of keys; empty: all) or ?tag=");
  }
  asked.about->soft = asked.soft;
  std::size_t count = zone.store->purge(*asked.about);
  return {200, dump({{"zone", zone.name}, {"purged", count}, {"soft", asked.soft}})};
}

}  // namespace

ApiAnswer answer_cache(const observe::MetricsSource& source, const http::Request& request,
                       cache::Seconds now) {
  std::string_view name = request.head.normal_path.substr(kCachePath.size());
  auto zone = std::find_if(source.zones.begin(), source.zones.end(),
                           [name](const auto& one) { return one.name == name; });
  if (zone == source.zones.end())
    return problem(404, "not found", "there is no cache zone '" + std::string(name) + "'");
  http::Method method = request.head.method;
  bool reads = method == http::Method::kGet || method == http::Method::kHead;
  if (!reads && method != http::Method::kDelete) {
    auto answer = problem(405, "method not allowed", "GET and HEAD read, DELETE purges");
    answer.allow = "GET, HEAD, DELETE";
    return answer;
  }
  auto asked = parse_query(request.head.query);
  if (!asked) return problem(400, "bad request", asked.error().text);
  return reads ? get(*zone, asked.value(), now) : purge(*zone, std::move(asked.value()));
}

}  // namespace weir::admin
