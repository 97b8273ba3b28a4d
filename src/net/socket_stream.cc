#include "net/socket_stream.h"

#include <sys/un.h>

#include <algorithm>
#include <array>
#include <utility>

#include "net/address.h"
#include "net/write_request.h"

namespace weir::net {

namespace {

// Requests of libuv that own themselves; the handle's block says whether the stream is still there.
struct ConnectRequest {
  uv_connect_t uv{};
};
struct ShutdownRequest {
  uv_shutdown_t uv{};
};

}  // namespace

SocketStream::SocketStream(Loop& loop, std::size_t mark)
    : loop_(loop), mark_(static_cast<std::uint32_t>(std::min<std::size_t>(mark, UINT32_MAX))) {}

std::unique_ptr<SocketStream> SocketStream::make(Loop& loop, std::size_t mark) {
  return std::unique_ptr<SocketStream>(new (loop) SocketStream(loop, mark));
}

void* SocketStream::operator new(std::size_t, Loop& loop) { return loop.streams().take(); }
void SocketStream::operator delete(void* memory, Loop&) { base::Slabs::give_back(memory); }
void SocketStream::operator delete(void* memory) {  // NOLINT(misc-new-delete-overloads)
  base::Slabs::give_back(memory);
}

SocketStream::~SocketStream() {
  if (in_flight_ != nullptr) in_flight_->stream = nullptr;
  if (gather_ != nullptr) {
    gather_->clear();
    loop_.gathers().give_back(std::move(gather_));
  }
}

int SocketStream::make_socket(bool is_unix) {
  if (is_unix) {
    return socket_.make<uv_pipe_t>(
        this, [&](uv_pipe_t* pipe) { return uv_pipe_init(loop_.uv(), pipe, 0); });
  }
  return socket_.make<uv_tcp_t>(this, [&](uv_tcp_t* tcp) { return uv_tcp_init(loop_.uv(), tcp); });
}

int SocketStream::open(Descriptor socket, bool is_unix) {
  int error = make_socket(is_unix);
  if (error != 0) return error;
  error = is_unix ? uv_pipe_open(socket_.as<uv_pipe_t>(), socket.get())
                  : uv_tcp_open(socket_.as<uv_tcp_t>(), socket.get());
  if (error == 0) socket.release();
  return error;
}

SocketAddress SocketStream::address_by(GetName get) const {
  SocketAddress address;
  if (!socket_.open()) return address;
  if (socket_.as<uv_handle_t>()->type != UV_TCP) {
    address.storage.ss_family = AF_UNIX;
    address.length = sizeof(sa_family_t);
    return address;
  }
  int length = sizeof(address.storage);
  if (get(socket_.as<uv_tcp_t>(), reinterpret_cast<sockaddr*>(&address.storage), &length) == 0) {
    address.length = static_cast<socklen_t>(length);
  }
  return address;
}

SocketAddress SocketStream::peer() const { return address_by(uv_tcp_getpeername); }

SocketAddress SocketStream::local() const { return address_by(uv_tcp_getsockname); }

void SocketStream::connect(const SocketAddress& to, StreamEvents& events) {
  events_ = &events;
  connecting_ = true;
  reads_first_ = true;
  bool is_unix = to.family() == AF_UNIX;
  int error = make_socket(is_unix);
  auto request = std::make_unique<ConnectRequest>();
  request->uv.data = request.get();
  if (error == 0 && is_unix) {
    uv_pipe_connect(&request.release()->uv, socket_.as<uv_pipe_t>(),
                    reinterpret_cast<const sockaddr_un*>(to.get())->sun_path, on_connect);
  } else if (error == 0) {
    error = uv_tcp_connect(&request->uv, socket_.as<uv_tcp_t>(), to.get(), on_connect);
    if (error == 0) {
      // The request frees itself in on_connect.
      [[maybe_unused]] auto* kept = request.release();
      uv_tcp_nodelay(socket_.as<uv_tcp_t>(), 1);
    }
  }
  if (error != 0) {
    broken_ = true;
    error_ = connect_error(error);
    loop_.turns().defer(*this);
  }
}

void SocketStream::on_connect(uv_connect_t* uv, int status) noexcept {
  std::unique_ptr<ConnectRequest> request(static_cast<ConnectRequest*>(uv->data));
  SocketStream* self = Socket::owner_of(uv->handle);
  if (self == nullptr) return;
  Turns::Scope scope(self->loop_.turns());
  self->connected(status);
}

void SocketStream::connected(int status) {
  connecting_ = false;
  if (status != 0) {
    broken_ = true;
    next_.reset();
    queued_ = 0;
    return tell(connect_error(status));
  }
  resume();
  if (next_ != nullptr) start_write();
  if (fin_wanted_) send_fin();
  events_->on_connected();
}

void SocketStream::on_turn_end() { tell(error_); }

void SocketStream::tell(StreamError error) {
  if (!std::exchange(told_, true)) events_->on_error(error);
}

void SocketStream::pause() {
  if (!reading_) return;
  reading_ = false;
  uv_read_stop(stream());
}

void SocketStream::resume() {
  if (reading_ || ended_ || connecting_ || !socket_.open()) return;
  reading_ = uv_read_start(stream(), on_alloc, on_read) == 0;
}

void SocketStream::on_alloc(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept {
  SocketStream* self = Socket::owner_of(handle);
  if (self == nullptr) {
    *buffer = uv_buf_init(nullptr, 0);
    return;
  }
  ReadBuffer& memory = self->loop_.read_buffer();
  *buffer = uv_buf_init(memory.bytes.data(), ReadBuffer::kSize);
}

void SocketStream::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) noexcept {
  SocketStream* self = Socket::owner_of(stream);
  if (self == nullptr || count == 0) return;
  Turns::Scope scope(self->loop_.turns());
  if (count > 0) return self->events_->on_bytes({buffer->base, static_cast<std::size_t>(count)});
  self->reading_ = false;
  self->ended_ = true;
  // A write that failed has eaten the error that a read would have shown: this end is no clean one.
  if (count == UV_EOF && !self->broken_) return self->events_->on_end();
  self->broken_ = true;
  self->tell(StreamError::kReset);
}

Gather& SocketStream::gather() {
  if (gather_ == nullptr) {
    gather_ = loop_.gathers().take();
    loop_.turns().touch(*this);
  }
  return *gather_;
}

void SocketStream::write(base::Bytes bytes) {
  if (!bytes.empty()) gather().add(bytes, loop_.turns().scratch());
}

void SocketStream::write_scratch(base::Bytes bytes) {
  if (!bytes.empty()) gather().add_scratch(bytes);
}

std::uint64_t SocketStream::written() const {
  if (in_flight_ == nullptr) return written_;
  return written_ + in_flight_->size() - uv_stream_get_write_queue_size(stream());
}

bool SocketStream::congested() const {
  return queued_ != 0 && (queued_ > mark_ || loop_.buffers().full());
}

void SocketStream::flush() {
  if (gather_ == nullptr) return;
  auto gathered = std::move(gather_);
  if (!broken_) {
    // What is written before the connection is made waits here until then: libuv would take it, and
    // fail it in its own ways.
    if (in_flight_ == nullptr && !connecting_) {
      write_now(*gathered);
    } else {
      enqueue(gathered->pieces());
    }
  }
  gathered->clear();
  loop_.gathers().give_back(std::move(gathered));
  if (fin_wanted_) send_fin();
}

void SocketStream::write_now(Gather& gathered) {
  const auto& pieces = gathered.pieces();
  constexpr std::size_t kMost = 64;
  std::array<uv_buf_t, kMost> buffers;
  while (gathered.size() > 0) {
    std::size_t count = std::min(pieces.size(), kMost);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
      buffers[i] =
          uv_buf_init(const_cast<char*>(pieces[i].data()), static_cast<unsigned>(pieces[i].size()));
      bytes += pieces[i].size();
    }
    int taken = uv_try_write(stream(), buffers.data(), static_cast<unsigned>(count));
    if (taken == UV_EAGAIN) taken = 0;
    if (taken < 0) return write_failed();
    auto went = static_cast<std::size_t>(taken);
    written_ += went;
    if (went == gathered.size()) return;
    gathered.drop_front(went);
    if (went < bytes) {
      enqueue(pieces);
      return start_write();
    }
  }
}

