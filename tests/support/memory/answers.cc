#include "support/memory/answers.h"

#include "base/arena.h"
#include "base/ascii.h"
#include "http/h1_parser.h"

namespace weir::memory {

namespace {

Answer begin_answer(const http::ResponseHead& head) {
  Answer answer;
  answer.status = head.status;
  answer.whole = head.status < 200;
  answer.to_close = head.framing == http::Framing::kUntilClose;
  for (const auto& field : head.fields) answer.fields.emplace_back(field.name, field.value);
  return answer;
}

std::string text_of_trailers(const http::Fields* trailers) {
  std::string text;
  if (trailers == nullptr) return text;
  for (const auto& field : *trailers) {
    text += std::string(field.name) + "=" + std::string(field.value) + ";";
  }
  return text;
}

}  // namespace

std::string Answer::field(std::string_view name) const {
  for (const auto& [have, value] : fields) {
    if (base::equal_nocase(have, name)) return value;
  }
  return "(none)";
}

std::vector<Answer> read_answers(base::Bytes bytes, http::Method method, bool ended) {
  std::vector<Answer> answers;
  base::Arena arena;
  http::HeadLimits limits;
  http::H1Parser parser;
  parser.reset_response(arena, limits, method);
  while (true) {
    http::H1Step step = parser.next(bytes);
    if (step == http::H1Step::kMore && ended) step = parser.finish();
    if (step == http::H1Step::kMore) return answers;
    if (step == http::H1Step::kError) {
      // Broken off in the middle is no error of the bytes that are there.
      if (!ended || !parser.head_done()) answers.emplace_back();
      return answers;
    }
    if (step == http::H1Step::kHead) answers.push_back(begin_answer(parser.response()));
    if (step == http::H1Step::kBody) answers.back().body += parser.piece();
    if (step == http::H1Step::kEnd) {
      answers.back().whole = true;
      answers.back().trailers = text_of_trailers(parser.trailers());
      parser.reset_response(arena, limits, method);
    }
  }
}

}  // namespace weir::memory
