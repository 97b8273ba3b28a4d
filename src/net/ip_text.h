#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace weir::net {

// A short text that does not change, such as an IP address, in 16 bytes: up to 15 of them in place,
// which is all of IPv4, and a longer one on the heap.
class IpText {
 public:
  // At most 255 bytes.
  explicit IpText(std::string_view text) : size_(static_cast<unsigned char>(text.size())) {
    char* to = place_;
    if (size_ > kInPlace) {
      to = std::make_unique<char[]>(size_).release();
      std::memcpy(place_, &to, sizeof(to));
    }
    std::memcpy(to, text.data(), size_);
  }
  ~IpText() {
    if (size_ > kInPlace) std::unique_ptr<char[]> gone(far());
  }
  IpText(const IpText&) = delete;
  IpText& operator=(const IpText&) = delete;

  [[nodiscard]] std::string_view get() const { return {size_ > kInPlace ? far() : place_, size_}; }

 private:
  static constexpr std::size_t kInPlace = 15;

  [[nodiscard]] char* far() const {
    char* at = nullptr;
    std::memcpy(&at, place_, sizeof(at));
    return at;
  }

  char place_[kInPlace];
  unsigned char size_;
};

}  // namespace weir::net
