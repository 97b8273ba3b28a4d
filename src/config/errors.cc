#include "config/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir::config {

namespace {

// More are counted but not kept: a file of 4 MiB can hold a million.
constexpr std::size_t kKeptMax = 10'000;
constexpr std::size_t kQuotedMax = 60;

// On one line, and harmless to terminals.
std::string readable(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void Errors::add(Place place, std::string message, std::string hint) {
  ++count_;
  if (entries_.size() < kKeptMax) entries_.push_back({place, std::move(message), std::move(hint)});
}

void Errors::add_alone(Place place, std::string message, std::string hint) {
  clear();
  add(place, std::move(message), std::move(hint));
}

void Errors::clear() {
  entries_.clear();
  count_ = 0;
}

std::size_t Errors::append_to(std::string& text, std::size_t most) const {
  std::vector<const Entry*> sorted;
  for (const Entry& entry : entries_) sorted.push_back(&entry);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) {
    return a->place.offset < b->place.offset;
  });
  if (sorted.size() > most) sorted.resize(most);
  for (const Entry* entry : sorted) {
    Position at = source_->position(entry->place.offset);
    // Messages of floors below quote what the file says as it is.
    text += fmt::format("{}:{}:{}: error: {}\n", source_->name(), at.line, at.column,
                        readable(entry->message));
    text += source_->excerpt(entry->place, readable(entry->hint));
  }
  return sorted.size();
}

std::string render(const std::vector<const Errors*>& all) {
  std::string text;
  std::size_t count = 0;
  std::size_t shown = 0;
  for (const Errors* errors : all) {
    count += errors->count();
    shown += errors->append_to(text, Errors::kShownMax - shown);
  }
  if (count == 0) return {};
  std::size_t more = count - shown;
  std::size_t told = more > 0 ? more : count;
  return text +
         fmt::format("{} {}{}\n", told, told == 1 ? "error" : "errors", more > 0 ? " more" : "");
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  std::size_t size = std::min(text.size(), kQuotedMax);
  // No cut within a UTF-8 character.
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
    --size;
  out += readable(text.substr(0, size));
  if (size < text.size()) out += "...";
  return out + "'";
}

}  // namespace weir::config
