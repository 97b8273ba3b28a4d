#include "http/target.h"

#include "base/ascii.h"
#include "http/char_class.h"

namespace weir::http {
namespace {

// Can only a path with one of "%", "//" and "/." differ from its normal form.
bool is_plain(std::string_view path) {
  char before = 0;
  for (char c : path) {
    if (c == '%' || (before == '/' && (c == '/' || c == '.'))) return false;
    before = c;
  }
  return true;
}

// The normal form being written; never longer than the raw path.
class PathWriter {
 public:
  explicit PathWriter(char* begin) : begin_(begin), end_(begin), segment_(begin) {}

  void add(char c) { *end_++ = c; }

  // The segment that began behind the last slash is whole. False where it climbs above the root.
  bool end_segment() {
    std::string_view segment(segment_, static_cast<std::size_t>(end_ - segment_));
    if (segment == ".") {
      had_dots_ = true;
      end_ = segment_;
    } else if (segment == "..") {
      had_dots_ = true;
      if (segment_ - begin_ < 2) return false;
      end_ = segment_ - 1;
      while (end_[-1] != '/') --end_;
    }
    segment_ = end_;
    return true;
  }
  // A run of slashes is one.
  void add_slash() {
    if (end_ == begin_ || end_[-1] != '/') *end_++ = '/';
    segment_ = end_;
  }

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  [[nodiscard]] bool had_dots() const { return had_dots_; }

 private:
  char* begin_;
  char* end_;
  char* segment_;
  bool had_dots_ = false;
};

constexpr char upper_hex(int value) { return "0123456789ABCDEF"[value]; }

bool add_escaped(std::string_view path, std::size_t at, PathWriter& to) {
  if (at + 2 >= path.size()) return false;
  int high = base::hex_value(path[at + 1]);
  int low = base::hex_value(path[at + 2]);
  if (high < 0 || low < 0 || high + low == 0) return false;
  char value = static_cast<char>(high * 16 + low);
  if (is_in(value, kUnreserved)) {
    to.add(value);
  } else {
    to.add('%');
    to.add(upper_hex(high));
    to.add(upper_hex(low));
  }
  return true;
}

Reason split_path_and_query(std::string_view text, RequestHead& head, base::Arena& arena) {
  auto mark = text.find('?');
  head.path = text.substr(0, mark);
  head.has_query = mark != std::string_view::npos;
  head.query = head.has_query ? text.substr(mark + 1) : std::string_view();
  if (head.path.empty()) head.path = "/";
  NormalPath normal;
  Reason reason = normalize_path(head.path, arena, normal);
  head.normal_path = normal.text;
  head.path_rewritten = normal.had_dots;
  return reason;
}

}  // namespace

Reason normalize_path(std::string_view path, base::Arena& arena, NormalPath& out) {
  if (is_plain(path)) {
    out.text = path;
    return Reason::kNone;
  }
  char* begin = arena.take(path.size());
  PathWriter to(begin);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') {
      if (!to.end_segment()) return Reason::kBadPath;
      to.add_slash();
    } else if (path[i] == '%') {
      if (!add_escaped(path, i, to)) return Reason::kBadPath;
      i += 2;
    } else {
      to.add(path[i]);
    }
  }
  if (!to.end_segment()) return Reason::kBadPath;
  arena.trim(path.size(), to.size());
  out.text = {begin, to.size()};
  out.had_dots = to.had_dots();
  return Reason::kNone;
}

Reason parse_target(RequestHead& head, base::Arena& arena) {
  std::string_view target = head.target;
  if (target.empty() || !all_in(target, kTargetChar)) return Reason::kBadRequest;
  if (target.front() == '/') return split_path_and_query(target, head, arena);
  if (target == "*") {
    if (head.method != Method::kOptions) return Reason::kBadRequest;
    head.path = head.normal_path = target;
    return Reason::kNone;
  }
  auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return Reason::kBadRequest;
  std::string_view scheme = target.substr(0, scheme_end);
  if (!base::equal_nocase(scheme, "http") && !base::equal_nocase(scheme, "https")) {
    return Reason::kBadRequest;
  }
  std::string_view rest = target.substr(scheme_end + 3);
  auto authority_end = rest.find_first_of("/?");
  head.authority = rest.substr(0, authority_end);
  if (head.authority.empty()) return Reason::kBadHost;
  rest = authority_end == std::string_view::npos ? std::string_view() : rest.substr(authority_end);
  return split_path_and_query(rest, head, arena);
}

}  // namespace weir::http
