#include "server/request_ids.h"

#include <sys/random.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "http/char_class.h"

namespace weir::server {

namespace {

constexpr std::size_t kSize = 32;

// A byte as its two hex digits.
constexpr auto kHexPairs = [] {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs.at(i) = {kDigits[i >> 4], kDigits[i & 15]};
  return pairs;
}();

}  // namespace

bool is_request_id(std::string_view text) {
  constexpr std::size_t kLongest = 128;
  constexpr std::string_view kMarks = "/:=;,@+";  // as in base64, URNs and the ids of clouds
  if (text.empty() || text.size() > kLongest) return false;
  for (char c : text) {
    if (!http::is_in(c, http::kUnreserved) && kMarks.find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

RequestIds::RequestIds() {
  // Where the kernel gives none: ids need not be secret, only different.
  if (::getrandom(state_, sizeof(state_), 0) != static_cast<ssize_t>(sizeof(state_))) {
    state_[0] = reinterpret_cast<std::uintptr_t>(this);
  }
  state_[1] |= 1;
}

std::uint64_t RequestIds::draw() {
  std::uint64_t a = state_[0];
  std::uint64_t b = state_[1];
  std::uint64_t result = a + b;
  b ^= a;
  state_[0] = std::rotl(a, 24) ^ b ^ (b << 16);
  state_[1] = std::rotl(b, 37);
  return result;
}

std::string_view RequestIds::next(base::Arena& arena) {
  char* text = arena.take(kSize);
  char* at = text;
  for (std::uint64_t value : {draw(), draw()}) {
    for (std::size_t i = 0; i < sizeof value; ++i, value >>= 8, at += 2) {
      std::memcpy(at, kHexPairs[value & 0xff].data(), 2);
    }
  }
  return {text, kSize};
}

}  // namespace weir::server
