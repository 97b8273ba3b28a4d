#include "cache/compiled.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "http/host.h"
#include "http/variable.h"

namespace weir::cache {
namespace {

constexpr std::size_t kDigits = 20;

bool is_default_port(std::uint64_t port, std::string_view scheme) {
  return port == (scheme == "https" ? 443 : 80);
}

// Different spellings of one authority are one (RFC 9110 section 4.2.3): else a client's choice of
// case, dot or port would fill the store with copies.
std::string_view one_authority(const http::Request& request, std::string_view, base::Arena& arena) {
  const http::RequestHead& head = request.head;
  if (head.authority == head.host) return head.host;
  http::Host parsed;
  if (http::parse_host(head.authority, arena, parsed) != http::Reason::kNone) return head.host;
  auto port = base::parse_decimal(parsed.port);
  if (!port || is_default_port(*port, request.peer.scheme)) return head.host;
  char digits[kDigits];
  char* end = base::write_decimal(digits, *port);
  return arena.join({head.host, ":", {digits, static_cast<std::size_t>(end - digits)}});
}

std::vector<http::Variable> key_variables() {
  auto known = http::request_variables();
  std::vector<http::Variable> variables(known.begin(), known.end());
  for (http::Variable& variable : variables) {
    if (variable.name == "http_host") variable.value = one_authority;
  }
  return variables;
}

base::Error about(std::string_view option, const base::Error& error) {
  return {std::string(option) + ": " + error.text};
}

base::Result<std::vector<http::Template>> compile_all(const std::vector<std::string>& texts,
                                                      std::string_view option) {
  std::vector<http::Template> all;
  for (const std::string& text : texts) {
    auto one = http::Template::compile(text);
    if (!one) return about(option, one.error());
    all.push_back(std::move(one.value()));
  }
  return all;
}

bool any_holds(const std::vector<http::Template>& templates, const http::Request& request) {
  return std::any_of(templates.begin(), templates.end(), [&request](const http::Template& one) {
    std::string_view text = one.render(request, *request.arena);
    return !text.empty() && text != "0";
  });
}

}  // namespace

base::Result<CompiledCache> CompiledCache::compile(CacheOptions options) {
  CompiledCache plan(std::move(options));
  auto key = http::Template::compile(plan.options_.key, key_variables());
  if (!key) return about("key", key.error());
  plan.key_ = std::move(key.value());
  auto bypass = compile_all(plan.options_.bypass, "bypass");
  if (!bypass) return bypass.error();
  plan.bypass_ = std::move(bypass.value());
  auto no_store = compile_all(plan.options_.no_store, "no_store");
  if (!no_store) return no_store.error();
  plan.no_store_ = std::move(no_store.value());
  return plan;
}

bool CompiledCache::takes(http::Method method) const {
  if (method != http::Method::kGet && method != http::Method::kHead) return false;
  const auto& methods = options_.methods;
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

std::string_view CompiledCache::key(const http::Request& request, base::Arena& arena) const {
  return key_.render(request, arena);
}

bool CompiledCache::bypasses(const http::Request& request) const {
  return any_holds(bypass_, request);
}

bool CompiledCache::keeps_out(const http::Request& request) const {
  return any_holds(no_store_, request);
}

}  // namespace weir::cache
