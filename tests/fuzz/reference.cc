#include "fuzz/reference.h"

#include <algorithm>
#include <optional>

#include "fuzz/grammar.h"

namespace weir::fuzz {
namespace {

constexpr std::string_view kCrLf = "\r\n";
// weir's own bounds, for which a valid message may be refused.
constexpr std::size_t kMethodMax = 32;
constexpr std::size_t kConnectionOptionsMax = 64;
constexpr std::size_t kChunkFramingMax = 4096;
constexpr unsigned kInterimsMax = 32;

// Reads one message off the front of the bytes.
class Reader {
 public:
  Reader(std::string_view bytes, std::size_t at, const Bounds& bounds)
      : bytes_(bytes), at_(at), bounds_(bounds) {}

  Message request();
  Message response(const Asked& asked);

 private:
  void doubt(Verdict verdict, std::string_view why);
  void refuse(std::string_view why) { doubt(Verdict::kRefuse, why); }
  [[nodiscard]] bool lost() const { return message_.verdict >= Verdict::kRefuse; }

  void skip_empty_lines();
  std::optional<std::string_view> section(bool with_start_line);
  void request_line(std::string_view line);
  void status_line(std::string_view line);
  void field_lines(std::string_view lines, FieldList& to);
  void field_line(std::string_view line, FieldList& to);

  std::vector<std::string> values(std::string_view name);
  void settle_connection();
  void settle_framing();
  void settle_host();
  void settle_answer(const Asked& asked);

  void body();
  void fixed_body();
  void chunked_body();
  std::optional<std::uint64_t> size_line();
  void chunk_extensions(std::string_view text);
  void trailer_section();

