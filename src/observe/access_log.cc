#include "observe/access_log.h"

#include <string_view>
#include <utility>

#include "observe/combined_line.h"

namespace weir::observe {

AccessLog::AccessLog(base::Duration flush, LogThread& thread, std::size_t file,
                     base::Counter& dropped, net::Turns& turns, net::Wheel& wheel)
    : flush_(flush),
      thread_(thread),
      file_(file),
      dropped_(dropped),
      turns_(turns),
      due_(wheel, *this),
      text_max_(CombinedLine::text_max_for(thread.capacity())) {}

AccessLog::~AccessLog() { flush(); }

void AccessLog::on_exchange(const http::Request& request, const server::RouteTarget&) {
  CombinedLine values(request);
  // A long text is cut only where its line would not fit in a buffer at all.
  std::size_t text_max = std::string_view::npos;
  std::size_t size = values.size_max(text_max);
  if (size > thread_.capacity()) {
    text_max = text_max_;
    size = values.size_max(text_max);
  }
  if (!make_room(size)) {
    dropped_.add();
    return;
  }
  LogText line(buffer_->memory.get() + buffer_->used, buffer_->capacity - buffer_->used);
  values.put(line, time_.get(turns_.now()), text_max);
  buffer_->used += line.size();
}

bool AccessLog::make_room(std::size_t size) {
  if (buffer_ && buffer_->capacity - buffer_->used < size) flush();
  if (buffer_) return true;
  buffer_ = thread_.take();
  if (!buffer_) return false;
  due_.set(base::after(turns_.now(), flush_));
  return true;
}

void AccessLog::on_deadline(net::Deadline&) { flush(); }

void AccessLog::flush() {
  due_.clear();
  if (buffer_) thread_.give(file_, std::move(buffer_));
}

}  // namespace weir::observe
