#include "observe/secrets.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.h"

namespace weir::observe {
namespace {

constexpr std::string_view kMask = "***";

// Ends of names, in lower case and without "-" and "_"; by their last letter.
constexpr std::array<std::string_view, 20> kEnds = {
    "password",   "passwd",    "pwd",        "sessionid",     "passphrase", "signature",   "jwt",
    "credential", "token",     "assertion",  "authorization", "secret",     "credentials", "apikey",
    "accesskey",  "secretkey", "privatekey", "accountkey",    "authkey",    "cvv",
};
// Whole names that are too short to be ends.
constexpr std::array<std::string_view, 7> kWhole = {"auth", "sig", "pass",   "sid",
                                                    "otp",  "pin", "session"};

// Bit of a letter.
constexpr std::uint32_t bit(char c) {
  return c >= 'a' && c <= 'z' ? 1U << static_cast<unsigned>(c - 'a') : 0;
}
// The letters that secret names end with.
constexpr std::uint32_t kLastLetters = [] {
  std::uint32_t letters = 0;
  for (std::string_view end : kEnds) letters |= bit(end.back());
  for (std::string_view whole : kWhole) letters |= bit(whole.back());
  return letters;
}();

// The end of a name in its plain form.
class PlainEnd {
 public:
  explicit PlainEnd(std::string_view name) {
    whole_ = name.size() <= kMost;
    name.remove_prefix(name.size() - std::min(name.size(), kMost));
    for (std::size_t i = 0; i < name.size(); ++i) {
      char c = name[i];
      if (c == '%' && i + 2 < name.size()) {
        int high = base::hex_value(name[i + 1]);
        int low = base::hex_value(name[i + 2]);
        if (high >= 0 && low >= 0) {
          c = static_cast<char>(high * 16 + low);
          i += 2;
        }
      }
      if (c != '-' && c != '_') text_[size_++] = base::lower(c);
    }
  }
  [[nodiscard]] bool is_whole() const { return whole_; }
  [[nodiscard]] std::string_view view() const { return {text_, size_}; }

 private:
  // Enough for the longest end with every letter encoded.
  static constexpr std::size_t kMost = 64;

  bool whole_ = false;
  std::size_t size_ = 0;
  char text_[kMost];
};

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Finds what is to be hidden, from left to right. An empty range means that there is nothing more.
class Finder {
 public:
  // `text` is not empty.
  Finder(std::string_view text, Secrets kind) : text_(text) {
    // A request line's target ends at its last blank.
    if (kind == Secrets::kRequestLine) text_ = text_.substr(0, text_.rfind(' '));
    hash_ = find('#', 0);
    in_query_ = kind == Secrets::kQuery;
  }

  Range next() {
    if (!in_query_) {
      Range user = userinfo();
      at_ = std::min(find('?', 0), hash_) + 1;
      if (at_ > hash_) hash_ = find('#', at_);
      in_query_ = true;
      if (user.end != 0) return user;
    }
    while (at_ < text_.size()) {
      Range value = parameter();
      if (value.begin < value.end) return value;
    }
    return {};
  }

 private:
  [[nodiscard]] std::size_t find(char c, std::size_t from) const {
    return std::min(text_.find(c, from), text_.size());
  }
  // Of the authority behind "://", where it has one.
  [[nodiscard]] Range userinfo() const {
    if (find('@', 0) == text_.size()) return {};
    std::size_t begin = text_.find("://");
    if (begin == std::string_view::npos) return {};
    begin += 3;
    std::string_view authority = text_.substr(begin);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    std::size_t at = authority.rfind('@');
    return at == std::string_view::npos ? Range{} : Range{begin, begin + at};
  }
  // Goes past the parameter at at_. Its value, where that is a secret.
  Range parameter() {
    std::size_t begin = at_;
    std::size_t end = std::min(find('&', begin), hash_);
    at_ = end + 1;
    // A fragment may hold parameters too (RFC 6749 section 4.2.2).
    if (end == hash_) hash_ = find('#', std::min(at_, text_.size()));
    std::string_view whole = text_.substr(begin, end - begin);
    std::size_t equals = whole.find('=');
    if (equals == std::string_view::npos || !is_secret_argument(whole.substr(0, equals))) return {};
    return {begin + equals + 1, end};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t hash_ = 0;  // the next "#"; the text's size: none
  bool in_query_ = false;
};

// The text is a URI in which nothing can be secret: most are.
bool is_plain_uri(std::string_view text) {
  for (char c : {'?', '@', '#'}) {
    if (text.find(c) != std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

bool is_secret_argument(std::string_view name) {
  // Most names are told by their last letter; an encoded one ends with a digit or one of these too.
  if (name.size() < 3) return false;
  char last = base::lower(name.back());
  if (bit(last) != 0 && (kLastLetters & bit(last)) == 0 && name[name.size() - 3] != '%')
    return false;
  PlainEnd plain(name);
  std::string_view text = plain.view();
  if (text.empty()) return false;
  auto ends = [text](std::string_view end) { return text.ends_with(end); };
  if (std::any_of(kEnds.begin(), kEnds.end(), ends)) return true;
  return plain.is_whole() && std::find(kWhole.begin(), kWhole.end(), text) != kWhole.end();
}

std::string_view masked(std::string_view text, Secrets kind, base::Arena& arena) {
  if (text.empty() || kind == Secrets::kNone) return text;
  if (kind == Secrets::kUri && is_plain_uri(text)) return text;
  Finder finder(text, kind);
  Range hidden = finder.next();
  if (hidden.end == 0) return text;
  // A value of one byte becomes three.
  std::size_t most = text.size() * kMask.size();
  char* begin = arena.take(most);
  char* to = begin;
  std::size_t done = 0;
  for (; hidden.end != 0; hidden = finder.next()) {
    to = std::copy(text.begin() + done, text.begin() + hidden.begin, to);
    to = std::copy(kMask.begin(), kMask.end(), to);
    done = hidden.end;
  }
  to = std::copy(text.begin() + done, text.end(), to);
  auto size = static_cast<std::size_t>(to - begin);
  arena.trim(most, size);
  return {begin, size};
}

}  // namespace weir::observe
