#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "net/descriptor.h"
#include "net/handle.h"
#include "net/loop.h"
#include "net/resting_socket.h"
#include "net/stream.h"
#include "net/turn.h"

namespace weir::net {

class WriteRequest;

// A stream over a TCP or unix socket. What was gathered in a turn is written by one system call at
// its end; what the kernel does not take is copied, or takes the loop's read buffer with it, and
// waits. One thread.
class SocketStream final : public Stream, public Flushed, public Deferred {
 public:
  // `mark`: bytes of memory that may be queued before congested() says so. The stream lies in the
  // loop's memory for streams.
  static std::unique_ptr<SocketStream> make(Loop& loop, std::size_t mark);
  // One that lies elsewhere.
  SocketStream(Loop& loop, std::size_t mark);
  ~SocketStream() override;

  // Takes a connection that was accepted. 0, or a libuv error.
  int open(Descriptor socket, bool is_unix);
  // Begins to connect; events as Connector says.
  void connect(const SocketAddress& to, StreamEvents& events);
  // Address of the peer, of length 0 where it has gone already; a system call. Only while open.
  [[nodiscard]] SocketAddress peer() const;

  void set_events(StreamEvents* events) override { events_ = events; }
  void start() override { resume(); }
  void pause() override;
  void resume() override;
  void write(base::Bytes bytes) override;
  void write_scratch(base::Bytes bytes) override;
  [[nodiscard]] std::size_t queued() const override { return queued_; }
  [[nodiscard]] std::size_t gathered() const override { return gather_ ? gather_->size() : 0; }
  [[nodiscard]] bool congested() const override;
  [[nodiscard]] std::uint64_t written() const override;
  [[nodiscard]] SocketAddress local() const override;
  void shut_down() override;
  void reset() override;
  RestingSocket rest() override;

  void flush() override;
  void on_turn_end() override;

  static void* operator new(std::size_t size) = delete;
  static void* operator new(std::size_t size, Loop& loop);
  static void operator delete(void* memory, Loop& loop);
  static void operator delete(void* memory);  // NOLINT(misc-new-delete-overloads): of those there

 private:
  friend class WriteRequest;
  friend class RestingSocket;
  using Socket = Handle<uv_stream_t, SocketStream>;

  static void on_alloc(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept;
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) noexcept;
  static void on_connect(uv_connect_t* request, int status) noexcept;
  using GetName = int (*)(const uv_tcp_t* handle, sockaddr* name, int* length);
  [[nodiscard]] SocketAddress address_by(GetName get) const;
  uv_stream_t* stream() const { return socket_.get(); }
  int make_socket(bool is_unix);
  // Goes on with a socket that rested.
  void wake(uv_stream_t* socket, StreamEvents& events);
  Gather& gather();
  void connected(int status);
  void write_now(Gather& gathered);
  void enqueue(const std::vector<base::Bytes>& pieces);
  void start_write();
  void write_done(WriteRequest& request, int status);
  void write_failed();
  void send_fin();
  void tell(StreamError error);

  Loop& loop_;
  Socket socket_;
  StreamEvents* events_ = nullptr;
  std::unique_ptr<Gather> gather_;      // null: nothing gathered
  std::unique_ptr<WriteRequest> next_;  // what waits for in_flight_ to be written
  WriteRequest* in_flight_ = nullptr;   // owns itself until libuv calls back
  std::size_t queued_ = 0;              // capacity held by in_flight_ and next_
  std::uint64_t written_ = 0;           // without what in_flight_ has written so far
  std::uint32_t mark_;
  StreamError error_ = StreamError::kOther;  // to be told at the turn's end
  bool connecting_ = false;
  bool reading_ = false;
  bool reads_first_ =
      false;            // made by connecting: what the peer sent is read before it is told gone
  bool ended_ = false;  // FIN or an error was read
  bool was_congested_ = false;
  bool broken_ = false;  // nothing more is written
  bool told_ = false;    // on_error was called, or must not be any more
  bool fin_wanted_ = false;
};

// Connects over sockets.
class SocketConnector final : public Connector {
 public:
  SocketConnector(Loop& loop, std::size_t mark) : loop_(loop), mark_(mark) {}
  // Of streams that are made from now on.
  void set_mark(std::size_t mark) { mark_ = mark; }
  StreamPtr connect(const SocketAddress& to, StreamEvents& events) override;

 private:
  Loop& loop_;
  std::size_t mark_;
};

}  // namespace weir::net
