#pragma once

#include <cstddef>
#include <cstdint>

#include "http/failure.h"
#include "http/head_limits.h"
#include "http/start_line.h"

namespace weir::http {

// Finds where a head or a trailer section ends, while its bytes come in, and refuses what no later
// byte can mend: a line feed without a carriage return before it, folded lines and others that
// begin with white space or a control byte (RFC 9112 sections 2.2 and 5.2), a bad start line, and
// sections over their limits. Looks at each byte once, however the bytes are cut, and says the same
// however they are cut. Field lines themselves are left to the parser. Plain value; owns nothing;
// one thread.
class HeadScan {
 public:
  enum class Section : std::uint8_t { kRequest, kResponse, kTrailers };

  // `limits` must live until the section ended.
  void reset(Section section, const HeadLimits& limits);

  // `data` holds the section from its first byte on, `size` bytes of it so far: those of earlier
  // calls (they may have moved) and new ones. True when the section's end is found or the section
  // is refused.
  bool run(const char* data, std::size_t size);

  // kNone where the end was found.
  [[nodiscard]] Reason reason() const { return reason_; }
  // Bytes of the section, the empty line included. Valid when its end was found.
  [[nodiscard]] std::size_t size() const { return line_; }
  // Where the field lines begin: behind the start line.
  [[nodiscard]] std::size_t fields_begin() const { return fields_begin_; }
  // The number of field lines.
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const StartLine& start_line() const { return start_; }

 private:
  enum class Place : std::uint8_t { kStart, kFields, kDone };

  void take_start(const char* data, std::size_t end);
  void take_field(const char* data, std::size_t end);
  [[nodiscard]] std::size_t start_bound() const;
  void check_partial(const char* data, std::size_t size);

  const HeadLimits* limits_ = nullptr;
  std::size_t at_ = 0;    // looked at up to here
  std::size_t line_ = 0;  // begin of the line that is looked at
  std::size_t fields_begin_ = 0;
  std::size_t count_ = 0;
  StartLine start_;
  Section section_ = Section::kRequest;
  Place place_ = Place::kStart;
  Reason reason_ = Reason::kNone;
};

}  // namespace weir::http
