// Bytes of backends: one opinion however they are cut, and the reference's opinion. A method and a
// wish to upgrade are part of the input, and so is whether the connection ends behind the bytes.

#include "fuzz/compare.h"
#include "fuzz/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static weir::http::H1Parser used;
  weir::http::H1Parser fresh;
  auto input = weir::fuzz::settings_of(data, size);
  weir::fuzz::Asked asked;
  asked.head = (input.switches & weir::fuzz::kAskedByHead) != 0;
  // With HEAD nobody may wish for another protocol (http/upgrade).
  asked.upgrade = !asked.head && (input.switches & weir::fuzz::kAskedUpgrade) != 0;
  asked.closed = (input.switches & weir::fuzz::kCloses) != 0;
  auto whole = weir::fuzz::tell_answer(fresh, input.bytes, input.limits, asked, {});
  auto bytewise = weir::fuzz::byte_by_byte(input.bytes);
  for (const auto& gaps : {bytewise, input.gaps}) {
    weir::fuzz::compare(whole,
                        weir::fuzz::tell_answer(used, input.bytes, input.limits, asked, gaps));
  }
  weir::fuzz::compare(whole, weir::fuzz::read_answer(input.bytes, input.bounds, asked));
  return 0;
}
