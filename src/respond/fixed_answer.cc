#include "respond/fixed_answer.h"

#include <cassert>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "http/field_edits.h"
#include "respond/answer.h"

namespace weir::respond {
namespace {

constexpr std::string_view kDefaultType = "text/plain";

}  // namespace

base::Result<base::Done> check(const FixedOptions& options) {
  if (options.status < 200 || options.status > 599) {
    return base::Error{"a status is 200 to 599, not " + std::to_string(options.status)};
  }
  if (!options.body.empty() && !http::may_have_body(options.status, http::Method::kGet)) {
    return base::Error{"an answer of status " + std::to_string(options.status) + " has no body"};
  }
  for (const auto& [name, value] : options.headers) {
    auto fault = http::field_fault(name, value);
    if (!fault.empty()) return base::Error{std::move(fault)};
  }
  return base::Done{};
}

FixedAnswer::FixedAnswer(FixedOptions options) : options_(std::move(options)) {
  assert(check(options_).ok());
  bool typed = options_.body.empty();
  fields_.reserve(options_.headers.size() + 1);
  for (const auto& [name, value] : options_.headers) {
    http::Name id = http::name_of(name);
    typed = typed || id == http::Name::kContentType;
    fields_.push_back({name, base::trim(value), id});
  }
  if (!typed) {
    fields_.push_back({text_of(http::Name::kContentType), kDefaultType, http::Name::kContentType});
  }
}

http::WorkPtr FixedAnswer::take(http::Request& request, http::Responder& responder) {
  Answer answer;
  answer.status = options_.status;
  answer.body = options_.body;
  // Copied, since a session may add fields of its own to what it is given.
  for (const http::Field& field : fields_) answer.fields.add(*request.arena, field);
  return give(answer, request, responder);
}

}  // namespace weir::respond