  std::string_view bytes_;
  std::size_t at_;
  Bounds bounds_;
  Message message_;
  bool chunked_ = false;
  std::optional<std::uint64_t> length_;
  std::size_t chunk_framing_ = 0;
};

void Reader::doubt(Verdict verdict, std::string_view why) {
  if (verdict <= message_.verdict) return;
  message_.verdict = verdict;
  message_.why = why;
}

// RFC 9112 section 2.2: one at least is passed over before a request; weir passes over some.
void Reader::skip_empty_lines() {
  std::size_t count = 0;
  while (bytes_.substr(at_, 2) == kCrLf) {
    at_ += 2;
    if (++count > 1) doubt(Verdict::kEither, "several empty lines");
  }
}

// The lines up to an empty one, which is taken too; nothing where there is none yet. A line end is
// a line feed here: that a carriage return is before it is judged by line.
std::optional<std::string_view> Reader::section(bool with_start_line) {
  std::size_t begin = at_;
  bool first = with_start_line;
  for (std::size_t line = at_;;) {
    std::size_t end = bytes_.find('\n', line);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view text = bytes_.substr(line, end - line);
    line = end + 1;
    if ((text.empty() || text == "\r") && !first) {
      at_ = line;
      if (text.empty()) refuse("an empty line without CR");
      return bytes_.substr(begin, line - text.size() - 1 - begin);
    }
    first = false;
  }
}

void Reader::request_line(std::string_view line) {
  if (line.size() > bounds_.uri_bytes) refuse("a long request line");
  std::size_t first = line.find(' ');
  std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse("parts of the request line");
  message_.method = line.substr(0, first);
  message_.target = line.substr(first + 1, last - first - 1);
  std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") refuse("version");
  message_.minor = version.ends_with('0') ? 0 : 1;
  if (!is_token(message_.method) || message_.method == "CONNECT") refuse("method");
  if (message_.method.size() > kMethodMax) doubt(Verdict::kEither, "a long method");
  doubt(judge_target(message_.method, message_.target), "target");
}

// RFC 9112 section 4.
void Reader::status_line(std::string_view line) {
  if (line.size() > bounds_.header_bytes) refuse("a long status line");
  bool begins = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
  std::string_view status = line.substr(std::min<std::size_t>(9, line.size()), 3);
  if (!begins || status.size() != 3 || !only(kDigits, status)) return refuse("status line");
  message_.minor = line[7] == '0' ? 0 : 1;
  message_.status = static_cast<unsigned>(*number_of(status, 10));
  // Section 15 of RFC 9110: what is outside is invalid.
  if (message_.status < 100 || message_.status > 599) refuse("status");
  if (line.size() == 12) return doubt(Verdict::kEither, "no space behind the status");
  if (line[12] != ' ' || !is_text(line.substr(13))) refuse("reason phrase");
}

void Reader::field_lines(std::string_view lines, FieldList& to) {
  if (lines.size() > bounds_.header_bytes) refuse("long fields");
  while (!lines.empty()) {
    std::size_t end = lines.find('\n');
    field_line(lines.substr(0, end), to);
    lines.remove_prefix(end + 1);
  }
  if (to.size() > bounds_.header_count) refuse("many fields");
}

// RFC 9112 section 5: no space before the colon, no folding; RFC 9110 section 5.5.
void Reader::field_line(std::string_view line, FieldList& to) {
  if (!line.ends_with('\r'))
    refuse("a field line without CR");
  else
    line.remove_suffix(1);
  std::size_t colon = std::min(line.find(':'), line.size());
  std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(std::min(colon + 1, line.size()));
  if (colon == line.size() || !is_token(name)) refuse("field name");
  if (!is_text(value)) refuse("field value");
  std::string known = lower(name);
  if ((known == "content-length" || known == "transfer-encoding") && has(value, '\t')) {
    doubt(Verdict::kEither, "a tab in a framing field");
  }
  to.emplace_back(std::string(name), std::string(trimmed(value)));
}

std::vector<std::string> Reader::values(std::string_view name) {
  std::vector<std::string> out;
  for (const auto& [field, value] : message_.fields) {
    if (lower(field) == name) out.push_back(value);
  }
  return out;
}

// RFC 9112 section 9.3.
void Reader::settle_connection() {
  std::vector<std::string> options;
  for (const std::string& value : values("connection")) {
    for (const std::string& option : list_of(value)) options.push_back(option);
  }
  if (options.size() > kConnectionOptionsMax) doubt(Verdict::kEither, "many connection options");
  auto said = [&](std::string_view option) {
    return std::find(options.begin(), options.end(), option) != options.end();
  };
  message_.keep_alive = !said("close") && (message_.minor == 1 || said("keep-alive"));
}

// RFC 9112 section 6, and no recovery where it would allow one.
void Reader::settle_framing() {
  std::vector<std::string> codings = values("transfer-encoding");
  std::vector<std::string> lengths = values("content-length");
  if (!codings.empty()) {
    if (codings.size() > 1 || lower(codings[0]) != "chunked") refuse("transfer coding");
    if (!lengths.empty()) refuse("length beside a transfer coding");
    if (message_.minor == 0) refuse("transfer coding in HTTP/1.0");
    chunked_ = true;
    return;
  }
  if (lengths.empty()) return;
  bool number = !lengths[0].empty() && only(kDigits, lengths[0]);
  if (number) length_ = number_of(lengths[0], 10);
  if (lengths.size() > 1 || !length_) return refuse("content length");
  if (lengths[0].size() > 19) doubt(Verdict::kEither, "many digits");
}

// RFC 9112 section 3.2; an authority in the target does not excuse a bad Host.
void Reader::settle_host() {
  std::vector<std::string> hosts = values("host");
  if (hosts.size() > 1 || (hosts.empty() && message_.minor == 1)) return refuse("number of hosts");
  if (!hosts.empty()) doubt(judge_host(hosts[0]), "host");
}

Message Reader::request() {
  skip_empty_lines();
  // Half an empty line is no message either.
  if (bytes_.substr(at_) == "\r") at_ = bytes_.size();
  message_.end = at_;
  if (at_ == bytes_.size()) return message_;
  std::optional<std::string_view> all = section(true);
  if (!all) {
    message_.verdict = Verdict::kMore;
    return message_;
  }
  std::size_t end = all->find('\n');
  std::string_view line = all->substr(0, end);
  if (!line.ends_with('\r'))
    refuse("a request line without CR");
  else
    request_line(line.substr(0, line.size() - 1));
  field_lines(all->substr(end + 1), message_.fields);
  settle_connection();
  settle_framing();
  settle_host();
  for (const std::string& value : values("expect")) {
    for (const std::string& item : list_of(value)) {
      if (item != "100-continue") doubt(Verdict::kEither, "expectation");
    }
  }
  if (lost()) return message_;
  message_.head = true;
  body();
  return message_;
}

Message Reader::response(const Asked& asked) {
  message_.end = at_;
  if (at_ == bytes_.size()) {
    message_.verdict = Verdict::kMore;
    return message_;
  }
  std::optional<std::string_view> all = section(true);
  if (!all) {
    message_.verdict = Verdict::kMore;
    return message_;
  }
  std::size_t end = all->find('\n');
  std::string_view line = all->substr(0, end);
  if (!line.ends_with('\r'))
    refuse("a status line without CR");
  else
    status_line(line.substr(0, line.size() - 1));
  field_lines(all->substr(end + 1), message_.fields);
  settle_connection();
  settle_framing();
  if (lost()) return message_;
  settle_answer(asked);
  return message_;
}

// RFC 9112 section 6.3, of a response whose framing fields are right in themselves.
void Reader::settle_answer(const Asked& asked) {
  bool interim = message_.status < 200 && message_.status != 101;
  bool framed = chunked_ || length_.value_or(0) != 0;
  if (message_.status < 200 && framed) return refuse("a body in an interim answer");
  if (message_.status == 101) {
    std::vector<std::string> options;
    for (const std::string& value : values("connection")) {
      for (std::string& option : list_of(value)) options.push_back(std::move(option));
    }
    bool named = std::find(options.begin(), options.end(), "upgrade") != options.end();
    if (!asked.upgrade || !named || values("upgrade").empty() || message_.minor == 0) {
      return refuse("an upgrade that nobody asked for");
    }
  }
  message_.head = true;
  bool none = asked.head || interim || message_.status == 204 || message_.status == 304;
  if (none && message_.status != 101) {
    if (message_.status == 204 && framed) message_.keep_alive = false;
    chunked_ = false;
    length_ = 0;
    message_.end = at_;
    return;
  }
  if (message_.status != 101 && (chunked_ || length_)) return body();
  message_.keep_alive = false;
  message_.body = bytes_.substr(at_);
  at_ = message_.end = bytes_.size();
  if (!asked.closed) message_.verdict = Verdict::kMore;
}

void Reader::body() {
  if (chunked_)
    chunked_body();
  else
    fixed_body();
  message_.end = at_;
}

void Reader::fixed_body() {
  std::uint64_t length = length_.value_or(0);
  bool whole = length <= bytes_.size() - at_;
  if (!whole) message_.verdict = Verdict::kMore;
  message_.body =
      bytes_.substr(at_, whole ? static_cast<std::size_t>(length) : std::string_view::npos);
  at_ += message_.body.size();
}

// RFC 9112 section 7.1.1: to be ignored, in whatever they say; what ends a line is no part of them.
void Reader::chunk_extensions(std::string_view text) {
  if (!is_text(text)) return refuse("chunk extension");
  while (!text.empty()) {
    std::size_t end = std::min(text.find(';', 1), text.size());
    std::string_view one = text.substr(0, end);
    text.remove_prefix(end);
    std::size_t equals = std::min(one.find('='), one.size());
    bool good = one.front() == ';' &&
                is_token(one.substr(1, std::max<std::size_t>(equals, 1) - 1)) &&
                (equals == one.size() || is_token(one.substr(equals + 1)));
    // Blanks and quotes, right or wrong: nobody is to read them.
    if (!good) doubt(Verdict::kEither, "chunk extension");
    // llhttp 8.1 takes none behind one with a value: it refuses what is valid, and nothing is in
    // doubt.
    if (equals != one.size() && !text.empty()) doubt(Verdict::kEither, "several extensions");
  }
}

// Nothing where it is refused or not whole.
std::optional<std::uint64_t> Reader::size_line() {
  std::size_t end = bytes_.find('\n', at_);
  if (end == std::string_view::npos) {
    message_.verdict = Verdict::kMore;
    return std::nullopt;
  }
  std::string_view line = bytes_.substr(at_, end - at_);
  chunk_framing_ += line.size() + 1;
  if (chunk_framing_ > kChunkFramingMax) doubt(Verdict::kEither, "long chunk framing");
  at_ = end + 1;
  if (!line.ends_with('\r'))
    refuse("a chunk size line without CR");
  else
    line.remove_suffix(1);
  std::size_t digits = std::min(line.find_first_not_of(kHex), line.size());
  std::optional<std::uint64_t> size = number_of(line.substr(0, digits), 16);
  if (digits == 0 || !size) refuse("chunk size");
  line.remove_prefix(digits);
  // "0x5", "5 " and "5,6" are no sizes; " ;a" is one with a bad blank.
  if (!line.empty() && !trimmed(line).starts_with(';')) refuse("chunk size");
  chunk_extensions(line);
  return lost() ? std::nullopt : size;
}

void Reader::chunked_body() {
  for (;;) {
    std::optional<std::uint64_t> size = size_line();
    if (!size) return;
    if (*size == 0) return trailer_section();
    std::string_view rest = bytes_.substr(at_);
    message_.body +=
        rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(*size, rest.size())));
    if (*size > rest.size() || rest.size() - *size < 2) {
      std::string_view behind =
          rest.substr(static_cast<std::size_t>(std::min<std::uint64_t>(*size, rest.size())));
      if (!behind.empty() && behind != "\r") return refuse("end of a chunk");
      message_.verdict = Verdict::kMore;
      return;
    }
    at_ += static_cast<std::size_t>(*size) + 2;
    chunk_framing_ += 2;
    if (bytes_.substr(at_ - 2, 2) != kCrLf) return refuse("end of a chunk");
  }
}

