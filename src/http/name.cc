#include "http/name.h"

#include <array>
#include <cstring>

#include "base/ascii.h"

namespace weir::http {
namespace {

constexpr std::array<std::string_view, kNameCount> kTexts = {
    "",
    "Accept",
    "Age",
    "Allow",
    "Authorization",
    "Cache-Control",
    "CDN-Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Location",
    "Content-Range",
    "Content-Type",
    "Cookie",
    "Date",
    "ETag",
    "Expect",
    "Expires",
    "Forwarded",
    "Host",
    "HTTP2-Settings",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Keep-Alive",
    "Last-Modified",
    "Location",
    "Max-Forwards",
    "Pragma",
    "Proxy-Authenticate",
    "Proxy-Connection",
    "Range",
    "Referer",
    "Retry-After",
    "Server",
    "Set-Cookie",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
    "Vary",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "X-Request-ID",
};

constexpr std::size_t kSlots = 256;
constexpr std::size_t kLongest = 19;

// Distinct for the names above (asserted below). Bit 0x20 makes letters
// lower case; what else it may change is caught by the comparison that follows.
constexpr std::size_t slot_of(std::string_view name) {
  auto first = static_cast<unsigned char>(name.front()) | 0x20U;
  auto last = static_cast<unsigned char>(name.back()) | 0x20U;
  return (name.size() + first * 3 + last * 32) % kSlots;
}

// A name as it is compared: `text` in lower case, and 0x20 in `fold` at each letter, so that
// (received | fold) == text holds for that name in any case and for nothing else.
struct Slot {
  Name id = Name::kOther;
  std::uint8_t size = 0;
  std::array<char, kLongest> text{};
  std::array<char, kLongest> fold{};
};

constexpr std::array<Slot, kSlots> make_slots() {
  std::array<Slot, kSlots> slots{};
  for (std::size_t id = 1; id < kNameCount; ++id) {
    std::string_view text = kTexts[id];
    Slot& slot = slots[slot_of(text)];
    slot.id = static_cast<Name>(id);
    slot.size = static_cast<std::uint8_t>(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      slot.text.at(i) = base::lower(text[i]);
      bool letter = base::lower(text[i]) >= 'a' && base::lower(text[i]) <= 'z';
      slot.fold.at(i) = letter ? 0x20 : 0;
    }
  }
  return slots;
}

constexpr std::array<Slot, kSlots> kTable = make_slots();

constexpr bool all_have_slots() {
  for (std::size_t id = 1; id < kNameCount; ++id) {
    if (kTable[slot_of(kTexts[id])].id != static_cast<Name>(id) || kTexts[id].size() < 2)
      return false;
  }
  return true;
}
static_assert(all_have_slots(), "two names share a slot: choose other factors in slot_of");

template <class Word>
bool same(const char* name, const Slot& slot, std::size_t at) {
  Word received;
  Word fold;
  Word text;
  std::memcpy(&received, name + at, sizeof received);
  std::memcpy(&fold, slot.fold.data() + at, sizeof fold);
  std::memcpy(&text, slot.text.data() + at, sizeof text);
  return static_cast<Word>(received | fold) == text;
}

// By overlapping words: two for most names, three for the longest.
bool matches(std::string_view name, const Slot& slot) {
  const char* text = name.data();
  std::size_t size = name.size();
  if (size >= 8) {
    if (size > 16 && !same<std::uint64_t>(text, slot, 8)) return false;
    return same<std::uint64_t>(text, slot, 0) && same<std::uint64_t>(text, slot, size - 8);
  }
  if (size >= 4) {
    return same<std::uint32_t>(text, slot, 0) && same<std::uint32_t>(text, slot, size - 4);
  }
  return same<std::uint16_t>(text, slot, 0) && same<std::uint16_t>(text, slot, size - 2);
}

}  // namespace

Name name_of(std::string_view name) {
  if (name.empty()) return Name::kOther;
  const Slot& slot = kTable[slot_of(name)];
  if (slot.size != name.size() || !matches(name, slot)) return Name::kOther;
  return slot.id;
}

std::string_view text_of(Name name) {
  auto at = static_cast<std::size_t>(name);
  return at < kNameCount ? kTexts[at] : std::string_view();
}

}  // namespace weir::http