void SocketStream::enqueue(const std::vector<base::Bytes>& pieces) {
  if (next_ == nullptr) next_ = std::make_unique<WriteRequest>(loop_, *this);
  std::size_t before = next_->capacity();
  next_->add(pieces);
  queued_ += next_->capacity() - before;
  was_congested_ = was_congested_ || congested();
}

void SocketStream::start_write() {
  in_flight_ = next_.get();
  int error = WriteRequest::start(std::move(next_), stream());
  if (error != 0) {
    in_flight_ = nullptr;
    write_failed();
  }
}

void SocketStream::write_done(WriteRequest& request, int status) {
  in_flight_ = nullptr;
  queued_ -= request.capacity();
  // libuv does not say how much of a failed request went out: a byte too many here forbids a retry,
  // a byte too few would send a request twice.
  written_ += request.size();
  if (status != 0) return write_failed();
  if (next_ != nullptr) start_write();
  if (fin_wanted_) send_fin();
  if (broken_) return;
  bool room = queued_ <= mark_ / 2 && !loop_.buffers().full();
  if (queued_ == 0 || (was_congested_ && room)) {
    was_congested_ = false;
    events_->on_writable();
  }
}

void SocketStream::write_failed() {
  broken_ = true;
  next_.reset();
  queued_ = 0;
  // What the peer sent before it went is read first: reading will tell the end. An answer may wait
  // behind a pause of ours; a client that we do not read has nothing to say any more. Where nobody
  // reads, or will, tell now.
  if (reading_ || (reads_first_ && !ended_)) return;
  error_ = StreamError::kReset;
  loop_.turns().defer(*this);
}

