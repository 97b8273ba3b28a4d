#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "cache/ranges.h"
#include "cache/shard.h"
#include "http/handler.h"

namespace weir::cache {

// Gives a stored response to a responder, whole or as the request asks (304, 206, 416, HEAD), as
// fast as that takes it. Head and body are views into the entry, which it holds until stop(). Used
// again with its memory. One thread.
class Delivery {
 public:
  // Which parts the request asks for of this response, of `size` bytes: for GET and a 200 only, and
  // where If-Range holds (RFC 9110 section 14.2). Before start().
  Part look_at_ranges(const http::Request& request, const http::ResponseHead& whole,
                      std::uint64_t size);
  [[nodiscard]] bool is_multipart() const { return ranges_.size() > 1; }
  // Of what look_at_ranges() found: the first.
  [[nodiscard]] const Range& range() const { return ranges_.front(); }

  // Gives the head, with `extra` behind the stored fields, and begins with the body; of the parts
  // that look_at_ranges() found, where it did. `boundary` parts several of them. The responder may
  // end the work inside of this call, which then calls stop().
  void start(const EntryRef& entry, const http::Request& request, http::Responder& responder,
             const http::Fields& extra, Part part, std::string_view boundary);
  // Gives the 304 in the place of the response (RFC 9110 section 15.4.5).
  void tell_not_modified(const EntryRef& entry, const http::Request& request,
                         http::Responder& responder, const http::Fields& extra);
  // The responder takes bytes again. Of no effect where nothing is under way.
  void go_on();
  // No call of the responder comes from here on. The entry is held until release().
  void stop() { responder_ = nullptr; }
  // What was given has left.
  void release();

 private:
  // A text, and behind it a range of the body.
  struct Piece {
    std::string_view text;
    Range range;
  };

  void open(const EntryRef& entry, http::Responder& responder);
  // The parts, behind each other; returns how many bytes they are.
  std::uint64_t plan_parts(std::string_view boundary, base::Arena& arena);
  [[nodiscard]] bool is_over() const;
  // Bytes of the body from `at` on, as far as they lie in one block.
  base::Bytes block_at(std::uint64_t at);

  EntryRef entry_;
  http::Responder* responder_ = nullptr;  // null: nothing is under way
  std::vector<Range> ranges_;
  std::vector<Piece> pieces_;
  std::size_t piece_ = 0;         // that is given now
  std::size_t block_ = 0;         // that the next byte lies in
  std::uint64_t block_from_ = 0;  // where in the body it begins
};

}  // namespace weir::cache
