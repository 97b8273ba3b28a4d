#include "http/section_reader.h"

#include <algorithm>
#include <cstring>

namespace weir::http {
namespace {

// Gathered in so many bytes at first, and at most so many at a time: the overshoot over a limit.
constexpr std::size_t kStep = 2048;

}  // namespace

void SectionReader::reset(HeadScan::Section section, base::Arena& arena, const HeadLimits& limits) {
  scan_.reset(section, limits);
  arena_ = &arena;
  data_ = nullptr;
  size_ = room_ = 0;
}

void SectionReader::gather(base::Bytes more) {
  if (size_ + more.size() > room_) {
    room_ = std::max(kStep, 2 * (size_ + more.size()));
    char* to = arena_->take(room_);
    if (size_ != 0) std::memcpy(to, data_, size_);
    data_ = to;
  }
  std::memcpy(data_ + size_, more.data(), more.size());
  size_ += more.size();
}

base::Bytes SectionReader::read(base::Bytes& in) {
  if (size_ == 0 && !in.empty()) {
    base::Bytes whole;
    if (scan_.run(in.data(), in.size())) {
      if (scan_.reason() != Reason::kNone) return {};
      whole = {in.data(), scan_.size()};
      in.remove_prefix(whole.size());
      return whole;
    }
    // It fits its limits so far: the scan looked before a byte is kept.
    gather(in);
    in = {};
    return {};
  }
  while (!in.empty()) {
    // Never past a line's end, so that nothing behind the section is taken.
    base::Bytes more = in.substr(0, kStep);
    if (auto end = more.find('\n'); end != base::Bytes::npos) more = more.substr(0, end + 1);
    gather(more);
    in.remove_prefix(more.size());
    if (!scan_.run(data_, size_)) continue;
    return scan_.reason() == Reason::kNone ? base::Bytes(data_, size_) : base::Bytes();
  }
  return {};
}

}  // namespace weir::http
