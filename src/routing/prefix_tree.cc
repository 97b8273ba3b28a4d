#include "routing/prefix_tree.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace weir::routing {

// Texts that share their first `depth` bytes, as a piece of the sorted order, and the node made for
// them.
struct PrefixTree::Range {
  std::size_t first = 0;
  std::size_t last = 0;  // one past
  std::size_t depth = 0;
  std::size_t node = 0;
  std::uint32_t above = kNone;  // the longest text that ends before
};

PrefixTree::PrefixTree(const std::vector<std::string>& texts) : shorter_(texts.size(), kNone) {
  if (texts.empty()) return;
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return texts[a] < texts[b]; });
  nodes_.emplace_back();
  keys_.push_back('\0');
  // A work list and no recursion: texts that nest 10,000 deep must not exhaust the stack.
  std::vector<Range> todo = {{0, order.size(), 0, 0, kNone}};
  while (!todo.empty()) {
    Range range = todo.back();
    todo.pop_back();
    grow(texts, order, range, todo);
  }
}

// Completes the node of `range` and makes its children, whose ranges are added to `todo`.
void PrefixTree::grow(const std::vector<std::string>& texts,
                      const std::vector<std::uint32_t>& order, const Range& range,
                      std::vector<Range>& todo) {
  // The texts are sorted: what the first and the last share, all share.
  const std::string& low = texts[order[range.first]];
  const std::string& high = texts[order[range.last - 1]];
  std::size_t depth = range.depth;
  // The root has no label, so that each other node has a first byte to find it by.
  if (range.node != 0) {
    auto shared = std::min(low.size(), high.size());
    while (depth < shared && low[depth] == high[depth]) ++depth;
  }
  auto above = range.above;
  auto first = range.first;
  {
    Node& node = nodes_[range.node];
    node.label_at = static_cast<std::uint32_t>(labels_.size());
    node.label_size = static_cast<std::uint32_t>(depth - range.depth);
    labels_.append(low, range.depth, node.label_size);
    if (low.size() == depth) {
      node.text = order[first++];
      shorter_[node.text] = above;
      above = node.text;
    }
    node.children_at = static_cast<std::uint32_t>(nodes_.size());
  }
  while (first < range.last) {
    char key = texts[order[first]][depth];
    auto last = first + 1;
    while (last < range.last && texts[order[last]][depth] == key) ++last;
    todo.push_back({first, last, depth, nodes_.size(), above});
    nodes_.emplace_back();
    keys_.push_back(key);
    first = last;
  }
  Node& node = nodes_[range.node];
  node.children_count = static_cast<std::uint32_t>(nodes_.size()) - node.children_at;
}

std::uint32_t PrefixTree::longest(std::string_view path) const {
  if (nodes_.empty()) return kNone;
  const Node* node = nodes_.data();
  auto best = node->text;
  while (!path.empty() && node->children_count != 0) {
    const char* keys = keys_.data() + node->children_at;
    const void* found = std::memchr(keys, path.front(), node->children_count);
    if (found == nullptr) break;
    auto child = static_cast<std::size_t>(static_cast<const char*>(found) - keys);
    node = &nodes_[node->children_at + child];
    // Its first byte is the key, which was found.
    if (node->label_size > 1) {
      std::string_view label(labels_.data() + node->label_at, node->label_size);
      if (!path.starts_with(label)) break;
    }
    path.remove_prefix(node->label_size);
    if (node->text != kNone) best = node->text;
  }
  return best;
}

}  // namespace weir::routing
