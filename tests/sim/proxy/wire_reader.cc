#include "sim/proxy/wire_reader.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace weir::sim {

namespace {

constexpr std::size_t kLineMax = 64 * 1024;

// The whole of `text` as a number; false where it is none.
bool read_number(std::string_view text, int base, std::size_t& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool is_start_of_answer(std::string_view line) {
  return line.size() >= 13 && line.starts_with("HTTP/1.1 ") && line[12] == ' ';
}

bool is_start_of_request(std::string_view line) {
  return line.ends_with(" HTTP/1.1") && std::count(line.begin(), line.end(), ' ') == 2;
}

}  // namespace

std::string WireMessage::field(std::string_view name) const {
  for (const auto& [have, value] : fields) {
    if (base::equal_nocase(have, name)) return value;
  }
  return "";
}

WireReader::Step WireReader::break_off() {
  state_ = State::kBroken;
  return Step::kBroken;
}

WireReader::Step WireReader::next(bool to_head) {
  if (state_ == State::kBroken) return Step::kMore;
  return state_ == State::kStart ? read_head(to_head) : read_body();
}

WireReader::Step WireReader::finish() {
  if (state_ != State::kToClose) return Step::kMore;
  state_ = State::kBroken;
  return Step::kEnd;
}

WireReader::Step WireReader::read_head(bool to_head) {
  auto end = rest_.find("\r\n\r\n");
  if (end == std::string::npos) return rest_.size() > kLineMax ? break_off() : Step::kMore;
  message_ = {};
  bool right = parse_head(std::string_view(rest_).substr(0, end + 2));
  rest_.erase(0, end + 4);
  if (!right || !choose_framing(to_head)) return break_off();
  return Step::kHead;
}

bool WireReader::parse_head(std::string_view head) {
  bool first = true;
  while (!head.empty()) {
    auto end = head.find("\r\n");
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return false;
    if (std::exchange(first, false)) {
      message_.start = line;
      continue;
    }
    auto colon = line.find(": ");
    if (colon == 0 || colon == std::string_view::npos) return false;
    std::string_view name = line.substr(0, colon);
    if (name.find_first_of(" \t") != std::string_view::npos) return false;
    message_.fields.emplace_back(name, line.substr(colon + 2));
  }
  if (reads_ == Reads::kRequests) return is_start_of_request(message_.start);
  std::size_t status = 0;
  if (!is_start_of_answer(message_.start)) return false;
  if (!read_number(std::string_view(message_.start).substr(9, 3), 10, status)) return false;
  message_.status = static_cast<unsigned>(status);
  return status >= 100;
}

bool WireReader::choose_framing(bool to_head) {
  auto count = [this](std::string_view name) {
    return std::count_if(message_.fields.begin(), message_.fields.end(),
                         [&](const auto& field) { return base::equal_nocase(field.first, name); });
  };
  auto lengths = count("Content-Length");
  auto codings = count("Transfer-Encoding");
  if (lengths + codings > 1) return false;
  left_ = 0;
  if (lengths == 1 && !read_number(message_.field("Content-Length"), 10, left_)) return false;
  if (codings == 1 && message_.field("Transfer-Encoding") != "chunked") return false;
  unsigned status = message_.status;
  bool bare = reads_ == Reads::kAnswers && (status < 200 || status == 204 || status == 304);
  // Neither has a body that could be framed (RFC 9110 section 8.6, RFC 9112 section 6.1).
  if (bare && status != 304 && lengths + codings != 0) return false;
  if (bare || to_head) {
    left_ = 0;
    state_ = State::kLength;
    return true;
  }
  state_ = codings == 1 ? State::kChunkSize : State::kLength;
  message_.to_close = reads_ == Reads::kAnswers && lengths + codings == 0;
  if (message_.to_close) state_ = State::kToClose;
  return true;
}

// What is here of the bytes that are left; false where some are still to come.
bool WireReader::take_body() {
  std::size_t count = std::min(left_, rest_.size());
  message_.body.append(rest_, 0, count);
  rest_.erase(0, count);
  left_ -= count;
  return left_ == 0;
}

bool WireReader::take_line(std::string& line) {
  auto end = rest_.find("\r\n");
  if (end == std::string::npos) return false;
  line = rest_.substr(0, end);
  rest_.erase(0, end + 2);
  return true;
}

WireReader::Step WireReader::read_body() {
  std::string line;
  for (;;) {
    switch (state_) {
      case State::kLength:
        if (!take_body()) return Step::kMore;
        state_ = State::kStart;
        return Step::kEnd;
      case State::kToClose:
        message_.body += take_rest();
        return Step::kMore;
      case State::kChunkSize:
        if (!take_line(line)) return rest_.size() > kLineMax ? break_off() : Step::kMore;
        if (!read_number(line, 16, left_)) return break_off();
        state_ = left_ == 0 ? State::kTrailers : State::kChunk;
        break;
      case State::kChunk:
        if (!take_body()) return Step::kMore;
        state_ = State::kChunkEnd;
        break;
      case State::kChunkEnd:
        if (!take_line(line)) return Step::kMore;
        if (!line.empty()) return break_off();
        state_ = State::kChunkSize;
        break;
      case State::kTrailers:
        if (!take_line(line)) return Step::kMore;
        if (!line.empty()) break;
        state_ = State::kStart;
        return Step::kEnd;
      case State::kStart:
      case State::kBroken:
        return Step::kMore;
    }
  }
}

}  // namespace weir::sim
