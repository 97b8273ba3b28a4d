#include "sim/proxy/ledger.h"

namespace weir::sim {

namespace {

// Any byte may come, also those that frame messages.
char byte_of(std::uint64_t id, std::size_t at) {
  std::uint64_t mixed = (id + 1) * 0x9e3779b97f4a7c15 ^ (at + 1) * 0xc2b2ae3d27d4eb4f;
  mixed ^= mixed >> 29;
  mixed *= 0xbf58476d1ce4e5b9;
  return static_cast<char>(static_cast<unsigned char>(mixed >> 56));
}

}  // namespace

std::string bytes_of(std::uint64_t id, std::size_t from, std::size_t count) {
  std::string text(count, '\0');
  for (std::size_t i = 0; i < count; ++i) text[i] = byte_of(id, from + i);
  return text;
}

bool are_bytes_of(std::uint64_t id, std::size_t from, base::Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != byte_of(id, from + i)) return false;
  }
  return true;
}

}  // namespace weir::sim
