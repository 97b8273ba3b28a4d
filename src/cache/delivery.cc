#include "cache/delivery.h"

#include <algorithm>
#include <utility>

#include "cache/partial.h"
#include "cache/validation.h"

namespace weir::cache {
namespace {

using http::Name;

// The stored head with other fields behind its own.
http::ResponseHead whole_head(const http::ResponseHead& stored, const http::Fields& extra,
                              base::Arena& arena) {
  http::ResponseHead head = stored;
  head.fields = http::Fields();
  head.fields.reserve(arena, stored.fields.size() + extra.size());
  for (const http::Field& field : stored.fields) head.fields.add(arena, field);
  for (const http::Field& field : extra) head.fields.add(arena, field);
  return head;
}

}  // namespace

Part Delivery::look_at_ranges(const http::Request& request, const http::ResponseHead& whole,
                              std::uint64_t size) {
  ranges_.clear();
  const http::Field* range = request.head.fields.find(Name::kRange);
  bool counts = range != nullptr && request.head.method == http::Method::kGet &&
                whole.status == 200 && if_range_holds(request.head.fields, whole.fields);
  return counts ? parse_ranges(range->value, size, ranges_) : Part::kWhole;
}

void Delivery::open(const EntryRef& entry, http::Responder& responder) {
  entry_ = entry;
  responder_ = &responder;
  pieces_.clear();
  piece_ = block_ = 0;
  block_from_ = 0;
}

void Delivery::start(const EntryRef& entry, const http::Request& request,
                     http::Responder& responder, const http::Fields& extra, Part part,
                     std::string_view boundary) {
  open(entry, responder);
  base::Arena& arena = *request.arena;
  const http::ResponseHead& stored = entry->head();
  http::ResponseHead head;
  if (part == Part::kUnsatisfiable) {
    head = unsatisfiable_head(extra, entry->body_size(), arena);
  } else if (part == Part::kParts && is_multipart()) {
    head = parts_head(stored, extra, boundary, arena);
    head.content_length = plan_parts(boundary, arena);
  } else if (part == Part::kParts) {
    head = part_head(stored, extra, range(), entry->body_size(), arena);
    pieces_.push_back({{}, range()});
  } else {
    head = whole_head(stored, extra, arena);
    bool bodied = http::may_have_body(head.status, request.head.method);
    if (bodied) pieces_.push_back({{}, {0, entry->body_size()}});
  }
  responder.head(head);
  go_on();
}

void Delivery::tell_not_modified(const EntryRef& entry, const http::Request& request,
                                 http::Responder& responder, const http::Fields& extra) {
  open(entry, responder);
  responder.head(not_modified_head(entry->head(), extra, *request.arena));
  go_on();
}

// multipart/byteranges (RFC 9110 section 14.6): in the order asked for.
std::uint64_t Delivery::plan_parts(std::string_view boundary, base::Arena& arena) {
  std::string_view type = entry_->head().fields.value(Name::kContentType);
  std::string_view of_type =
      type.empty() ? std::string_view() : arena.join({"Content-Type: ", type, "\r\n"});
  std::uint64_t length = 0;
  std::string_view line = "--";
  for (const Range& range : ranges_) {
    std::string_view text = arena.join(
        {line, boundary, "\r\n", of_type,
         "Content-Range: ", content_range(range, entry_->body_size(), arena), "\r\n\r\n"});
    pieces_.push_back({text, range});
    length += text.size() + range.size;
    line = "\r\n--";
  }
  std::string_view last = arena.join({"\r\n--", boundary, "--\r\n"});
  pieces_.push_back({last, {}});
  return length + last.size();
}

base::Bytes Delivery::block_at(std::uint64_t at) {
  if (at < block_from_) {
    block_ = 0;
    block_from_ = 0;
  }
  const Blocks& blocks = entry_->body();
  while (at >= block_from_ + blocks[block_]->bytes().size())
    block_from_ += blocks[block_++]->bytes().size();
  return blocks[block_]->bytes().substr(static_cast<std::size_t>(at - block_from_));
}

bool Delivery::is_over() const { return piece_ == pieces_.size(); }

void Delivery::go_on() {
  while (responder_ != nullptr && !is_over()) {
    Piece& piece = pieces_[piece_];
    base::Bytes bytes = std::exchange(piece.text, {});
    if (bytes.empty() && piece.range.size > 0) {
      bytes = block_at(piece.range.begin);
      bytes = bytes.substr(
          0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), piece.range.size)));
      piece.range.begin += bytes.size();
      piece.range.size -= bytes.size();
    }
    if (piece.range.size == 0) ++piece_;
    if (bytes.empty()) continue;
    // What was given last is taken whatever is said of it: then there is nothing to wait for.
    if (responder_->body(bytes) == http::Flow::kPause && !is_over()) return;
  }
  if (responder_ != nullptr) std::exchange(responder_, nullptr)->end(nullptr);
}

void Delivery::release() {
  stop();
  entry_ = EntryRef();
}

}  // namespace weir::cache
