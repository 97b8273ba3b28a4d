#include "cli/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "app/snapshot.h"
#include "base/ascii.h"
#include "http/h1_parser.h"
#include "net/address.h"
#include "routing/router.h"

namespace weir::cli {

namespace {

using routing::Found;
using routing::RouteMatch;

// Routes that are listed although they are for other hosts or paths.
constexpr std::size_t kListedMax = 20;

// The parts of "GET https://host:port/path?query".
struct Asked {
  std::string method = "GET";
  std::string target;
  std::string authority;  // empty: the target has none
  std::uint16_t port = 0;
};

base::Result<Asked> parse_asked(std::string_view text) {
  Asked asked;
  text = base::trim(text);
  if (auto blank = text.find(' '); blank != std::string_view::npos) {
    asked.method = text.substr(0, blank);
    text = base::trim(text.substr(blank));
  }
  asked.target = text;
  if (asked.target.starts_with('/') || asked.target == "*") return asked;
  auto behind = asked.target.find("://");
  if (behind == std::string::npos)
    return base::Error{"'" + asked.target + "' is no URL; write 'GET https://a.example/path'"};
  auto from = behind + 3;
  asked.authority = asked.target.substr(from, asked.target.find_first_of("/?", from) - from);
  asked.port = asked.target.starts_with("https") ? 443 : 80;
  auto colon = asked.authority.rfind(':');
  if (colon == std::string::npos || asked.authority.ends_with(']')) return asked;
  if (auto port = base::parse_decimal(std::string_view(asked.authority).substr(colon + 1)))
    asked.port = static_cast<std::uint16_t>(*port);
  return asked;
}

// The request as a client would send it; an error for bytes that would make it another.
base::Result<std::string> head_text(const Asked& asked, const std::vector<std::string>& headers) {
  bool has_host = std::any_of(headers.begin(), headers.end(), [](const std::string& line) {
    return base::equal_nocase(std::string_view(line).substr(0, 5), "host:");
  });
  bool hostless = asked.authority.empty() && !has_host;
  std::string text = asked.method + ' ' + asked.target + (hostless ? " HTTP/1.0" : " HTTP/1.1");
  if (!asked.authority.empty() && !has_host) text += "\r\nHost: " + asked.authority;
  for (const std::string& line : headers) text += "\r\n" + line;
  bool broken = asked.target.find_first_of("\r\n") != std::string::npos ||
                std::any_of(headers.begin(), headers.end(), [](const std::string& line) {
                  return line.find_first_of("\r\n") != std::string::npos;
                });
  if (broken) return base::Error{"a request line and a header are one line each"};
  return text + "\r\n\r\n";
}

base::Result<std::size_t> find_listener(const config::Config& config, const Wish& wish,
                                        std::uint16_t port) {
  const auto& listeners = config.listeners;
  auto index = [&](auto at) { return static_cast<std::size_t>(at - listeners.begin()); };
  if (wish.listener.empty()) {
    auto same = std::find_if(listeners.begin(), listeners.end(), [&](const auto& listener) {
      return !listener.address.is_unix && listener.address.port == port;
    });
    return same == listeners.end() ? 0 : index(same);
  }
  auto address = net::parse_address(wish.listener);
  if (!address) return address.error();
  auto same = std::find_if(listeners.begin(), listeners.end(), [&](const auto& listener) {
    return listener.address == address.value();
  });
  if (same == listeners.end())
    return base::Error{"no listener has the address '" + wish.listener + "'"};
  return index(same);
}

std::string where(const RouteMatch& match) {
  std::string text;
  for (const auto& host : match.hosts)
    text.append(text.empty() ? "host " : ", ").append(text_of(host));
  if (match.path.kind == routing::PathKind::kAny) return text.empty() ? "any" : text;
  return text.append(text.empty() ? "path " : ", path ").append(text_of(match.path));
}

std::string action(const config::RouteConfig& route) {
  std::string cache = route.caching ? ", behind cache zone '" + route.caching->zone + "'" : "";
  if (const auto* to = std::get_if<config::UpstreamAction>(&route.action))
    return "upstream '" + to->upstream + "'" + cache;
  if (const auto* split = std::get_if<routing::SplitOptions>(&route.action)) {
    std::string text = "split:";
    for (const auto& share : split->shares)
      text +=
          fmt::format("{} '{}' {}", text.ends_with(':') ? "" : ",", share.upstream, share.weight);
    return text + cache;
  }
  if (const auto* redirect = std::get_if<respond::RedirectOptions>(&route.action))
    return fmt::format("redirect {} to {}", redirect->status, redirect->to);
  return fmt::format("respond {}", std::get<respond::FixedOptions>(route.action).status);
}

// Writes what becomes of one request.
class Explanation {
 public:
  Explanation(const config::Config& config, const routing::Router& router,
              const http::Request& request)
      : config_(config), router_(router), request_(request), found_(router.find(request)) {}

