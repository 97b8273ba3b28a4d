#include "http/head_scan.h"

#include <cstring>
#include <string_view>

namespace weir::http {

namespace {

// White space, which would fold lines, and control bytes: a bare CR in front of what looks like the
// end of the section, too.
bool begins_no_name(char c) { return static_cast<unsigned char>(c) <= ' '; }

}  // namespace

void HeadScan::reset(Section section, const HeadLimits& limits) {
  *this = HeadScan();
  limits_ = &limits;
  section_ = section;
  place_ = section == Section::kTrailers ? Place::kFields : Place::kStart;
}

bool HeadScan::run(const char* data, std::size_t size) {
  while (at_ < size) {
    const void* found = std::memchr(data + at_, '\n', size - at_);
    if (found == nullptr) {
      at_ = size;
      check_partial(data, size);
      return reason_ != Reason::kNone;
    }
    at_ = static_cast<std::size_t>(static_cast<const char*>(found) - data) + 1;
    place_ == Place::kStart ? take_start(data, at_) : take_field(data, at_);
    if (reason_ != Reason::kNone) return true;
    line_ = at_;
    if (place_ == Place::kDone) return true;
  }
  return false;
}

// What is told of a partial line must be told of a whole one in the same order: the beginning, the
// length, then the rest. So a message is refused for the same reason however it is cut. Parsing a
// line looks at its beginning first, too.
void HeadScan::take_start(const char* data, std::size_t end) {
  bool has_cr = end >= 2 && data[end - 2] == '\r';
  if (!has_cr || end - 2 > start_bound()) {
    check_partial(data, end - 1);
    if (reason_ == Reason::kNone) reason_ = Reason::kBadRequest;
    return;
  }
  std::string_view line(data, end - 2);
  reason_ = section_ == Section::kRequest ? parse_request_line(line, start_)
                                          : parse_status_line(line, start_);
  place_ = Place::kFields;
  fields_begin_ = end;
}

// A request line counts without its CRLF; a status line has the bound of the fields.
std::size_t HeadScan::start_bound() const {
  return section_ == Section::kRequest ? limits_->uri_bytes : limits_->header_bytes;
}

void HeadScan::take_field(const char* data, std::size_t end) {
  std::size_t size = end - line_;
  bool empty = size == 2 && data[line_] == '\r';
  if (!empty && end - fields_begin_ > limits_->header_bytes) {
    reason_ = Reason::kHeaderTooLarge;
  } else if (empty) {
    place_ = Place::kDone;
  } else if (size < 2 || data[end - 2] != '\r' || begins_no_name(data[line_])) {
    reason_ = Reason::kBadRequest;
  } else if (++count_ > limits_->header_count) {
    reason_ = Reason::kTooManyHeaders;
  }
}

void HeadScan::check_partial(const char* data, std::size_t size) {
  std::string_view line(data + line_, size - line_);
  if (line.empty()) return;
  if (place_ != Place::kStart) {
    if (line != "\r" && size - fields_begin_ > limits_->header_bytes) {
      reason_ = Reason::kHeaderTooLarge;
    }
    return;
  }
  reason_ = section_ == Section::kRequest ? check_method(line) : check_status(line);
  if (reason_ != Reason::kNone) return;
  if (line.size() - (line.back() == '\r' ? 1 : 0) > start_bound()) {
    reason_ = section_ == Section::kRequest ? Reason::kUriTooLong : Reason::kHeaderTooLarge;
  }
}

}  // namespace weir::http
