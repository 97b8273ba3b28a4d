#include "http/last_hop.h"

#include <cstring>
#include <limits>

#include "base/ascii.h"

namespace weir::http {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

bool is_number(std::string_view text) {
  for (char c : text) {
    if (!base::is_digit(c)) return false;
  }
  return !text.empty();
}

bool is_secret(const Field& field) {
  return field.id == Name::kAuthorization || field.id == Name::kCookie ||
         (field.id == Name::kOther && base::equal_nocase(field.name, "Proxy-Authorization"));
}

std::string_view digits_of(std::uint64_t number, base::Arena& arena) {
  constexpr std::size_t kDigits = 20;
  char* text = arena.take(kDigits);
  auto size = static_cast<std::size_t>(base::write_decimal(text, number) - text);
  arena.trim(kDigits, size);
  return {text, size};
}

}  // namespace

Hop count_hop(RequestHead& head, base::Arena& arena) {
  const Field* hops = head.fields.find(Name::kMaxForwards);
  if (hops == nullptr) return Hop::kGoesOn;
  for (const Field* other = hops + 1; other != head.fields.end(); ++other) {
    if (other->id == Name::kMaxForwards) return Hop::kMalformed;
  }
  if (!is_number(hops->value)) return Hop::kMalformed;
  // One too large to be counted becomes the largest that can be.
  std::uint64_t left = base::parse_decimal(hops->value).value_or(kMost);
  if (left == 0) return Hop::kLast;
  Fields counted;
  for (const Field& field : head.fields) {
    Field one = field;
    if (&field == hops) one.value = digits_of(left - 1, arena);
    counted.add(arena, one);
  }
  head.fields = counted;
  return Hop::kGoesOn;
}

base::Bytes traced(const RequestHead& head, base::Arena& arena) {
  std::size_t size = head.method_text.size() + head.target.size() + 14;
  for (const Field& field : head.fields) size += field.name.size() + field.value.size() + 4;
  char* begin = arena.take(size);
  char* to = begin;
  auto put = [&to](std::string_view text) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to += text.size();
  };
  put(head.method_text);
  put(" ");
  put(head.target);
  put(" ");
  put(text_of(head.version));
  put("\r\n");
  for (const Field& field : head.fields) {
    if (is_secret(field)) continue;
    put(field.name);
    put(": ");
    put(field.value);
    put("\r\n");
  }
  put("\r\n");
  auto written = static_cast<std::size_t>(to - begin);
  arena.trim(size, written);
  return {begin, written};
}

}  // namespace weir::http
