#include "cache/admission.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "cache/vary.h"
#include "http/date.h"

namespace weir::cache {
namespace {

using http::Name;

ResponseControl control_of(const CompiledCache& plan, const http::Fields& response) {
  return plan.options().honor_origin ? response_control(response) : ResponseControl();
}

Lifetime lifetime_by(const CompiledCache& plan, const http::ResponseHead& response,
                     const ResponseControl& control, Seconds received) {
  auto configured = plan.options().valid_for(response.status);
  if (plan.options().honor_origin) return lifetime_of(response, control, received, configured);
  return configured ? Lifetime{*configured, FreshBy::kConfigured} : Lifetime();
}

Terms terms_by(const CompiledCache& plan, const ResponseControl& control, const Lifetime& lifetime,
               Seconds age, Seconds received) {
  const CacheOptions& options = plan.options();
  Terms terms;
  terms.lifetime = lifetime.seconds;
  terms.age = age;
  terms.received = received;
  terms.stale_while_revalidate =
      control.stale_while_revalidate.value_or(options.stale_while_revalidate);
  terms.stale_if_error = control.stale_if_error.value_or(options.stale_if_error);
  terms.no_cache = control.no_cache;
  terms.forbids_stale = control.forbids_stale();
  return terms;
}

// Fields by which frameworks let a request ask for another resource, or for another site, than its
// line says. No key has them, so whoever sends one would choose what others get. (X-Forwarded-*
// goes on for trusted peers only.)
bool leads_elsewhere(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "X-Original-URL", "X-Rewrite-URL", "X-Original-Host", "X-Host", "X-HTTP-Host-Override"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [name](std::string_view one) { return base::equal_nocase(name, one); });
}

bool varies_by(const http::Fields& response, std::string_view name) {
  bool found = false;
  for (const http::Field& field : response) {
    if (field.id != Name::kVary) continue;
    base::each_token(field.value, [&](std::string_view one) {
      found = found || base::equal_nocase(one, name);
      return !found;
    });
  }
  return found;
}

bool is_led_elsewhere(const http::Fields& request, const http::Fields& response) {
  return std::any_of(request.begin(), request.end(), [&response](const http::Field& field) {
    return field.id == Name::kOther && leads_elsewhere(field.name) &&
           !varies_by(response, field.name);
  });
}

NotStored why_not(const CompiledCache& plan, const http::Request& request,
                  const RequestControl& asked, const http::ResponseHead& response,
                  const ResponseControl& control, const Lifetime& lifetime) {
  NotStored reason = why_not_stored(request.head, asked, response, control, lifetime);
  if (reason != NotStored::kStored) return reason;
  if (!plan.options().honor_origin && lifetime.by == FreshBy::kNothing) return NotStored::kNotFresh;
  // Where the connection's end is the only one, a cut looks like it (RFC 9112 section 8).
  if (response.framing == http::Framing::kUntilClose) return NotStored::kNoEnd;
  if (is_led_elsewhere(request.head.fields, response.fields)) return NotStored::kUnkeyed;
  return plan.keeps_out(request) ? NotStored::kCondition : NotStored::kStored;
}

}  // namespace

RequestControl asked_of(const CompiledCache& plan, const http::Fields& request) {
  return plan.options().honor_origin ? request_control(request) : RequestControl();
}

Verdict judge(const CompiledCache& plan, const http::Request& request, const RequestControl& asked,
              const http::ResponseHead& response, Exchanged when) {
  ResponseControl control = control_of(plan, response.fields);
  Lifetime lifetime = lifetime_by(plan, response, control, when.received);
  Seconds age = initial_age(response.fields, when);
  return {why_not(plan, request, asked, response, control, lifetime),
          terms_by(plan, control, lifetime, age, when.received)};
}

Verdict admit(const CompiledCache& plan, Store& store, std::string_view key,
              const http::Request& request, const RequestControl& asked,
              const http::ResponseHead& response, Exchanged when) {
  Verdict verdict = judge(plan, request, asked, response, when);
  if (verdict.reason != NotStored::kStored) return verdict;
  bool sized = response.framing == http::Framing::kLength;
  unsigned uses = std::min(plan.options().min_uses, Uses::kMax);
  if (sized && response.content_length > store.max_object()) {
    verdict.reason = NotStored::kTooLarge;
  } else if (uses > 1 && store.note_use(key) < uses) {
    verdict.reason = NotStored::kMinUses;
  }
  return verdict;
}

EntryRef make_entry(const CompiledCache& plan, std::string_view key, const http::Request& request,
                    const http::ResponseHead& response, const Terms& terms, Blocks body) {
  std::string names = varying_names(response.fields);
  std::string values = varying_values(request.head.fields, names);
  return base::make_shared_ref<const Entry>(
      Identity{std::string(key), std::move(names), std::move(values)}, response,
      control_of(plan, response.fields), terms, std::move(body));
}

NotStored insert(const CompiledCache& plan, Store& store, const EntryRef& entry,
                 std::uint64_t ticket) {
  switch (store.insert(entry, ticket, plan.options().variants)) {
    case Inserted::kStored:
      return NotStored::kStored;
    case Inserted::kPurged:
      return NotStored::kPurged;
    case Inserted::kTooLarge:
      return NotStored::kTooLarge;
  }
  return NotStored::kStored;
}

http::ResponseHead as_stored(const CompiledCache& plan, const http::ResponseHead& response,
                             base::Arena& arena) {
  http::ResponseHead head = response;
  head.fields = http::Fields();
  head.fields.reserve(arena, response.fields.size());
  http::NamedFields hop(response.fields);
  ResponseControl control = control_of(plan, response.fields);
  for (const http::Field& field : response.fields) {
    if (is_stored_field(field, hop, control)) head.fields.add(arena, field);
  }
  return head;
}

http::Fields with_date(const http::Fields& response, Seconds received, base::Arena& arena) {
  http::Fields fields;
  fields.reserve(arena, response.size() + 1);
  bool dated = http::parse_date(response.value(Name::kDate)).has_value();
  for (const http::Field& field : response) {
    if (dated || field.id != Name::kDate) fields.add(arena, field);
  }
  if (dated) return fields;
  char* text = arena.take(http::kDateSize);
  http::write_date(text, received);
  fields.add(arena, {http::text_of(Name::kDate), {text, http::kDateSize}, Name::kDate});
  return fields;
}

Renewal renew(const CompiledCache& plan, const http::Request& request, const RequestControl& asked,
              const Entry& stored, const http::ResponseHead& newer, Exchanged when) {
  base::Arena scratch;
  http::Fields dated = with_date(newer.fields, when.received, scratch);
  http::ResponseHead head = stored.head();
  head.fields = updated_fields(stored.head().fields, dated, scratch);
  ResponseControl control = control_of(plan, head.fields);
  Lifetime lifetime = lifetime_by(plan, head, control, when.received);
  Terms terms = terms_by(plan, control, lifetime, initial_age(dated, when), when.received);
  // Judged as the answer to GET that it is.
  http::Request got = request;
  got.head.method = http::Method::kGet;
  NotStored reason = why_not(plan, got, asked, head, control, lifetime);
  return {stored.renewed(dated, terms), reason};
}

}  // namespace weir::cache
