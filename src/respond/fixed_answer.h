#pragma once

#include <vector>

#include "base/result.h"
#include "http/handler.h"
#include "respond/options.h"

namespace weir::respond {

// Says which option is wrong: a status out of range, a body where the status has none, a header
// that is not valid or that weir writes itself.
base::Result<base::Done> check(const FixedOptions& options);

// Answers every request alike (nginx: return CODE TEXT). Immutable: workers may share one.
class FixedAnswer final : public http::Handler {
 public:
  // `options` have passed check().
  explicit FixedAnswer(FixedOptions options);
  FixedAnswer(const FixedAnswer&) = delete;
  FixedAnswer& operator=(const FixedAnswer&) = delete;

  http::WorkPtr take(http::Request& request, http::Responder& responder) override;

 private:
  FixedOptions options_;
  std::vector<http::Field> fields_;  // views into options_
};

}  // namespace weir::respond
