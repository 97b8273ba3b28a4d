#include "cache/fill_request.h"

#include "cache/asking.h"

namespace weir::cache {
namespace {

using http::Name;

// Beside its conditions.
bool is_for_one_client(Name id) {
  switch (id) {
    case Name::kExpect:
    case Name::kUpgrade:
    case Name::kHttp2Settings:
    case Name::kContentLength:
    case Name::kTransferEncoding:
    case Name::kTrailer:
      return true;
    default:
      return false;
  }
}

http::Fields fill_fields(const http::Fields& from, const Entry* stale, base::Arena& arena) {
  http::Fields asking =
      stale == nullptr ? unconditional(from, arena) : validating(from, *stale, arena);
  http::Fields fields;
  fields.reserve(arena, asking.size());
  for (const http::Field& field : asking) {
    if (is_for_one_client(field.id)) continue;
    fields.add(arena, {arena.copy(field.name), arena.copy(field.value), field.id});
  }
  return fields;
}

}  // namespace

http::Request fill_request(const http::Request& from, const Entry* stale, base::Arena& arena) {
  http::Request request;
  const http::RequestHead& asked = from.head;
  http::RequestHead& head = request.head;
  head = asked;
  head.method_text = arena.copy(asked.method_text);
  head.target = arena.copy(asked.target);
  head.authority = arena.copy(asked.authority);
  head.host = arena.copy(asked.host);
  head.path = arena.copy(asked.path);
  head.normal_path = arena.copy(asked.normal_path);
  head.query = arena.copy(asked.query);
  head.fields = fill_fields(asked.fields, stale, arena);
  head.framing = http::Framing::kNone;
  head.content_length = 0;
  head.expect_continue = head.upgrade = false;
  request.peer = from.peer;
  request.peer.address = arena.copy(from.peer.address);
  request.peer.scheme = arena.copy(from.peer.scheme);
  request.client = arena.copy(from.client);
  request.listener = from.listener;
  request.id = arena.copy(from.id);
  request.arena = &arena;
  return request;
}

void copy_tries(const http::Record& from, http::Record& to, base::Arena& arena) {
  to.attempts = from.attempts;
  to.not_retried = from.not_retried;
  // What the client was late with stays.
  if (from.timed_out != http::Phase::kCount) to.timed_out = from.timed_out;
  to.last_try = from.last_try;
  to.last_try.endpoint = arena.copy(from.last_try.endpoint);
  for (http::Try* last = &to.last_try; last->before != nullptr;) {
    http::Try* before = arena.make<http::Try>(*last->before);
    before->endpoint = arena.copy(before->endpoint);
    last->before = before;
    last = before;
  }
}

}  // namespace weir::cache
