#include "cache/control.h"

#include <algorithm>

#include "base/ascii.h"
#include "cache/targeted.h"

namespace weir::cache {
namespace {

using base::equal_nocase;

// no-cache and private: of the whole, unless good names of fields are given.
void take_qualified(const Directive& directive, bool& whole, NamedFields& names) {
  bool named = directive.has_value && directive.well_formed && names.add(directive.value);
  if (!named) whole = true;
}

// The least of what was asked before and now: the most careful one.
void lessen(std::optional<Seconds>& span, Seconds now) { span = std::min(span.value_or(now), now); }

Seconds seconds_or(const Directive& directive, Seconds careful) {
  return directive.well_formed ? parse_seconds(directive.value).value_or(careful) : careful;
}

void take(RequestControl& control, const Directive& directive) {
  std::string_view name = directive.name;
  if (equal_nocase(name, "no-store")) control.no_store = true;
  if (equal_nocase(name, "no-cache")) control.no_cache = true;
  if (equal_nocase(name, "only-if-cached")) control.only_if_cached = true;
  if (equal_nocase(name, "max-age")) lessen(control.max_age, seconds_or(directive, 0));
  if (equal_nocase(name, "stale-if-error"))
    lessen(control.stale_if_error, seconds_or(directive, 0));
  if (equal_nocase(name, "min-fresh")) {
    Seconds asked = seconds_or(directive, kForever);
    control.min_fresh = std::max(control.min_fresh.value_or(asked), asked);
  }
  if (equal_nocase(name, "max-stale")) {
    bool any = directive.well_formed && !directive.has_value;
    lessen(control.max_stale, any ? kForever : seconds_or(directive, 0));
  }
}

}  // namespace

bool NamedFields::add(std::string_view list) {
  bool any = false;
  base::each_token(list, [&any](std::string_view) {
    any = true;
    return false;
  });
  if (!any || size_ == lists_.size()) return false;
  lists_.at(size_++) = list;
  return true;
}

bool NamedFields::contains(std::string_view name) const {
  bool found = false;
  for (std::size_t i = 0; i < size_ && !found; ++i) {
    base::each_token(lists_.at(i), [&](std::string_view one) {
      found = equal_nocase(one, name);
      return !found;
    });
  }
  return found;
}

void Span::take(std::string_view value, bool well_formed) {
  auto parsed = well_formed ? parse_seconds(value) : std::nullopt;
  if (!parsed || (seconds && *seconds != *parsed)) invalid = true;
  seconds = parsed;
}

void add_directive(ResponseControl& control, const Directive& directive) {
  std::string_view name = directive.name;
  auto is = [name](std::string_view known) { return equal_nocase(name, known); };
  if (is("max-age")) control.max_age.take(directive.value, directive.well_formed);
  if (is("s-maxage")) control.s_maxage.take(directive.value, directive.well_formed);
  if (is("stale-while-revalidate"))
    control.stale_while_revalidate.take(directive.value, directive.well_formed);
  if (is("stale-if-error")) control.stale_if_error.take(directive.value, directive.well_formed);
  if (is("no-store")) control.no_store = true;
  if (is("no-cache")) take_qualified(directive, control.no_cache, control.no_cache_fields);
  if (is("private")) take_qualified(directive, control.is_private, control.private_fields);
  if (is("must-revalidate")) control.must_revalidate = true;
  if (is("proxy-revalidate")) control.proxy_revalidate = true;
  if (!directive.well_formed) return;
  if (is("public")) control.is_public = true;
  if (is("must-understand")) control.must_understand = true;
  if (is("immutable")) control.immutable = true;
}

ResponseControl response_control(const http::Fields& response) {
  if (auto targeted = targeted_control(response)) return *targeted;
  ResponseControl control;
  each_directive(response, http::Name::kCacheControl,
                 [&control](const Directive& directive) { add_directive(control, directive); });
  return control;
}

RequestControl request_control(const http::Fields& request) {
  RequestControl control;
  bool any = false;
  each_directive(request, http::Name::kCacheControl, [&](const Directive& directive) {
    any = true;
    take(control, directive);
  });
  if (any) return control;
  each_directive(request, http::Name::kPragma, [&control](const Directive& directive) {
    if (equal_nocase(directive.name, "no-cache")) control.no_cache = true;
  });
  return control;
}

}  // namespace weir::cache
