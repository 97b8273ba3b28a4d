#pragma once

#include <uv.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "net/loop.h"
#include "net/read_buffer.h"

namespace weir::net {

class SocketStream;

// Bytes on their way to the kernel, with the memory they lie in. While libuv has it, it owns
// itself; the stream may die meanwhile and is cut off by `stream` being null. One thread.
class WriteRequest {
 public:
  WriteRequest(Loop& loop, SocketStream& owner) : stream(&owner), loop_(loop) {
    request_.data = this;
  }
  ~WriteRequest();
  WriteRequest(const WriteRequest&) = delete;
  WriteRequest& operator=(const WriteRequest&) = delete;

  // Takes over `pieces`: adopts the loop's read buffer where they fill a good part of it, and
  // copies the others.
  void add(const std::vector<base::Bytes>& pieces);
  // Memory held, in bytes.
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // Hands the request to libuv, which calls the stream's write_done. 0, or a libuv error; then the
  // request is freed.
  static int start(std::unique_ptr<WriteRequest> request, uv_stream_t* to);

  SocketStream* stream;  // null: cut

 private:
  void copy(base::Bytes bytes);
  void append(base::Bytes bytes);
  static void on_written(uv_write_t* request, int status) noexcept;

  Loop& loop_;
  uv_write_t request_{};
  std::vector<uv_buf_t> buffers_;  // what is written, in order; lies in the memory below
  std::vector<ReadBufferPtr> adopted_;
  std::vector<std::unique_ptr<char[]>> copied_;
  char* free_ = nullptr;  // room in the last block of copied_
  std::size_t room_ = 0;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weir::net
