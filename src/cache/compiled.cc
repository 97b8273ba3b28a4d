#include "cache/compiled.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "cache/believed_site.h"
#include "http/variable.h"

namespace weir::cache {
namespace {

std::string_view scheme(const http::Request& request, std::string_view, base::Arena& arena) {
  return believed_scheme(request, arena);
}
std::string_view authority(const http::Request& request, std::string_view, base::Arena& arena) {
  return believed_authority(request, arena);
}

std::vector<http::Variable> key_variables() {
  auto known = http::request_variables();
  std::vector<http::Variable> variables(known.begin(), known.end());
  for (http::Variable& variable : variables) {
    if (variable.name == "scheme") variable.value = scheme;
    if (variable.name == "http_host") variable.value = authority;
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
