#include "allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> count{0};

}  // namespace

// TSan has operators of its own, which cannot be linked beside these: there nothing is counted.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WEIR_OWN_OPERATORS 0
#endif
#endif
#ifndef WEIR_OWN_OPERATORS
#define WEIR_OWN_OPERATORS 1
#endif

#if WEIR_OWN_OPERATORS
// In a file of its own: seen together with callers, gcc takes malloc and free for mismatched.
void* operator new(std::size_t size) {
  ++count;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++count;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

std::size_t weir::proxy::allocations() { return count.load(); }