  std::string text() {
    put_outcome();
    auto candidates = router_.candidates(request_);
    put_candidates(candidates);
    put_others(candidates);
    return std::move(text_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  [[nodiscard]] bool is_taker(const RouteMatch& match) const {
    return found_.kind != Found::Kind::kNone && match.route == found_.route;
  }

  void put_outcome() {
    if (found_.kind == Found::Kind::kNone) {
      auto allow = router_.allow(request_);
      if (allow.empty()) return line("no route takes it: 404");
      return line("no route takes it by this method: 405, Allow: {}", allow);
    }
    const RouteMatch& match = router_.matches()[found_.route];
    if (found_.kind == Found::Kind::kSlashRedirect) {
      return line("route '{}' ({}) answers it: 301 to the path with its slash", match.name,
                  where(match));
    }
    line("route '{}' ({}) takes it: {}", match.name, where(match),
         action(config_.routes[found_.route]));
  }

  void put_candidates(const std::vector<const RouteMatch*>& candidates) {
    for (auto at = candidates.begin(); at != candidates.end(); ++at) {
      const RouteMatch& match = **at;
      bool told = std::find(candidates.begin(), at, &match) != at;
      if (told || is_taker(match)) continue;
      const auto* failing = first_failing(match, request_);
      if (failing != nullptr) {
        line("  '{}' ({}) failed on {}", match.name, where(match), text_of(*failing));
      } else {
        line("  '{}' ({}) comes after it", match.name, where(match));
      }
    }
  }

  void put_others(std::vector<const RouteMatch*> candidates) {
    std::sort(candidates.begin(), candidates.end());
    std::size_t count = 0;
    for (const RouteMatch& match : router_.matches()) {
      bool told = std::binary_search(candidates.begin(), candidates.end(), &match);
      if (told || ++count > kListedMax) continue;
      bool for_host = takes_host(match, request_.head.host);
      line("  '{}' ({}) is for {}", match.name, where(match),
           for_host ? "other paths" : "other hosts");
    }
    if (count > kListedMax) line("  and {} more are for other hosts or paths", count - kListedMax);
  }

  const config::Config& config_;
  const routing::Router& router_;
  const http::Request& request_;
  const Found found_;
  std::string text_;
};

}  // namespace

base::Result<std::string> explain_wish(const config::Config& config, const Wish& wish) {
  auto asked = parse_asked(wish.request);
  if (!asked) return asked.error();
  auto listener = find_listener(config, wish, asked.value().port);
  if (!listener) return listener.error();
  auto head = head_text(asked.value(), wish.headers);
  if (!head) return head.error();
  if (!net::is_ip(wish.client) && wish.client != "unix:")
    return base::Error{"'" + wish.client + "' is no address of a client"};
  auto router = app::make_router(config);
  if (!router) return router.error();

  base::Arena arena;
  http::H1Parser parser;
  http::HeadLimits limits{config.limits.header_size, config.limits.headers, config.limits.uri};
  parser.reset_request(arena, limits);
  base::Bytes bytes = head.value();
  if (parser.next(bytes) != http::H1Step::kHead) {
    const http::Failure& failure = parser.failure();
    return base::Error{fmt::format("no route is asked: such a request is refused with {} ({})",
                                   failure.status, text_of(failure.reason))};
  }
  http::Request request;
  request.head = parser.request();
  request.client = wish.client;
  request.listener = listener.value();
  request.arena = &arena;
  std::string text =
      fmt::format("{} {}, from {} by listener {}\n", asked.value().method, asked.value().target,
                  wish.client, net::to_text(config.listeners[listener.value()].address));
  return text + Explanation(config, router.value(), request).text();
}

}  // namespace weir::cli
