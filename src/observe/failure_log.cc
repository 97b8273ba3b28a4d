#include "observe/failure_log.h"

#include <utility>

#include "observe/log_text.h"

namespace weir::observe {
namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

}  // namespace

FailureLog::FailureLog(ExplainedOptions options, ErrorLog& errors, net::Turns& turns,
                       net::Wheel& wheel)
    : options_(std::move(options)), errors_(errors), turns_(turns), tell_(wheel, *this) {}

FailureLog::~FailureLog() { tell_left_out(); }

void FailureLog::on_exchange(const http::Request& request, const server::RouteTarget& route) {
  auto reason = request.record.reason;
  if (!is_explained(reason) || !errors_.wants(level_of(reason)) || !may_write(reason)) return;
  char memory[ErrorLog::kLineMax];
  LogText line(memory, sizeof(memory));
  put_explanation(line, request, route, options_);
  errors_.write(level_of(reason), line.view());
}

bool FailureLog::may_write(http::Reason reason) {
  auto& second = seconds_[static_cast<std::size_t>(reason)];
  base::Stamp now = turns_.now();
  if (now >= second.until) {
    second.until = now + kSecond;
    second.lines = 0;
  }
  if (second.lines < kLinesPerSecond) {
    ++second.lines;
    return true;
  }
  ++second.left_out;
  if (tell_.at() == base::kNever) tell_.set(now + kSecond);
  return false;
}

void FailureLog::on_deadline(net::Deadline&) {
  tell_.clear();
  tell_left_out();
}

void FailureLog::tell_left_out() {
  for (std::size_t i = 0; i < seconds_.size(); ++i) {
    auto count = std::exchange(seconds_[i].left_out, 0);
    if (count == 0) continue;
    auto reason = static_cast<http::Reason>(i);
    char memory[128];
    LogText line(memory, sizeof(memory));
    line.raw(text_of(reason)).raw(" ... repeated ").number(count).raw(" times");
    errors_.write(level_of(reason), line.view());
  }
}

}  // namespace weir::observe
