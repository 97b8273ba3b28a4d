#include "net/resting_socket.h"

#include "net/handle.h"
#include "net/loop.h"
#include "net/socket_stream.h"

namespace weir::net {

namespace {

using Socket = Handle<uv_stream_t, StreamEvents>;

Loop& loop_of(const uv_loop_t* loop) { return *static_cast<Loop*>(loop->data); }

// The loop's buffer, as for all that reads.
void on_alloc(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept {
  ReadBuffer& memory = loop_of(handle->loop).read_buffer();
  *buffer = uv_buf_init(memory.bytes.data(), ReadBuffer::kSize);
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) noexcept {
  StreamEvents* events = Socket::owner_of(stream);
  if (events == nullptr || count == 0) return;
  Turns::Scope scope(loop_of(stream->loop).turns());
  if (count > 0) return events->on_bytes({buffer->base, static_cast<std::size_t>(count)});
  if (count == UV_EOF) return events->on_end();
  events->on_error(StreamError::kReset);
}

}  // namespace

RestingSocket::RestingSocket(uv_stream_s* socket, StreamEvents& events) : socket_(socket) {
  socket_->data = &events;
  uv_read_stop(socket_);
  uv_read_start(socket_, on_alloc, on_read);
}

void RestingSocket::close() { Socket closing(std::exchange(socket_, nullptr)); }

StreamPtr RestingSocket::wake(std::size_t mark, StreamEvents& events) {
  auto stream = SocketStream::make(loop_of(socket_->loop), mark);
  uv_read_stop(socket_);
  stream->wake(std::exchange(socket_, nullptr), events);
  return stream;
}

}  // namespace weir::net
