#include "observe/access_log.h"

#include <algorithm>
#include <random>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "observe/combined_line.h"
#include "observe/json_line.h"
#include "observe/template_line.h"

namespace weir::observe {

AccessLog::AccessLog(base::Counter& dropped, net::Turns& turns, net::Wheel& wheel)
    : dropped_(dropped), turns_(turns), due_(wheel, *this), drawn_(std::random_device{}()) {}

AccessLog::~AccessLog() { flush(); }

void AccessLog::configure(const AccessLogOptions& options, LogThread* thread, std::size_t file) {
  flush();
  thread_ = thread;
  file_ = file;
  flush_ = options.flush;
  sample_percent_ = options.sample_percent;
  // What does not compile did not come through the configuration.
  if (auto format = LogFormat::compile(options.format)) format_ = std::move(format.value());
}

void AccessLog::write(const http::Request& request, const server::RouteTarget& route,
                      const LogCondition* condition) {
  // The lot, being cheaper, is drawn before the condition is asked; the share is the same.
  if (thread_ == nullptr || !sampled()) return;
  Logged exchange{request, route, time_, turns_.now(), scratch_};
  if (condition == nullptr || condition->holds(exchange)) {
    switch (format_.kind()) {
      case LogFormat::Kind::kCombined:
        put(CombinedLine(exchange));
        break;
      case LogFormat::Kind::kJson:
        put(JsonLine(exchange));
        break;
      case LogFormat::Kind::kTemplate:
        put(TemplateLine(format_.line(), exchange));
        break;
    }
  }
  scratch_.reset();
}

bool AccessLog::sampled() {
  if (sample_percent_ >= 100) return true;
  drawn_ += base::kStep;
  return base::mix(drawn_) % 100 < sample_percent_;
}

template <class Line>
void AccessLog::put(const Line& line) {
  // Long texts are cut only where the line would not fit in a buffer at all.
  std::size_t text_max = std::string_view::npos;
  std::size_t size = line.size_max(text_max);
  std::size_t capacity = thread_->capacity();
  while (size > capacity && text_max > 0) {
    text_max = std::min(text_max, capacity) / 2;
    size = line.size_max(text_max);
  }
  bool has_room = buffer_ && buffer_->capacity - buffer_->used >= size;
  if (!has_room && (size > capacity || !take_buffer())) {
    dropped_.add();
    return;
  }
  LogText text(buffer_->memory.get() + buffer_->used, buffer_->capacity - buffer_->used);
  line.put(text, text_max);
  buffer_->used += text.size();
}

bool AccessLog::take_buffer() {
  flush();
  buffer_ = thread_->take();
  if (!buffer_) return false;
  due_.set(base::after(turns_.now(), flush_));
  return true;
}

void AccessLog::on_deadline(net::Deadline&) { flush(); }

void AccessLog::flush() {
  due_.clear();
  if (buffer_) thread_->give(file_, std::move(buffer_));
}

}  // namespace weir::observe
