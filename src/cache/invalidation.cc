#include "cache/invalidation.h"

#include <string>

#include "base/ascii.h"
#include "cache/believed_site.h"
#include "http/target.h"

namespace weir::cache {
namespace {

using http::Name;

// The path and query that a URI reference means beside the request's target (RFC 3986 section 5.2),
// where that is of the same origin; else empty. Dot segments stay: a target keeps them as well.
std::string_view target_of(const http::Request& request, std::string_view reference) {
  base::Arena& arena = *request.arena;
  reference = reference.substr(0, reference.find('#'));
  auto colon = reference.find(':');
  bool has_scheme = colon != std::string_view::npos && colon < reference.find_first_of("/?");
  if (has_scheme) {
    if (!base::equal_nocase(reference.substr(0, colon), believed_scheme(request, arena))) return {};
    reference.remove_prefix(colon + 1);
    if (!reference.starts_with("//")) return {};
  }
  if (reference.starts_with("//")) {
    reference.remove_prefix(2);
    auto end = reference.find_first_of("/?");
    if (!is_believed_authority(request, reference.substr(0, end), arena)) return {};
    std::string_view rest =
        end == std::string_view::npos ? std::string_view() : reference.substr(end);
    return rest.starts_with('/') ? rest : arena.join({"/", rest});
  }
  if (reference.starts_with('/') || reference.empty()) return reference;
  if (reference.starts_with('?')) return arena.join({request.head.path, reference});
  std::string_view path = request.head.path;
  return arena.join({path.substr(0, path.rfind('/') + 1), reference});
}

void drop(const CompiledCache& plan, Store& store, const http::Request& got) {
  store.purge({Purge::By::kKey, std::string(plan.key(got, *got.arena))});
}

// What a reference names, without the dot segments that it may hold and nobody would ask for.
void drop_target(const CompiledCache& plan, Store& store, http::Request got,
                 std::string_view target) {
  http::RequestHead& head = got.head;
  head.target = target;
  if (http::parse_target(head, *got.arena) != http::Reason::kNone) return;
  if (head.path_rewritten) {
    head.path = head.normal_path;
    head.target =
        head.has_query ? got.arena->join({head.normal_path, "?", head.query}) : head.normal_path;
  }
  drop(plan, store, got);
}

}  // namespace

void invalidate(const CompiledCache& plan, Store& store, const http::Request& request,
                const http::ResponseHead& answer) {
  bool good = answer.status >= 200 && answer.status < 400;
  if (!good || http::is_safe(request.head.method)) return;
  http::Request got = request;
  got.head.method = http::Method::kGet;
  got.head.method_text = http::text_of(http::Method::kGet);
  drop(plan, store, got);
  for (Name name : {Name::kLocation, Name::kContentLocation}) {
    std::string_view reference = answer.fields.value(name);
    std::string_view target = reference.empty() ? reference : target_of(request, reference);
    if (!target.empty()) drop_target(plan, store, got, target);
  }
}

}  // namespace weir::cache
