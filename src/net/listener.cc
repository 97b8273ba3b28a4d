#include "net/listener.h"

#include <sys/socket.h>
#include <uv.h>

#include <cerrno>
#include <utility>

#include "net/handle.h"
#include "net/loop.h"
#include "net/socket_stream.h"

namespace weir::net {

struct Listener::State {
  State(Loop& the_loop, ListenerEvents& the_events, std::size_t the_mark)
      : loop(the_loop), events(the_events), mark(the_mark) {}

  static void on_connection(uv_stream_t* server, int status) noexcept {
    State* self = Handle<SocketHandle, State>::owner_of(server);
    if (self == nullptr || status != 0) return;
    Turns::Scope scope(self->loop.turns());
    if (self->paused) {
      // libuv stops accepting until somebody takes this one.
      self->one_waits = true;
      return;
    }
    self->accept_one();
  }

  void accept_one() {
    auto stream = std::make_unique<SocketStream>(loop, mark);
    if (stream->accept(handle.as<uv_stream_t>(), is_unix) != 0) return;
    hand_over(std::move(stream));
  }

  // A client that reset its connection in the queue has no address any more, and so no rights that
  // could be looked up: it is dropped, though bytes of it may wait.
  void hand_over(std::unique_ptr<SocketStream> stream) {
    SocketAddress peer = stream->peer();
    if (peer.length != 0) events.on_accept(std::move(stream), peer);
  }

  Loop& loop;
  ListenerEvents& events;
  std::size_t mark;
  Handle<SocketHandle, State> handle;
  bool is_unix = false;
  bool paused = false;
  bool one_waits = false;
};

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::~Listener() = default;

base::Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, Descriptor socket,
                                                       ListenerEvents& events, std::size_t mark) {
  auto state = std::make_unique<State>(loop, events, mark);
  sockaddr_storage bound{};
  socklen_t length = sizeof(bound);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &length);
  state->is_unix = bound.ss_family == AF_UNIX;
  int error = state->handle.make(state.get(), [&](SocketHandle* uv) {
    return state->is_unix ? uv_pipe_init(loop.uv(), &uv->pipe, 0)
                          : uv_tcp_init(loop.uv(), &uv->tcp);
  });
  if (error == 0) {
    error = state->is_unix ? uv_pipe_open(state->handle.as<uv_pipe_t>(), socket.get())
                           : uv_tcp_open(state->handle.as<uv_tcp_t>(), socket.get());
    // From here on the handle closes the descriptor.
    if (error == 0) socket.release();
  }
  if (error == 0)
    error = uv_listen(state->handle.as<uv_stream_t>(), SOMAXCONN, State::on_connection);
  if (error != 0) return base::Error{std::string("cannot listen: ") + uv_strerror(error)};
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

void Listener::set_mark(std::size_t mark) { state_->mark = mark; }

void Listener::pause() { state_->paused = true; }

void Listener::resume() {
  if (!std::exchange(state_->paused, false)) return;
  if (std::exchange(state_->one_waits, false)) state_->accept_one();
}

void Listener::accept_rest() {
  // The listener may be destroyed inside any on_accept; its handle's memory stays until the loop
  // comes round.
  const auto* handle = state_->handle.as<uv_handle_t>();
  auto gone = [&] { return Handle<SocketHandle, State>::owner_of(handle) == nullptr; };
  uv_os_fd_t fd = -1;
  uv_fileno(handle, &fd);
  resume();
  while (!gone()) {
    Descriptor connection(::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!connection && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!connection) return;
    auto stream = std::make_unique<SocketStream>(state_->loop, state_->mark);
    if (stream->open(std::move(connection), state_->is_unix) != 0) continue;
    state_->hand_over(std::move(stream));
  }
}

}  // namespace weir::net
