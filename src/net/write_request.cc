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
  for (Chunk& chunk : chunks_) {
    if (chunk.adopted != nullptr) loop_.give_back(std::move(chunk.adopted));
  }
}

void WriteRequest::add(base::Bytes bytes) {
  size_ += bytes.size();
  if (bytes.size() >= kAdoptFrom && loop_.owns(bytes)) {
    Chunk& chunk = chunks_.emplace_back();
    chunk.adopted = loop_.adopt_read_buffer();
    chunk.begin = bytes.data();
    chunk.size = bytes.size();
    capacity_ += ReadBuffer::kSize;
    return;
  }
  if (!chunks_.empty() && chunks_.back().room > 0) {
    Chunk& last = chunks_.back();
    auto part = std::min(last.room, bytes.size());
    std::memcpy(last.copied.get() + last.size, bytes.data(), part);
    last.size += part;
    last.room -= part;
    bytes.remove_prefix(part);
  }
  if (bytes.empty()) return;
  std::size_t block = std::max(kCopyBlock, bytes.size());
  Chunk& chunk = chunks_.emplace_back();
  chunk.copied = std::make_unique_for_overwrite<char[]>(block);
  std::memcpy(chunk.copied.get(), bytes.data(), bytes.size());
  chunk.begin = chunk.copied.get();
  chunk.size = bytes.size();
  chunk.room = block - bytes.size();
  capacity_ += block;
}

int WriteRequest::start(std::unique_ptr<WriteRequest> request, uv_stream_t* to) {
  WriteRequest* self = request.release();
  for (const Chunk& chunk : self->chunks_) {
    self->buffers_.push_back(
        uv_buf_init(const_cast<char*>(chunk.begin), static_cast<unsigned>(chunk.size)));
  }
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
