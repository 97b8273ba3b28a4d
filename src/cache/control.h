#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "cache/directives.h"
#include "cache/seconds.h"
#include "http/fields.h"

namespace weir::cache {

// The field names of a qualified directive, `no-cache="a, b"` (RFC 9111 sections 5.2.2.4 and
// 5.2.2.7). Views into the response's fields.
class NamedFields {
 public:
  // False where there is no room for one more list: then the directive counts as unqualified, which
  // says more.
  bool add(std::string_view list);
  // In any case.
  [[nodiscard]] bool contains(std::string_view name) const;
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::array<std::string_view, 4> lists_;
  std::size_t size_ = 0;
};

// A span that a directive gives. Given twice with different values, or malformed, it is invalid:
// what it should have made fresh is stale (RFC 9111 section 4.2.1).
struct Span {
  std::optional<Seconds> seconds;
  bool invalid = false;

  void take(std::string_view value, bool well_formed);
  [[nodiscard]] bool given() const { return invalid || seconds.has_value(); }
  // What counts: 0 for an invalid one.
  [[nodiscard]] Seconds value_or(Seconds other) const {
    return invalid ? 0 : seconds.value_or(other);
  }
};

// What a response says of its storing and reuse (RFC 9111 section 5.2.2; RFC 5861; RFC 8246), to a
// shared cache. A directive that forbids counts however malformed it is; one that allows counts
// only when it is well formed. Views into the response's fields.
struct ResponseControl {
  Span max_age;
  Span s_maxage;
  Span stale_while_revalidate;
  Span stale_if_error;
  NamedFields no_cache_fields;
  NamedFields private_fields;
  bool no_store = false;
  bool no_cache = false;    // of the whole response
  bool is_private = false;  // the whole response
  bool is_public = false;
  bool must_revalidate = false;
  bool proxy_revalidate = false;
  bool must_understand = false;
  bool immutable = false;
  // By CDN-Cache-Control, which makes Cache-Control and Expires count nothing (RFC 9213).
  bool targeted = false;

  // Stale it is never given without asking, whatever else allows it (sections 5.2.2.2, 5.2.2.8 and
  // 5.2.2.10: a shared cache's s-maxage says so too).
  [[nodiscard]] bool forbids_stale() const {
    return must_revalidate || proxy_revalidate || s_maxage.given();
  }
};

// Adds what one directive says.
void add_directive(ResponseControl& control, const Directive& directive);

// Of a valid CDN-Cache-Control where there is one, else of Cache-Control.
ResponseControl response_control(const http::Fields& response);

// What a request asks of caches (RFC 9111 section 5.2.1; stale-if-error by RFC 5861). Malformed
// numbers count as the most careful ones: max-age=0, no max-stale, min-fresh for ever.
struct RequestControl {
  std::optional<Seconds> max_age;
  std::optional<Seconds> max_stale;  // kForever: however stale
  std::optional<Seconds> min_fresh;
  std::optional<Seconds> stale_if_error;
  bool no_cache = false;
  bool no_store = false;
  bool only_if_cached = false;
};

// Of Cache-Control, or of Pragma where there is no Cache-Control (section 5.4).
RequestControl request_control(const http::Fields& request);

}  // namespace weir::cache