void SocketStream::shut_down() {
  fin_wanted_ = true;
  if (gather_ == nullptr) send_fin();
}

void SocketStream::send_fin() {
  if (connecting_ || in_flight_ != nullptr || gather_ != nullptr || broken_) return;
  fin_wanted_ = false;
  auto request = std::make_unique<ShutdownRequest>();
  request->uv.data = request.get();
  auto free_request = [](uv_shutdown_t* uv, int) {
    std::unique_ptr<ShutdownRequest> dead(static_cast<ShutdownRequest*>(uv->data));
  };
  if (uv_shutdown(&request->uv, stream(), free_request) == 0) {
    // The request frees itself when it is done.
    [[maybe_unused]] auto* kept = request.release();
  }
}

RestingSocket SocketStream::rest() {
  bool quiet = reading_ && !broken_ && !ended_ && !fin_wanted_ && gather_ == nullptr &&
               in_flight_ == nullptr && next_ == nullptr && !Deferred::linked();
  if (!quiet) return {};
  reading_ = false;
  return {socket_.release(), *events_};
}

void SocketStream::wake(uv_stream_t* socket, StreamEvents& events) {
  socket_ = Socket(socket);
  socket_.set_owner(this);
  events_ = &events;
  resume();
}

void SocketStream::reset() {
  reading_ = false;
  ended_ = true;
  broken_ = true;
  told_ = true;
  Deferred::unlink();
  queued_ = 0;
  written_ = written();
  if (in_flight_ != nullptr) std::exchange(in_flight_, nullptr)->stream = nullptr;
  next_.reset();
  socket_.close_reset();
}

StreamPtr SocketConnector::connect(const SocketAddress& to, StreamEvents& events) {
  auto stream = SocketStream::make(loop_, mark_);
  stream->connect(to, events);
  return stream;
}

}  // namespace weir::net
