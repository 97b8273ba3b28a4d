#include "cache/targeted.h"

#include <cstddef>
#include <string_view>

#include "base/ascii.h"
#include "http/char_class.h"

namespace weir::cache {
namespace {

// What a member's value is, as far as directives have use for it.
enum class Kind { kTrue, kFalse, kInteger, kText, kOther };

struct Value {
  Kind kind = Kind::kTrue;
  std::string_view text;
};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// A parser of one line of a Dictionary; each function leaves the text behind what it read, and says
// whether that was right (RFC 8941 section 4.2).
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  bool key(std::string_view& out);
  // What follows the key, with its parameters.
  bool member(Value& out);
  // To the next member, or to the end of the line. A comma that ends the line is an error.
  bool separator();
  void spaces() {
    while (take(' ')) {
    }
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool bare_item(Value& out);
  bool number(Value& out);
  bool quoted(Value& out);
  bool token(Value& out);
  bool bytes(Value& out);
  bool boolean(Value& out);
  bool inner_list(Value& out);
  bool parameters();
  std::size_t digits() {
    std::size_t count = 0;
    for (; !rest_.empty() && base::is_digit(rest_.front()); ++count) rest_.remove_prefix(1);
    return count;
  }

  std::string_view rest_;
};

bool Line::key(std::string_view& out) {
  if (rest_.empty() || !(is_lower(rest_.front()) || rest_.front() == '*')) return false;
  std::size_t size = 0;
  auto fits = [](char c) {
    return is_lower(c) || base::is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
  };
  while (size < rest_.size() && fits(rest_[size])) ++size;
  out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

bool Line::number(Value& out) {
  std::string_view from = rest_;
  out.kind = take('-') ? Kind::kOther : Kind::kInteger;
  std::size_t whole = digits();
  if (whole == 0 || whole > 15) return false;
  out.text = from.substr(0, from.size() - rest_.size());
  if (!take('.')) return true;
  out.kind = Kind::kOther;
  std::size_t fraction = digits();
  return whole <= 12 && fraction >= 1 && fraction <= 3;
}

bool Line::quoted(Value& out) {
  rest_.remove_prefix(1);
  std::string_view from = rest_;
  while (!rest_.empty() && rest_.front() != '"') {
    char c = rest_.front();
    if (c < 0x20 || c > 0x7e) return false;
    rest_.remove_prefix(1);
    if (c == '\\' && !take('"') && !take('\\')) return false;
  }
  out = {Kind::kText, from.substr(0, from.size() - rest_.size())};
  return take('"');
}

bool Line::token(Value& out) {
  std::size_t size = 0;
  auto fits = [](char c) { return http::is_in(c, http::kTokenChar) || c == ':' || c == '/'; };
  while (size < rest_.size() && fits(rest_[size])) ++size;
  out = {Kind::kText, rest_.substr(0, size)};
  rest_.remove_prefix(size);
  return true;
}

bool Line::bytes(Value& out) {
  rest_.remove_prefix(1);
  out = {Kind::kOther, {}};
  auto end = rest_.find(':');
  if (end == std::string_view::npos) return false;
  for (char c : rest_.substr(0, end)) {
    bool good = is_lower(base::lower(c)) || base::is_digit(c) || c == '+' || c == '/' || c == '=';
    if (!good) return false;
  }
  rest_.remove_prefix(end + 1);
  return true;
}

bool Line::boolean(Value& out) {
  rest_.remove_prefix(1);
  out = {take('1') ? Kind::kTrue : Kind::kFalse, {}};
  return out.kind == Kind::kTrue || take('0');
}

bool Line::bare_item(Value& out) {
  if (rest_.empty()) return false;
  char c = rest_.front();
  if (c == '-' || base::is_digit(c)) return number(out);
  if (c == '"') return quoted(out);
  if (c == ':') return bytes(out);
  if (c == '?') return boolean(out);
  return (is_lower(base::lower(c)) || c == '*') && token(out);
}

bool Line::inner_list(Value& out) {
  rest_.remove_prefix(1);
  out = {Kind::kOther, {}};
  for (bool first = true;; first = false) {
    bool spaced = !rest_.empty() && rest_.front() == ' ';
    spaces();
    if (take(')')) return true;
    Value ignored;
    if (!(first || spaced) || !bare_item(ignored) || !parameters()) return false;
  }
}

bool Line::parameters() {
  while (take(';')) {
    spaces();
    std::string_view name;
    Value ignored;
    if (!key(name) || (take('=') && !bare_item(ignored))) return false;
  }
  return true;
}

bool Line::member(Value& out) {
  out = Value();
  if (take('=')) {
    bool list = !rest_.empty() && rest_.front() == '(';
    if (!(list ? inner_list(out) : bare_item(out))) return false;
  }
  return parameters();
}

bool Line::separator() {
  while (!rest_.empty() && base::is_blank(rest_.front())) rest_.remove_prefix(1);
  if (rest_.empty()) return true;
  if (!take(',')) return false;
  while (!rest_.empty() && base::is_blank(rest_.front())) rest_.remove_prefix(1);
  return !rest_.empty();
}

Span* span_of(ResponseControl& control, std::string_view key) {
  if (key == "max-age") return &control.max_age;
  if (key == "s-maxage") return &control.s_maxage;
  if (key == "stale-while-revalidate") return &control.stale_while_revalidate;
  return key == "stale-if-error" ? &control.stale_if_error : nullptr;
}

// Values of another type than the directive's count nothing (RFC 9213 section 2.1); of two values
// of one key the last does.
void add(ResponseControl& control, std::string_view key, const Value& value) {
  if (Span* span = span_of(control, key)) {
    if (value.kind != Kind::kInteger) return;
    *span = Span();
    span->take(value.text, true);
  } else if (value.kind == Kind::kTrue || value.kind == Kind::kText) {
    add_directive(control, {key, value.text, value.kind == Kind::kText, true});
  }
}

bool read(ResponseControl& control, std::string_view text, bool& any) {
  Line line(text);
  line.spaces();
  while (!line.at_end()) {
    std::string_view key;
    Value value;
    if (!line.key(key) || !line.member(value) || !line.separator()) return false;
    add(control, key, value);
    any = true;
  }
  return true;
}

}  // namespace

std::optional<ResponseControl> targeted_control(const http::Fields& response) {
  ResponseControl control;
  control.targeted = true;
  bool any = false;
  for (const http::Field& field : response) {
    if (field.id != http::Name::kCdnCacheControl) continue;
    if (!read(control, field.value, any)) return std::nullopt;
  }
  if (!any) return std::nullopt;
  return control;
}

}  // namespace weir::cache