void Reader::trailer_section() {
  std::optional<std::string_view> lines = section(false);
  if (!lines) {
    message_.verdict = Verdict::kMore;
    return;
  }
  field_lines(*lines, message_.trailers);
  for (const auto& [name, value] : message_.trailers) {
    std::string known = lower(name);
    // They must not be there (RFC 9110 section 6.5.1): to be dropped, or the message with them.
    if (known == "content-length" || known == "transfer-encoding") {
      doubt(Verdict::kEither, "framing in trailers");
    }
  }
}

}  // namespace

std::vector<Message> read_requests(std::string_view bytes, const Bounds& bounds) {
  std::vector<Message> out;
  for (std::size_t at = 0; at < bytes.size();) {
    Message message = Reader(bytes, at, bounds).request();
    at = message.end;
    if (message.verdict < Verdict::kRefuse && !message.head) {
      message.blank = message.verdict == Verdict::kEither;
      if (message.blank) out.push_back(std::move(message));
      return out;
    }
    bool last = message.verdict >= Verdict::kRefuse || !message.keep_alive;
    out.push_back(std::move(message));
    if (last) return out;
  }
  return out;
}

std::vector<Message> read_answer(std::string_view bytes, const Bounds& bounds, const Asked& asked) {
  std::vector<Message> out;
  if (bytes.empty()) return out;
  for (std::size_t at = 0;;) {
    Message message = Reader(bytes, at, bounds).response(asked);
    at = message.end;
    bool interim = message.head && message.status < 200 && message.status != 101;
    if (interim && out.size() >= kInterimsMax && message.verdict < Verdict::kEither) {
      message.verdict = Verdict::kEither;
    }
    out.push_back(std::move(message));
    if (!interim || out.back().verdict >= Verdict::kRefuse) return out;
  }
}

}  // namespace weir::fuzz
