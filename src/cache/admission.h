#pragma once

#include <string_view>

#include "base/arena.h"
#include "cache/compiled.h"
#include "cache/entry.h"
#include "cache/freshness.h"
#include "cache/store.h"
#include "cache/storing.h"
#include "http/handler.h"

namespace weir::cache {

// What a route makes of the answers of its origin: the policy's functions, put together by its
// options. Pure.

// What of the request counts: nothing where the route does not honor it.
RequestControl asked_of(const CompiledCache& plan, const http::Fields& request);

// What becomes of an answer.
struct Verdict {
  NotStored reason = NotStored::kStored;
  Terms terms;  // by which it would be stored, also where it is not
};

// `response`: its head, as the origin gave it, to `request` with the fields that the client sent.
Verdict judge(const CompiledCache& plan, const http::Request& request, const RequestControl& asked,
              const http::ResponseHead& response, Exchanged when);

// The same, and whether it may be as large as it says, and its key was asked for often enough.
// Counts that as a use.
Verdict admit(const CompiledCache& plan, Store& store, std::string_view key,
              const http::Request& request, const RequestControl& asked,
              const http::ResponseHead& response, Exchanged when);

// What is stored of an answer that was judged so: `response` has a Date (see with_date), `body` is
// whole.
EntryRef make_entry(const CompiledCache& plan, std::string_view key, const http::Request& request,
                    const http::ResponseHead& response, const Terms& terms, Blocks body);

// kStored, or why not.
NotStored insert(const CompiledCache& plan, Store& store, const EntryRef& entry,
                 std::uint64_t ticket);

// The head with the fields that would be stored of it. Entries of the arena; texts as given.
http::ResponseHead as_stored(const CompiledCache& plan, const http::ResponseHead& response,
                             base::Arena& arena);

// The fields, with a Date of `received` where they have none that can be read (RFC 9110 section
// 6.6.1). Entries of the arena; texts as given.
http::Fields with_date(const http::Fields& response, Seconds received, base::Arena& arena);

// A stored response made anew.
struct Renewal {
  EntryRef entry;
  // Other than kStored: it may be used this once, and is not to be kept.
  NotStored reason = NotStored::kStored;
};

// By a 304, or by the answer to HEAD (RFC 9111 sections 4.3.4 and 4.3.5), whose head `newer` is.
Renewal renew(const CompiledCache& plan, const http::Request& request, const RequestControl& asked,
              const Entry& stored, const http::ResponseHead& newer, Exchanged when);

}  // namespace weir::cache
