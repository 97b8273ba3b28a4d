#include "support/memory/memory_stream.h"

#include <algorithm>
#include <cstring>

namespace weir::memory {

MemoryPair MemoryStream::pair(MemoryNetwork& network) {
  MemoryPair pair{std::make_unique<MemoryStream>(network), std::make_unique<MemoryStream>(network)};
  pair.near->other_ = pair.far.get();
  pair.far->other_ = pair.near.get();
  return pair;
}

MemoryStream::MemoryStream(MemoryNetwork& network) : network_(network) {
  network_.streams_.push_back(*this);
}

MemoryStream::~MemoryStream() {
  if (other_ == nullptr) return;
  // The kernel answers bytes that nobody will read by RST.
  (inbox_.empty() ? other_->fin_in_ : other_->reset_in_) = true;
  other_->other_ = nullptr;
}

net::SocketAddress MemoryStream::local() const {
  return net::literal({"198.51.100.1", 80, false}).value();
}

void MemoryStream::pause() {
  if (reading_) ++pauses_;
  reading_ = false;
}

void MemoryStream::resume() { reading_ = true; }

void MemoryStream::write(base::Bytes bytes) {
  if (bytes.empty() || state_ == State::kUseless) return;
  gather_.push_back(bytes);
  gathered_ += bytes.size();
  network_.turns().touch(*this);
}

void MemoryStream::shut_down() {
  shut_down_ = true;
  network_.turns().touch(*this);
}

void MemoryStream::reset() {
  gather_.clear();
  gathered_ = 0;
  queue_.clear();
  state_ = State::kUseless;
  if (other_ == nullptr) return;
  other_->reset_in_ = true;
  other_->other_ = nullptr;
  other_ = nullptr;
}

void MemoryStream::flush() {
  if (!gather_.empty() && queue_.empty()) ++writes_;
  for (base::Bytes piece : gather_) {
    if (queue_.empty()) piece.remove_prefix(hand_over(piece));
    if (!write_failed_) queue_.append(piece);
  }
  was_congested_ = was_congested_ || congested();
  gather_.clear();
  gathered_ = 0;
  send_fin();
}

void MemoryStream::send_fin() {
  if (shut_down_ && queue_.empty() && other_ != nullptr && state_ != State::kConnecting) {
    other_->fin_in_ = true;
  }
}

// Returns how many bytes the kernel took. A failed write takes none and is told by write_failed_.
std::size_t MemoryStream::hand_over(base::Bytes bytes) {
  if (state_ != State::kOpen) return 0;
  if (reset_in_) {
    write_failed_ = true;
    return 0;
  }
  std::size_t count = bytes.size();
  if (other_ == nullptr) {
    reset_in_ = true;
  } else {
    std::size_t used = other_->inbox_.size();
    count = std::min(count, window_ - std::min(window_, used));
    other_->inbox_.append(bytes.substr(0, count));
  }
  written_ += count;
  return count;
}

bool MemoryStream::move_queue() {
  if (queue_.empty()) return false;
  std::size_t count = hand_over(queue_);
  if (write_failed_) queue_.clear();
  if (count == 0) return false;
  ++writes_;
  queue_.erase(0, count);
  send_fin();
  if (!queue_.empty() && (!was_congested_ || queue_.size() > mark_ / 2)) return true;
  was_congested_ = false;
  net::Turns& turns = network_.turns();
  turns.forget_time();
  net::Turns::Scope scope(turns);
  events_->on_writable();
  return true;
}

bool MemoryStream::deliver() {
  if (events_ == nullptr || state_ == State::kUseless) return false;
  if (state_ == State::kBroken) return deliver_error(error_);
  if (state_ == State::kConnecting) return false;
  if (state_ == State::kAccepted) {
    net::Turns& turns = network_.turns();
    turns.forget_time();
    net::Turns::Scope scope(turns);
    state_ = State::kOpen;
    reading_ = true;
    events_->on_connected();
    return true;
  }
  if (move_queue()) return true;
  if (reading_) {
    if (!inbox_.empty()) return deliver_bytes();
    if (fin_in_ && !fin_heard_ && !write_failed_) {
      net::Turns& turns = network_.turns();
      turns.forget_time();
      net::Turns::Scope scope(turns);
      fin_heard_ = true;
      events_->on_end();
      return true;
    }
  }
  // Behind FIN, or without reading, nobody watches the socket: only a write can tell.
  bool watched = reading_ && !fin_heard_;
  if (!write_failed_ && !(watched && reset_in_)) return false;
  return deliver_error(net::StreamError::kReset);
}

bool MemoryStream::deliver_bytes() {
  std::size_t count = std::min(inbox_.size(), network_.read_size());
  auto bytes = std::make_unique<char[]>(count);
  std::memcpy(bytes.get(), inbox_.data(), count);
  inbox_.erase(0, count);
  net::Turns& turns = network_.turns();
  turns.forget_time();
  net::Turns::Scope scope(turns);
  events_->on_bytes({bytes.get(), count});
  return true;
}

bool MemoryStream::deliver_error(net::StreamError error) {
  state_ = State::kUseless;
  gather_.clear();
  gathered_ = 0;
  queue_.clear();
  net::Turns& turns = network_.turns();
  turns.forget_time();
  net::Turns::Scope scope(turns);
  events_->on_error(error);
  return true;
}

void MemoryStream::break_with(net::StreamError error) {
  state_ = State::kBroken;
  error_ = error;
  inbox_.clear();
}

void MemoryStream::accept() {
  if (state_ == State::kConnecting) state_ = State::kAccepted;
}

}  // namespace weir::memory
