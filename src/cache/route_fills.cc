#include "cache/route_fills.h"

#include <utility>

#include "cache/admission.h"
#include "cache/storing.h"
#include "cache/validation.h"

namespace weir::cache {

using Kind = FillVerdict::Kind;

RouteFills::RouteFills(CacheHandler& handler, Fills& fills, Coalescer& worker,
                       const base::Pinned* pin, std::size_t window)
    : handler_(handler), worker_(worker), route_{fills,
                                                 *this,
                                                 handler.next(),
                                                 pin,
                                                 handler.plan().options().coalesce_timeout,
                                                 window} {}

Coalescer::Joined RouteFills::join(FillReader& reader, const http::Request& request,
                                   std::string_view key, const EntryRef& stored) {
  return worker_.join(reader, route_, {request, key, stored, handler_.now()});
}

void RouteFills::revalidate(const http::Request& request, std::string_view key,
                            const EntryRef& stale) {
  worker_.revalidate(route_, {request, key, stale, handler_.now()});
}

FillVerdict RouteFills::judge(const FillOrder& order, const http::ResponseHead& head) {
  bool validated = order.stale && has_validator(order.stale->head().fields);
  if (validated && head.status == 304) return judge_renewal(order, head);
  if (is_failure(head.status) && may_answer_for_failed(order))
    return {Kind::kInstead, false, {}, order.stale};
  Seconds now = handler_.now();
  RequestControl asked = asked_of(handler_.plan(), order.request.head.fields);
  Verdict verdict = admit(handler_.plan(), handler_.store(), order.key, order.request, asked, head,
                          {order.asked_at, now});
  if (verdict.reason != NotStored::kStored) {
    handler_.count(verdict.reason);
    return {Kind::kPass, is_by_request(verdict.reason), verdict.terms, {}};
  }
  return {Kind::kShare, false, verdict.terms, {}};
}

// RFC 9111 section 4.3.4.
FillVerdict RouteFills::judge_renewal(const FillOrder& order, const http::ResponseHead& head) {
  if (!selects(head.fields, order.stale->head().fields)) return {Kind::kAgain, false, {}, {}};
  RequestControl asked = asked_of(handler_.plan(), order.request.head.fields);
  Renewal renewal = renew(handler_.plan(), order.request, asked, *order.stale, head,
                          {order.asked_at, handler_.now()});
  handler_.keep(renewal, *order.stale, order.ticket);
  return {Kind::kInstead, false, {}, renewal.entry};
}

bool RouteFills::may_answer_for_failed(const FillOrder& order) const {
  if (!order.stale) return false;
  RequestControl asked = asked_of(handler_.plan(), order.request.head.fields);
  return may_answer_error(order.stale->terms(), asked, handler_.now());
}

EntryRef RouteFills::instead(const FillOrder& order) {
  return may_answer_for_failed(order) ? order.stale : EntryRef();
}

void RouteFills::store(const FillOrder& order, const http::ResponseHead& head, const Terms& terms,
                       Blocks body) {
  http::ResponseHead dated = head;
  dated.fields = with_date(head.fields, terms.received, *order.request.arena);
  EntryRef entry =
      make_entry(handler_.plan(), order.key, order.request, dated, terms, std::move(body));
  NotStored reason = insert(handler_.plan(), handler_.store(), entry, order.ticket);
  if (reason != NotStored::kStored) handler_.count(reason);
}

void RouteFills::count_not_stored(bool outgrown) {
  handler_.count(outgrown ? NotStored::kTooLarge : NotStored::kIncomplete);
}

}  // namespace weir::cache
