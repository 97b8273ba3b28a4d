#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::routing {

// Hashes strings and views alike, so that a look-up makes no string.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// Finds the entries of a map that changes no more, over a table of hashes that is half empty: most
// look-ups touch one line of it and the entry, where the map's own would walk a list. Only the
// file chooses what is in it, so that clients cannot make it slow. Immutable: any number of threads
// may look.
template <class T>
class TextIndex {
 public:
  TextIndex() = default;
  // The entries must stay where they are; the map may move.
  explicit TextIndex(const TextMap<T>& map) {
    if (map.empty()) return;
    std::size_t size = 2;
    while (size < 2 * map.size()) size *= 2;
    slots_.resize(size);
    for (const auto& entry : map) {
      std::size_t hash = TextHash()(entry.first);
      std::size_t at = hash & (size - 1);
      while (slots_[at].entry != nullptr) at = (at + 1) & (size - 1);
      slots_[at] = {hash, &entry};
      if (entry.first.size() > longest_) longest_ = entry.first.size();
    }
  }

  // Null: there is none.
  [[nodiscard]] const T* find(std::string_view text) const {
    if (text.size() > longest_ || slots_.empty()) return nullptr;
    std::size_t hash = TextHash()(text);
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at].entry != nullptr;
         at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == hash && slots_[at].entry->first == text)
        return &slots_[at].entry->second;
    }
    return nullptr;
  }
  // Bytes of the longest text.
  [[nodiscard]] std::size_t longest() const { return longest_; }

 private:
  struct Slot {
    std::size_t hash = 0;
    const typename TextMap<T>::value_type* entry = nullptr;
  };
  std::vector<Slot> slots_;  // a power of two of them
  std::size_t longest_ = 0;
};

}  // namespace weir::routing
