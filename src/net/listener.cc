#include "net/listener.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>
#include <utility>

#include "net/handle.h"
#include "net/loop.h"
#include "net/socket_stream.h"

namespace weir::net {

namespace {

// Clients taken one after the other before others of the loop have their turn.
constexpr int kAtOnce = 64;

// Clients get no descriptor from this number on: the least free one is always taken, so that a
// high number says how many are in use.
int ceiling(Listener::For whom) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  rlim_t most = std::min<rlim_t>(limit.rlim_cur, INT_MAX);
  rlim_t left = std::min<rlim_t>(most / 8, Listener::kReserve);
  if (whom == Listener::For::kOperators) left /= 2;
  return static_cast<int>(most - left);
}

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

struct Listener::State final : DeadlineEvents {
  using Poll = Handle<uv_poll_t, State>;

  State(Loop& the_loop, ListenerEvents& the_events, std::size_t the_mark, For the_whom)
      : loop(the_loop),
        events(the_events),
        mark(the_mark),
        shortage(the_loop.wheel(), *this),
        whom(the_whom) {}

  static void on_readable(uv_poll_t* uv, int status, int) noexcept {
    State* self = Poll::owner_of(uv);
    if (self == nullptr || status != 0) return;
    Turns::Scope scope(self->loop.turns());
    self->accept(kAtOnce);
  }

  void watch() {
    if (std::exchange(watching, true)) return;
    uv_poll_start(poll.get(), UV_READABLE, on_readable);
  }
  void ignore() {
    if (std::exchange(watching, false)) uv_poll_stop(poll.get());
  }

  // Takes `most` clients off the queue at most. The listener may be destroyed inside of this.
  void accept(int most) {
    // Its memory stays until the loop comes round.
    const uv_poll_t* uv = poll.get();
    for (int i = 0; i < most; ++i) {
      if (paused) return;
      if (!events.reserve()) {
        paused = true;
        return ignore();
      }
      if (!accept_one()) return;
      if (Poll::owner_of(uv) == nullptr) return;
    }
  }

  // False: nobody is left in the queue, or no descriptor, or no listener.
  bool accept_one() {
    SocketAddress peer;
    Descriptor client = next_client(peer);
    if (!client) {
      bool short_of_them = is_shortage(errno);
      events.release();
      if (short_of_them) run_short();
      return false;
    }
    bool last = client.get() >= highest;
    auto stream = SocketStream::make(loop, mark);
    if (stream->open(std::move(client), is_unix) != 0) {
      events.release();
      return true;
    }
    if (last) run_short();
    events.on_accept(std::move(stream), peer);
    return !last;
  }

  // None: errno says why.
  Descriptor next_client(SocketAddress& peer) const {
    for (;;) {
      peer.length = sizeof(peer.storage);
      Descriptor client(::accept4(socket.get(), reinterpret_cast<sockaddr*>(&peer.storage),
                                  &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (client || (errno != EINTR && errno != ECONNABORTED)) return client;
    }
  }

  void run_short() {
    ignore();
    shortage.set(base::after(loop.now(), kShortage));
    events.on_shortage();
  }

  void on_deadline(Deadline&) override {
    highest = ceiling(whom);
    Descriptor least(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
    if (!least || least.get() >= highest) {
      return shortage.set(base::after(loop.now(), kShortage));
    }
    if (!paused) go_on();
  }

  void go_on() {
    if (shortage.at() != base::kNever) return;
    watch();
    accept(kAtOnce);
  }

  Loop& loop;
  ListenerEvents& events;
  std::size_t mark;
  Descriptor socket;
  Poll poll;          // gone before the socket that it watches
  Deadline shortage;  // set: until then no descriptor is asked for
  const For whom;
  int highest = ceiling(whom);
  bool is_unix = false;
  bool watching = false;
  bool paused = false;
};

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::~Listener() = default;

base::Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, Descriptor socket,
                                                       ListenerEvents& events, std::size_t mark,
                                                       For whom) {
  auto state = std::make_unique<State>(loop, events, mark, whom);
  sockaddr_storage bound{};
  socklen_t length = sizeof(bound);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &length);
  state->is_unix = bound.ss_family == AF_UNIX;
  state->socket = std::move(socket);
  int fd = state->socket.get();
  int error = ::listen(fd, SOMAXCONN) == 0 ? 0 : -errno;
  if (error == 0) {
    error = state->poll.make(state.get(),
                             [&](uv_poll_t* uv) { return uv_poll_init(loop.uv(), uv, fd); });
  }
  if (error != 0) return base::Error{std::string("cannot listen: ") + uv_strerror(error)};
  state->watch();
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

void Listener::set_mark(std::size_t mark) { state_->mark = mark; }

void Listener::pause() {
  state_->paused = true;
  state_->ignore();
}

void Listener::resume() {
  if (std::exchange(state_->paused, false)) state_->go_on();
}

void Listener::accept_rest() {
  const uv_poll_t* uv = state_->poll.get();
  while (State::Poll::owner_of(uv) != nullptr) {
    SocketAddress peer;
    Descriptor client = state_->next_client(peer);
    if (!client) return;
    auto stream = SocketStream::make(state_->loop, state_->mark);
    if (stream->open(std::move(client), state_->is_unix) != 0) continue;
    state_->events.on_accept(std::move(stream), peer);
  }
}

}  // namespace weir::net
