#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/stream.h"
#include "support/memory/memory_stream.h"

namespace weir::memory {

// The test's side of a connection: a client, or a backend. Reads all that comes and remembers it.
class MemoryPeer final : public net::StreamEvents {
 public:
  // Takes the end and starts reading.
  explicit MemoryPeer(MemoryNetwork& network, std::unique_ptr<MemoryStream> stream);

  // Sends, in a turn of its own; what is sent is heard by the other end when the network runs.
  void send(base::Bytes bytes);
  // Sends FIN; reading goes on.
  void shut_down();
  // Closes the connection: FIN, or RST where bytes to it were not read.
  void close() { stream_.reset(); }
  // Closes it by RST.
  void reset();

  // All bytes heard so far; take() gives and forgets them.
  [[nodiscard]] const std::string& received() const { return received_; }
  std::string take();
  // FIN was heard.
  [[nodiscard]] bool ended() const { return ended_; }
  // The error heard, if any.
  [[nodiscard]] std::optional<net::StreamError> error() const { return error_; }
  // The other end closed it, in whatever way, or this one did.
  [[nodiscard]] bool closed() const { return stream_ == nullptr || stream_->other() == nullptr; }
  // Null after close().
  [[nodiscard]] MemoryStream* stream() { return stream_.get(); }

  void on_bytes(base::Bytes bytes) override;
  void on_end() override { ended_ = true; }
  void on_writable() override {}
  void on_error(net::StreamError error) override { error_ = error; }

 private:
  MemoryNetwork& network_;
  std::unique_ptr<MemoryStream> stream_;
  std::string received_;
  std::optional<net::StreamError> error_;
  bool ended_ = false;
};

}  // namespace weir::memory
