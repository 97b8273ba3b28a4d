#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/handler.h"
#include "observe/log_text.h"

namespace weir::observe {

// A line of nginx's `combined` format for one request:
//   $remote_addr - - [$time_local] "$request" $status $body_bytes_sent "$referer" "$user_agent"
// An empty value is "-"; the head was never parsed where there is no method. A view, valid as long
// as the request. Pure.
class CombinedLine {
 public:
  explicit CombinedLine(const http::Request& request);

  // Room that is enough for the line when each text of the client is cut to `text_max` bytes.
  [[nodiscard]] std::size_t size_max(std::size_t text_max) const;
  // Writes the line with its end, where there is as much room.
  void put(LogText& line, std::string_view time, std::size_t text_max) const;

  // The longest text_max whose lines fit in `size` bytes whatever the request is.
  static std::size_t text_max_for(std::size_t size);

 private:
  std::string_view address_;
  std::string_view method_;
  std::string_view target_;
  std::string_view referer_;
  std::string_view agent_;
  http::Version version_;
  unsigned status_;
  std::uint64_t bytes_;
};

}  // namespace weir::observe
