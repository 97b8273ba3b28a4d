#include "observe/route_explanation.h"

#include "routing/router.h"

namespace weir::observe {
namespace {

using routing::Refusal;

// Text of a client or of the configuration in a line.
constexpr std::size_t kTextMax = 300;

void put_path(const Explained& c) {
  c.text.raw("the path \"").escaped(c.request.head.normal_path.substr(0, kTextMax)).raw('"');
}

void put_name(const Explained& c, const routing::RouteMatch& match) {
  c.text.raw("nearest '").escaped(std::string_view(match.name).substr(0, kTextMax)).raw('\'');
}

void put_text(const Explained& c, std::string_view text) {
  c.text.escaped(text.substr(0, kTextMax));
}

void put_no_path(const Explained& c, const routing::RouteMatch* nearest) {
  c.text.raw("none for this host takes ");
  put_path(c);
  if (nearest == nullptr) {
    c.text.raw("; one without path would");
    return;
  }
  c.text.raw("; ");
  put_name(c, *nearest);
  c.text.raw(" takes ");
  put_text(c, text_of(nearest->path));
}

void put_no_host(const Explained& c, const routing::RouteMatch* nearest) {
  c.text.raw("none is for this host");
  if (nearest == nullptr) return;
  c.text.raw("; ");
  put_name(c, *nearest);
  c.text.raw(" is for ");
  put_text(c, text_of(nearest->hosts.front()));
}

}  // namespace

void put_route_explanation(const Explained& c) {
  c.text.raw("no route: ");
  if (c.route.router == nullptr) {
    c.text.raw("none takes ");
    return put_path(c);
  }
  Refusal refusal = c.route.router->refusal(c.request);
  switch (refusal.at) {
    case Refusal::At::kHost:
      return put_no_host(c, refusal.nearest);
    case Refusal::At::kPath:
      return put_no_path(c, refusal.nearest);
    case Refusal::At::kCondition:
      put_name(c, *refusal.nearest);
      c.text.raw(" failed on ");
      return put_text(c, text_of(*refusal.failed));
  }
}

}  // namespace weir::observe
