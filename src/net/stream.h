#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "net/stream_error.h"

namespace weir::net {

class RestingSocket;
struct SocketAddress;

// Hears what happens on a stream. Any of these may destroy the stream, which makes nothing more of
// it heard.
class StreamEvents {
 public:
  // The connection is made. Only for streams that began by connecting.
  virtual void on_connected() {}
  // Bytes came; valid until the current turn of the loop ends, never longer.
  virtual void on_bytes(base::Bytes bytes) = 0;
  // The peer will send no more (FIN). Writing may still work.
  virtual void on_end() = 0;
  // After flow trouble: what is queued fell to half of the mark or below; called again when nothing
  // is queued.
  virtual void on_writable() = 0;
  // It broke; nothing can be read or written any more. What is left to do is destroying the stream.
  // Told once, and nothing behind it. A failed write is told behind what the peer had sent before;
  // while reading is paused: at once for an accepted stream, behind resume() for one that began by
  // connecting.
  virtual void on_error(StreamError error) = 0;

 protected:
  ~StreamEvents() = default;
};

// A byte stream in both directions: TCP, unix, TLS, or memory in tests. Destroying it closes it at
// once, whatever is still queued; legal at any time on the loop's thread, also inside its own
// events. One thread.
class Stream {
 public:
  virtual ~Stream() = default;

  // Who hears the events; may be changed between events. Never null while reading.
  virtual void set_events(StreamEvents* events) = 0;
  // Starts reading; reading stays on until pause().
  virtual void start() = 0;
  // Stops and restarts reading. Idempotent. Costs a system call each; not for steady state.
  virtual void pause() = 0;
  virtual void resume() = 0;

  // Gathers bytes for writing. They must stay readable until the current turn of the loop ends,
  // when the stream writes what the kernel takes at once and copies (or adopts) the rest.
  virtual void write(base::Bytes bytes) = 0;
  // The same for bytes that lie in the loop's scratch memory: never copied for being small.
  virtual void write_scratch(base::Bytes bytes) = 0;
  // Bytes of memory held by what earlier turns could not write.
  [[nodiscard]] virtual std::size_t queued() const = 0;
  // Bytes gathered in this turn and not yet written.
  [[nodiscard]] virtual std::size_t gathered() const = 0;
  // More is queued than the stream's mark, or anything where the loop's Buffers are full: the
  // source should wait for on_writable.
  [[nodiscard]] virtual bool congested() const = 0;

  // Bytes handed to the kernel since the stream was made; what was queued when a write failed
  // counts too, for nobody knows how much of it went. Never less than the peer may have.
  [[nodiscard]] virtual std::uint64_t written() const = 0;

  // The address of our end, of length 0 where it has none any more. May be a system call.
  [[nodiscard]] virtual SocketAddress local() const = 0;

  // Sends FIN behind all that was written. Reading goes on. Nothing may be written afterwards.
  virtual void shut_down() = 0;
  // Closes by RST: the peer sees a cut, never a clean end (a unix socket knows none: there it is a
  // close). The stream is useless afterwards and says nothing more.
  virtual void reset() = 0;

  // Takes the socket off this stream, which is of no more use then, to rest until something comes
  // for its events. Empty, and the stream as it was, where it is no socket, does not read, or has
  // something to write.
  virtual RestingSocket rest() = 0;
};
using StreamPtr = std::unique_ptr<Stream>;

// Makes outgoing streams; the one place where upstream connections come from, so that tests connect
// in memory.
class Connector {
 public:
  virtual ~Connector() = default;
  // Begins to connect and returns the stream at once. on_connected or on_error follows from the
  // loop, never inside this call. After on_connected the stream reads.
  virtual StreamPtr connect(const SocketAddress& to, StreamEvents& events) = 0;
};

}  // namespace weir::net
