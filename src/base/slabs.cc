#include "base/slabs.h"

#include <sanitizer/asan_interface.h>
#include <sys/mman.h>

#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace weir::base {

namespace {

constexpr std::size_t kAlign = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
// A hundred objects: a system call is seldom, and not much is held for a last one.
constexpr std::size_t kSlabSize = std::size_t{16} * 1024;

}  // namespace

// In front of each piece.
union Slabs::Header {
  Slab* home;    // of a piece in use
  Header* next;  // of one that is free
};

// Lies at its own beginning; the pieces follow.
struct Slabs::Slab : ListHook<Slab> {
  explicit Slab(Slabs& the_owner) : owner(the_owner) {}

  Slabs& owner;
  Header* free = nullptr;  // were in use
  char* fresh = nullptr;   // from here on none ever was, nor was the memory touched
  std::uint32_t used = 0;
};

Slabs::Slabs(std::size_t size) : stride_((sizeof(Header) + size + kAlign - 1) / kAlign * kAlign) {
  assert(stride_ < kSlabSize / 4);
}

Slabs::~Slabs() {
  while (!with_room_.empty()) {
    Slab& slab = with_room_.front();
    assert(slab.used == 0);
    remove(slab);
  }
}

Slabs::Slab& Slabs::add() {
  void* memory =
      ::mmap(nullptr, kSlabSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  Slab* slab = std::construct_at(static_cast<Slab*>(memory), *this);
  // The first header so that what follows it is aligned.
  std::size_t begin = (sizeof(Slab) + sizeof(Header) + kAlign - 1) / kAlign * kAlign;
  slab->fresh = static_cast<char*>(memory) + begin - sizeof(Header);
  held_ += kSlabSize;
  with_room_.push_front(*slab);
  return *slab;
}

void Slabs::remove(Slab& slab) {
  std::destroy_at(&slab);
  ASAN_UNPOISON_MEMORY_REGION(&slab, kSlabSize);
  ::munmap(&slab, kSlabSize);
  held_ -= kSlabSize;
}

void* Slabs::take() {
  Slab& slab = with_room_.empty() ? add() : with_room_.front();
  Header* header = slab.free;
  if (header != nullptr) {
    slab.free = header->next;
  } else {
    header = reinterpret_cast<Header*>(slab.fresh);
    slab.fresh += stride_;
  }
  ++slab.used;
  bool more = reinterpret_cast<char*>(&slab) + kSlabSize - slab.fresh >=
              static_cast<std::ptrdiff_t>(stride_);
  if (slab.free == nullptr && !more) slab.unlink();
  header->home = &slab;
  ASAN_UNPOISON_MEMORY_REGION(header + 1, stride_ - sizeof(Header));
  return header + 1;
}

void Slabs::give_back(void* piece) {
  Header* header = static_cast<Header*>(piece) - 1;
  Slab& slab = *header->home;
  ASAN_POISON_MEMORY_REGION(piece, slab.owner.stride_ - sizeof(Header));
  header->next = slab.free;
  slab.free = header;
  --slab.used;
  List<Slab>& with_room = slab.owner.with_room_;
  if (!slab.linked()) return with_room.push_front(slab);
  if (slab.used != 0) return;
  // The last one stays, so that one object that comes and goes costs no system call.
  bool alone = &with_room.front() == &slab && &with_room.back() == &slab;
  if (!alone) slab.owner.remove(slab);
}

}  // namespace weir::base
