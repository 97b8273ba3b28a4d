#pragma once

#include "base/result.h"
#include "http/handler.h"
#include "http/template.h"
#include "respond/options.h"

namespace weir::respond {

// Says what is wrong with the template or the status.
base::Result<base::Done> check(const RedirectOptions& options);

// Sends clients elsewhere (RFC 9110 section 15.4): the Location comes from a template, the body is
// empty. Immutable: workers may share one.
class Redirect final : public http::Handler {
 public:
  // `options` have passed check().
  explicit Redirect(const RedirectOptions& options);
  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;

  http::WorkPtr take(http::Request& request, http::Responder& responder) override;

 private:
  http::Template to_;
  unsigned status_;
};

}  // namespace weir::respond
