#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace weir::routing {

// Finds which of many texts a path begins with: a radix tree, so the cost is that of the path's
// length and not of the number of texts. Immutable: any number of threads may search.
class PrefixTree {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  PrefixTree() = default;
  // `texts` are distinct; the tree speaks of them by index and keeps no view of them.
  explicit PrefixTree(const std::vector<std::string>& texts);

  // The longest text that `path` begins with, or kNone.
  [[nodiscard]] std::uint32_t longest(std::string_view path) const;
  // The next shorter text that text `index` begins with, or kNone.
  [[nodiscard]] std::uint32_t shorter(std::uint32_t index) const { return shorter_[index]; }

 private:
  struct Node {
    std::uint32_t label_at = 0;  // into labels_: the bytes between the parent's text and this one's
    std::uint32_t label_size = 0;
    std::uint32_t children_at = 0;  // into nodes_ and keys_: children stand together
    std::uint32_t children_count = 0;
    std::uint32_t text = kNone;  // the text that ends here
  };
  struct Range;

  void grow(const std::vector<std::string>& texts, const std::vector<std::uint32_t>& order,
            const Range& range, std::vector<Range>& todo);

  std::vector<Node> nodes_;  // the root first
  std::string keys_;         // keys_[i]: first byte of the label of nodes_[i]
  std::string labels_;
  std::vector<std::uint32_t> shorter_;
};

}  // namespace weir::routing
