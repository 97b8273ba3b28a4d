#include "net/write_request.h"

#include <algorithm>
#include <cstring>

#include "net/socket_stream.h"

namespace weir::net {

namespace {

// A rest smaller than this is copied rather than pinning a whole read buffer.
constexpr std::size_t kAdoptFrom = ReadBuffer::kSize / 4;
constexpr std::size_t kCopyBlock = 4096;

}  // namespace

WriteRequest::~WriteRequest() {
  loop_.buffers().subtract(capacity_);
  for (ReadBufferPtr& buffer : adopted_) loop_.give_back(std::move(buffer));
}

void WriteRequest::add(const std::vector<base::Bytes>& pieces) {
  std::size_t before = capacity_;
  std::size_t owned = 0;
  for (base::Bytes piece : pieces) {
    size_ += piece.size();
    if (loop_.owns(piece)) owned += piece.size();
  }
  const ReadBuffer* adopted = nullptr;
  if (owned >= kAdoptFrom) {
    adopted = adopted_.emplace_back(loop_.adopt_read_buffer()).get();
    capacity_ += ReadBuffer::kSize;
  }
  for (base::Bytes piece : pieces) {
    if (adopted != nullptr && adopted->holds(piece)) {
      append(piece);
    } else {
      copy(piece);
    }
  }
  loop_.buffers().add(capacity_ - before);
}

void WriteRequest::copy(base::Bytes bytes) {
  auto part = std::min(room_, bytes.size());
  if (part < bytes.size()) {
    if (part > 0) copy(bytes.substr(0, part));
    bytes.remove_prefix(part);
    room_ = std::max(kCopyBlock, bytes.size());
    free_ = copied_.emplace_back(std::make_unique_for_overwrite<char[]>(room_)).get();
    capacity_ += room_;
  }
  std::memcpy(free_, bytes.data(), bytes.size());
  append({free_, bytes.size()});
  free_ += bytes.size();
  room_ -= bytes.size();
}

void WriteRequest::append(base::Bytes bytes) {
  if (!buffers_.empty() && buffers_.back().base + buffers_.back().len == bytes.data()) {
    buffers_.back().len += bytes.size();
  } else {
    buffers_.push_back(
        uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
  }
}

int WriteRequest::start(std::unique_ptr<WriteRequest> request, uv_stream_t* to) {
  WriteRequest* self = request.release();
  int error = uv_write(&self->request_, to, self->buffers_.data(),
                       static_cast<unsigned>(self->buffers_.size()), on_written);
  if (error != 0) request.reset(self);
  return error;
}

void WriteRequest::on_written(uv_write_t* uv, int status) noexcept {
  std::unique_ptr<WriteRequest> self(static_cast<WriteRequest*>(uv->data));
  if (self->stream == nullptr) return;
  Turns::Scope scope(self->loop_.turns());
  self->stream->write_done(*self, status);
}

}  // namespace weir::net
