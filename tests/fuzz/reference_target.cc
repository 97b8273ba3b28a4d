// The reference's opinion on targets, paths and hosts (RFC 3986, RFC 9112 section 3.2).

#include <arpa/inet.h>

#include <algorithm>

#include "fuzz/grammar.h"
#include "fuzz/reference.h"

namespace weir::fuzz {
namespace {

constexpr std::string_view kUnreservedMarks = "-._~";
constexpr std::string_view kSubDelims = "!$&'()*+,;=";

bool is_unreserved(char c) { return is_alpha(c) || has(kDigits, c) || has(kUnreservedMarks, c); }

// Section 2.1 of RFC 3986: what "%" begins at `at` is whole.
bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && has(kHex, text[at + 1]) && has(kHex, text[at + 2]);
}

unsigned hex(char c) {
  return static_cast<unsigned>(has(kDigits, c) ? c - '0' : (c | 32) - 'a' + 10);
}

Verdict worse(Verdict a, Verdict b) { return std::max(a, b); }

// Bytes of a target that are no part of RFC 3986's grammar, but that agents send and weir passes
// on.
bool is_tolerated(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f && c != '#';
}

Verdict judge_chars(std::string_view text, std::string_view more) {
  Verdict verdict = Verdict::kAccept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (is_unreserved(c) || has(kSubDelims, c) || has(more, c)) continue;
    if (c == '%' && is_escape(text, i)) continue;
    if (!is_tolerated(c)) return Verdict::kRefuse;
    verdict = Verdict::kEither;
  }
  return verdict;
}

Verdict judge_path_and_query(std::string_view text) {
  std::size_t mark = std::min(text.find('?'), text.size());
  std::string_view path = text.substr(0, mark);
  if (!path.empty() && path.front() != '/') return Verdict::kRefuse;
  if (!path.empty() && !normal_path(path)) return Verdict::kRefuse;
  return worse(judge_chars(path, "/:@"), judge_chars(text.substr(mark), "/?:@"));
}

Verdict judge_port(std::string_view text) {
  std::size_t value = 0;
  for (char c : text) {
    if (!has(kDigits, c)) return Verdict::kRefuse;
    value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(c - '0'), 1'000'000);
  }
  if (value > 65'535) return Verdict::kRefuse;
  return text.size() > 5 ? Verdict::kEither : Verdict::kAccept;
}

// IP-literal without its brackets.
Verdict judge_literal(std::string_view text) {
  in6_addr address;
  if (text.find('\0') != std::string_view::npos) return Verdict::kRefuse;
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1) return Verdict::kAccept;
  // IPvFuture, which nobody ever sent: a host that is no address may be refused.
  bool future = text.size() > 3 && (text[0] == 'v' || text[0] == 'V');
  return future ? Verdict::kEither : Verdict::kRefuse;
}

// Nothing where an escape is broken or says NUL.
std::optional<std::string> decoded(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      out += path[i];
      continue;
    }
    if (!is_escape(path, i)) return std::nullopt;
    auto value = static_cast<char>(hex(path[i + 1]) * 16 + hex(path[i + 2]));
    if (value == 0) return std::nullopt;
    if (is_unreserved(value)) {
      out += value;
    } else {
      for (char c : path.substr(i, 3)) out += static_cast<char>(is_alpha(c) ? c & ~32 : c);
    }
    i += 2;
  }
  return out;
}

}  // namespace

std::optional<std::string> normal_path(std::string_view path) {
  std::optional<std::string> plain = decoded(path);
  if (!plain) return std::nullopt;
  std::vector<std::string> segments;
  bool folder = true;  // it ends with a slash
  for (std::size_t at = 1; at <= plain->size();) {
    std::size_t end = std::min(plain->find('/', at), plain->size());
    std::string segment = plain->substr(at, end - at);
    at = end + 1;
    folder = segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (segments.empty()) return std::nullopt;
      segments.pop_back();
    } else if (!folder) {
      segments.push_back(segment);
    }
  }
  std::string out;
  for (const std::string& segment : segments) out += "/" + segment;
  return folder ? out + "/" : out;
}

Verdict judge_host(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    std::size_t end = text.find(']');
    if (end == std::string_view::npos) return Verdict::kRefuse;
    std::string_view rest = text.substr(end + 1);
    Verdict verdict = judge_literal(text.substr(1, end - 1));
    if (rest.empty()) return verdict;
    return rest.front() == ':' ? worse(verdict, judge_port(rest.substr(1))) : Verdict::kRefuse;
  }
  std::size_t colon = std::min(text.find(':'), text.size());
  std::string_view name = text.substr(0, colon);
  // No scheme that weir speaks has an empty host (RFC 9110 section 4.2.1).
  if (name.empty()) return Verdict::kRefuse;
  Verdict verdict = name == "." ? Verdict::kEither : Verdict::kAccept;
  for (std::size_t i = 0; i < name.size(); ++i) {
    bool good = is_unreserved(name[i]) || has(kSubDelims, name[i]);
    if (!good && !(name[i] == '%' && is_escape(name, i))) return Verdict::kRefuse;
  }
  return colon == text.size() ? verdict : worse(verdict, judge_port(text.substr(colon + 1)));
}

Verdict judge_target(std::string_view method, std::string_view target) {
  if (target.empty()) return Verdict::kRefuse;
  if (target.front() == '/') return judge_path_and_query(target);
  if (target == "*") return method == "OPTIONS" ? Verdict::kAccept : Verdict::kRefuse;
  std::size_t end = target.find("://");
  if (end == std::string_view::npos) return Verdict::kRefuse;
  std::string scheme(target.substr(0, end));
  for (char& c : scheme) c = static_cast<char>(is_alpha(c) ? c | 32 : c);
  if (scheme != "http" && scheme != "https") return Verdict::kRefuse;
  target.remove_prefix(end + 3);
  std::size_t authority = std::min(target.find_first_of("/?#"), target.size());
  return worse(judge_host(target.substr(0, authority)),
               judge_path_and_query(target.substr(authority)));
}

}  // namespace weir::fuzz
