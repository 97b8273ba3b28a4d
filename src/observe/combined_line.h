#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "observe/log_text.h"
#include "observe/logged.h"

namespace weir::observe {

// A line of nginx's `combined` format for one exchange:
//   $remote_addr - - [$time_local] "$request" $status $body_bytes_sent "$referer" "$user_agent"
// An empty value is "-"; the head was never parsed where there is no method. Secrets in the query
// and in the referer are masked. A view, valid until the scratch memory is forgotten.
class CombinedLine {
 public:
  explicit CombinedLine(const Logged& exchange);

  // Room that is enough for the line when each text of the client is cut to `text_max` bytes.
  [[nodiscard]] std::size_t size_max(std::size_t text_max) const;
  // Writes the line with its end, where there is as much room.
  void put(LogText& line, std::size_t text_max) const;

 private:
  std::string_view address_;
  std::string_view method_;
  std::string_view target_;
  std::string_view referer_;
  std::string_view agent_;
  std::string_view time_;
  http::Version version_;
  unsigned status_;
  std::uint64_t bytes_;
};

}  // namespace weir::observe
