#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "observe/options.h"

namespace weir::observe {

// Which lines of a log say again and again what was said a moment ago: the same text, at the same
// level. Of those at most kWrittenMax in kWindow are to be written; the others are counted, and
// told by their number. Remembers the last few texts, in memory of a fixed size. One thread at a
// time.
class Repeats {
 public:
  static constexpr unsigned kWrittenMax = 5;
  static constexpr base::Duration kWindow{10'000};
  static constexpr std::size_t kTexts = 8;
  // What is kept of a text, and shown of it behind its repeats.
  static constexpr std::size_t kTextMax = 512;

  // The line is to be written. Calls tell(level, text, count) before, where what is remembered of
  // another text has to make room, or the same text's window is over.
  template <class Tell>
  bool take(Level level, std::string_view text, base::Stamp now, Tell tell) {
    Entry& entry = entry_for(level, text);
    if (now >= entry.until || !entry.is(level, text)) {
      settle(entry, tell);
      entry.set(level, text, base::after(now, kWindow));
    }
    entry.seen = now;
    if (entry.written < kWrittenMax) {
      ++entry.written;
      return true;
    }
    ++entry.held_back;
    return false;
  }
  // Tells of what was held back in windows that are over by `now`.
  template <class Tell>
  void settle_until(base::Stamp now, Tell tell) {
    for (Entry& entry : entries_) {
      if (now >= entry.until) settle(entry, tell);
    }
  }

 private:
  struct Entry {
    [[nodiscard]] bool is(Level of, std::string_view other) const;
    void set(Level of, std::string_view other, base::Stamp end);

    base::Stamp until = 0;  // the end of its window
    base::Stamp seen = 0;   // the last time it came
    std::uint64_t held_back = 0;
    std::uint64_t hash = 0;  // of the whole text
    std::size_t size = 0;    // of what is kept
    unsigned written = 0;
    Level level = Level::kInfo;
    char kept[kTextMax];
  };

  template <class Tell>
  static void settle(Entry& entry, Tell tell) {
    std::uint64_t count = entry.held_back;
    entry.held_back = 0;
    if (count > 0) tell(entry.level, std::string_view(entry.kept, entry.size), count);
  }
  // That of the text, else the one that has not come for the longest time.
  Entry& entry_for(Level level, std::string_view text);

  std::array<Entry, kTexts> entries_;
};

}  // namespace weir::observe
