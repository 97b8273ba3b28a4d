// Bytes of clients: one opinion however they are cut, the reference's opinion, and one request for
// the backend for each that was read.

#include "fuzz/compare.h"
#include "fuzz/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Used over and over, as those of workers are; the fresh one knows nothing of earlier inputs.
  static weir::http::H1Parser used;
  weir::http::H1Parser fresh;
  auto input = weir::fuzz::settings_of(data, size);
  auto whole = weir::fuzz::tell_requests(fresh, input.bytes, input.limits, {});
  auto bytewise = weir::fuzz::byte_by_byte(input.bytes);
  for (const auto& gaps : {bytewise, input.gaps}) {
    auto cut = weir::fuzz::tell_requests(used, input.bytes, input.limits, gaps);
    weir::fuzz::compare(whole, cut);
    weir::fuzz::compare_sent(cut);
  }
  weir::fuzz::compare_sent(whole);
  weir::fuzz::compare(whole, weir::fuzz::read_requests(input.bytes, input.bounds));
  return 0;
}
