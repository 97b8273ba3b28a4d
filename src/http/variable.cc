#include "http/variable.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/ascii.h"
#include "http/basic_user.h"
#include "http/pairs.h"

namespace weir::http {
namespace {

std::string_view scheme(const Request& request, std::string_view, base::Arena&) {
  return request.peer.scheme;
}
std::string_view host(const Request& request, std::string_view, base::Arena&) {
  return request.head.host;
}
std::string_view authority(const Request& request, std::string_view, base::Arena&) {
  return request.head.authority;
}
std::string_view uri(const Request& request, std::string_view, base::Arena&) {
  return request.head.normal_path;
}
std::string_view args(const Request& request, std::string_view, base::Arena&) {
  return request.head.query;
}
std::string_view is_args(const Request& request, std::string_view, base::Arena&) {
  return request.head.query.empty() ? "" : "?";
}
std::string_view remote_addr(const Request& request, std::string_view, base::Arena&) {
  return request.client;
}
std::string_view request_id(const Request& request, std::string_view, base::Arena&) {
  return request.id;
}
std::string_view request_method(const Request& request, std::string_view, base::Arena&) {
  return request.head.method_text;
}
std::string_view server_protocol(const Request& request, std::string_view, base::Arena&) {
  return text_of(request.head.version);
}
std::string_view remote_user(const Request& request, std::string_view, base::Arena& arena) {
  return basic_user(request.head.fields.value(Name::kAuthorization), arena);
}

std::string_view remote_port(const Request& request, std::string_view, base::Arena& arena) {
  if (request.peer.port == 0) return {};
  constexpr std::size_t kDigits = 20;
  char* to = arena.take(kDigits);
  auto size = static_cast<std::size_t>(base::write_decimal(to, request.peer.port) - to);
  arena.trim(kDigits, size);
  return {to, size};
}

// The request line; nothing where none was parsed.
std::string_view request_line(const Request& request, std::string_view, base::Arena& arena) {
  const RequestHead& head = request.head;
  if (head.method_text.empty()) return {};
  std::string_view version = text_of(head.version);
  std::size_t size = head.method_text.size() + head.target.size() + version.size() + 2;
  char* to = arena.take(size);
  char* at = std::copy(head.method_text.begin(), head.method_text.end(), to);
  *at++ = ' ';
  at = std::copy(head.target.begin(), head.target.end(), at);
  *at++ = ' ';
  std::copy(version.begin(), version.end(), at);
  return {to, size};
}

// The target as received; of an absolute-form, the part behind the authority.
std::string_view request_uri(const Request& request, std::string_view, base::Arena& arena) {
  const RequestHead& head = request.head;
  if (head.target.starts_with('/') || head.target == "*") return head.target;
  if (!head.has_query) return head.path;
  return arena.join({head.path, "?", head.query});
}

// The value of the first pair of that name, in any case, that has one.
class FirstNamed {
 public:
  explicit FirstNamed(std::string_view name) : name_(name) {}
  bool operator()(const Pair& pair) {
    if (!pair.has_value || !base::equal_nocase(pair.name, name_)) return false;
    value_ = pair.value;
    return true;
  }
  [[nodiscard]] std::string_view value() const { return value_; }

 private:
  std::string_view name_;
  std::string_view value_;
};

// As received; names in any case (nginx, ngx_http_arg).
std::string_view arg(const Request& request, std::string_view suffix, base::Arena&) {
  FirstNamed found(suffix);
  each_parameter(request.head.query, std::ref(found));
  return found.value();
}

// The values of all fields of that name, joined as a list; those of Cookie as RFC 6265 section 5.4
// joins pairs.
std::string_view field(const Request& request, std::string_view suffix, base::Arena& arena) {
  std::string_view only;
  std::size_t count = 0;
  std::size_t size = 0;
  for (const Field& line : request.head.fields) {
    if (!names_field(suffix, line.name)) continue;
    only = line.value;
    size += line.value.size();
    ++count;
  }
  if (count < 2) return only;
  std::string_view separator = base::equal_nocase(suffix, "cookie") ? "; " : ", ";
  size += (count - 1) * separator.size();
  char* to = arena.take(size);
  char* at = to;
  bool first = true;
  for (const Field& line : request.head.fields) {
    if (!names_field(suffix, line.name)) continue;
    if (!std::exchange(first, false)) at = std::copy(separator.begin(), separator.end(), at);
    at = std::copy(line.value.begin(), line.value.end(), at);
  }
  return {to, size};
}

// In any case, as nginx takes it.
std::string_view cookie(const Request& request, std::string_view suffix, base::Arena&) {
  FirstNamed found(suffix);
  each_cookie(request.head.fields, std::ref(found));
  return found.value();
}

constexpr Variable kRequestVariables[] = {
    {"scheme", scheme},
    {"host", host},
    {"http_host", authority},
    {"uri", uri},
    {"document_uri", uri},
    {"request", request_line},
    {"request_uri", request_uri},
    {"args", args},
    {"query_string", args},
    {"is_args", is_args},
    {"remote_addr", remote_addr},
    {"remote_port", remote_port},
    {"remote_user", remote_user},
    {"request_id", request_id},
    {"request_method", request_method},
    {"server_protocol", server_protocol},
    {"arg_", arg},
    {"http_", field},
    {"cookie_", cookie},
};

}  // namespace

bool names_field(std::string_view suffix, std::string_view field) {
  if (suffix.size() != field.size()) return false;
  for (std::size_t i = 0; i < field.size(); ++i) {
    char c = field[i] == '-' ? '_' : base::lower(field[i]);
    if (base::lower(suffix[i]) != c) return false;
  }
  return true;
}

std::span<const Variable> request_variables() { return kRequestVariables; }

}  // namespace weir::http
