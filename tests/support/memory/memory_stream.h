#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/list.h"
#include "net/address.h"
#include "net/resting_socket.h"
#include "net/stream.h"
#include "net/turn.h"
#include "support/memory/memory_network.h"

namespace weir::memory {

struct MemoryPair;

// One end of a connection in memory. Keeps the contract of net::Stream as a TCP stream on Linux
// does:
// - what is written is gathered as views, read at the end of the turn, and goes into the other
// end's inbox as far as
//   the window allows; the rest is queued, and moves when the other end has read;
// - the other end hears it in deliver(), never inside a write: bytes first, then FIN, then RST;
// - destroying an end sends FIN, or RST where bytes to it were not read; writing to a destroyed end
// succeeds once
//   and is answered by RST;
// - a paused end hears nothing, and one that heard FIN hears of an RST only when it writes.
// Bytes given to on_bytes are freed when the turn ends, so that the address sanitizer sees who
// keeps them.
class MemoryStream final : public net::Stream,
                           public net::Flushed,
                           public base::ListHook<MemoryStream, struct OfNetwork> {
 public:
  // Two ends joined to each other, both open. Neither reads before start().
  static MemoryPair pair(MemoryNetwork& network);

  explicit MemoryStream(MemoryNetwork& network);
  ~MemoryStream() override;
  MemoryStream(const MemoryStream&) = delete;
  MemoryStream& operator=(const MemoryStream&) = delete;

  void set_events(net::StreamEvents* events) override { events_ = events; }
  void start() override { reading_ = true; }
  void pause() override;
  void resume() override;
  void write(base::Bytes bytes) override;
  void write_scratch(base::Bytes bytes) override { write(bytes); }
  [[nodiscard]] std::size_t queued() const override { return queue_.size(); }
  [[nodiscard]] std::size_t gathered() const override { return gathered_; }
  [[nodiscard]] bool congested() const override { return queue_.size() > mark_; }
  [[nodiscard]] std::uint64_t written() const override { return written_; }
  // 198.51.100.1, port 80, at both ends.
  [[nodiscard]] net::SocketAddress local() const override;
  void shut_down() override;
  void reset() override;
  // It is no socket.
  net::RestingSocket rest() override { return {}; }
  void flush() override;

  // Delivers one event, in a turn of its own: connected, room for what is queued, bytes, FIN or an
  // error. False when there was none. The stream may be gone afterwards.
  bool deliver();

  // How many bytes the other end's inbox takes before it must be read. Default: no bound.
  void set_window(std::size_t bytes) { window_ = bytes; }
  // Above this much queued the stream is congested. Default 64 KiB.
  void set_mark(std::size_t bytes) { mark_ = bytes; }
  // The next event is this error, and the last one. What was on the way is lost.
  void break_with(net::StreamError error);
  // Makes it an end that still connects; accept() on it brings on_connected.
  void set_connecting() { state_ = State::kConnecting; }
  void accept();

  [[nodiscard]] std::size_t mark() const { return mark_; }
  [[nodiscard]] bool connecting() const { return state_ == State::kConnecting; }
  // The other end; null when it was destroyed or reset.
  [[nodiscard]] MemoryStream* other() const { return other_; }
  [[nodiscard]] bool reading() const { return reading_; }
  // How often pause() changed something, and how many system calls writing would have taken.
  [[nodiscard]] unsigned pauses() const { return pauses_; }
  [[nodiscard]] unsigned writes() const { return writes_; }
  // Bytes on the way to this end, not yet heard.
  [[nodiscard]] std::size_t inbox() const { return inbox_.size(); }

 private:
  enum class State { kConnecting, kAccepted, kOpen, kBroken, kUseless };

  std::size_t hand_over(base::Bytes bytes);
  bool move_queue();
  void send_fin();
  bool deliver_bytes();
  bool deliver_error(net::StreamError error);

  MemoryNetwork& network_;
  net::StreamEvents* events_ = nullptr;
  MemoryStream* other_ = nullptr;
  State state_ = State::kOpen;
  net::StreamError error_ = net::StreamError::kOther;  // of kBroken
  std::string inbox_;
  std::string queue_;
  std::vector<base::Bytes> gather_;
  std::size_t gathered_ = 0;
  std::size_t window_ = SIZE_MAX;
  std::size_t mark_ = 64 * 1024;
  std::uint64_t written_ = 0;
  unsigned pauses_ = 0;
  unsigned writes_ = 0;
  bool reading_ = false;
  bool was_congested_ = false;
  bool shut_down_ = false;  // shut_down() was called
  bool fin_in_ = false;     // FIN is on the way here, behind the inbox
  bool fin_heard_ = false;
  bool reset_in_ = false;      // RST is on the way here, behind the inbox
  bool write_failed_ = false;  // a write found the RST
};

// The two ends of a connection.
struct MemoryPair {
  std::unique_ptr<MemoryStream> near;
  std::unique_ptr<MemoryStream> far;
};

}  // namespace weir::memory
