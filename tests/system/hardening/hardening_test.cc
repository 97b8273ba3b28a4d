// What the released binary tells the loader, read from its own headers: nothing here runs weir.
#include <doctest/doctest.h>
#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "support/product.h"

namespace weir::hardening {
namespace {

// A 64-bit ELF file of this machine, looked at.
class Elf {
 public:
  explicit Elf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    REQUIRE(bytes_.size() > sizeof(Elf64_Ehdr));
    header_ = at<Elf64_Ehdr>(0);
    REQUIRE(std::memcmp(header_.e_ident, ELFMAG, SELFMAG) == 0);
    REQUIRE(header_.e_ident[EI_CLASS] == ELFCLASS64);
    for (std::size_t i = 0; i < header_.e_phnum; ++i) {
      segments_.push_back(at<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr)));
    }
    read_dynamic();
  }

  [[nodiscard]] const Elf64_Ehdr& header() const { return header_; }
  [[nodiscard]] const std::vector<Elf64_Phdr>& segments() const { return segments_; }
  [[nodiscard]] const Elf64_Phdr* segment(std::uint32_t type) const {
    auto found = std::find_if(segments_.begin(), segments_.end(),
                              [type](const Elf64_Phdr& one) { return one.p_type == type; });
    return found == segments_.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool has(std::int64_t tag) const { return tags_.contains(tag); }
  // The value of the first entry with this tag; 0 where there is none.
  [[nodiscard]] std::uint64_t value(std::int64_t tag) const {
    for (const Elf64_Dyn& entry : dynamic_) {
      if (entry.d_tag == tag) return entry.d_un.d_val;
    }
    return 0;
  }
  // A name stands in the table of names that the loader reads.
  [[nodiscard]] bool names(std::string_view name) const {
    std::size_t begin = offset_of(value(DT_STRTAB));
    std::string_view all(bytes_.data() + begin, value(DT_STRSZ));
    return all.find('\0' + std::string(name) + '\0') != std::string_view::npos;
  }

 private:
  template <class T>
  T at(std::size_t offset) const {
    REQUIRE(offset + sizeof(T) <= bytes_.size());
    T out;
    std::memcpy(&out, bytes_.data() + offset, sizeof(T));
    return out;
  }

  void read_dynamic() {
    const Elf64_Phdr* segment = this->segment(PT_DYNAMIC);
    REQUIRE(segment != nullptr);
    for (std::size_t i = 0; i + sizeof(Elf64_Dyn) <= segment->p_filesz; i += sizeof(Elf64_Dyn)) {
      auto entry = at<Elf64_Dyn>(segment->p_offset + i);
      if (entry.d_tag == DT_NULL) break;
      dynamic_.push_back(entry);
      tags_.insert(entry.d_tag);
    }
  }

  [[nodiscard]] std::size_t offset_of(std::uint64_t address) const {
    for (const Elf64_Phdr& one : segments_) {
      bool inside = address >= one.p_vaddr && address < one.p_vaddr + one.p_filesz;
      if (one.p_type == PT_LOAD && inside) return address - one.p_vaddr + one.p_offset;
    }
    FAIL("an address outside of all segments");
    return 0;
  }

  std::vector<char> bytes_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Dyn> dynamic_;
  std::set<std::int64_t> tags_;
};

const Elf& weir() {
  static const Elf file(support::product_path("weir"));
  return file;
}

}  // namespace

TEST_CASE("weir is loaded at a random address") {
  CHECK(weir().header().e_type == ET_DYN);
  CHECK((weir().value(DT_FLAGS_1) & DF_1_PIE) != 0);
  CHECK_FALSE(weir().has(DT_TEXTREL));
}

TEST_CASE("what the loader fills in is read-only before main") {
  CHECK(weir().segment(PT_GNU_RELRO) != nullptr);
  bool now = (weir().value(DT_FLAGS) & DF_BIND_NOW) != 0 ||
             (weir().value(DT_FLAGS_1) & DF_1_NOW) != 0 || weir().has(DT_BIND_NOW);
  CHECK(now);
}

TEST_CASE("no memory is writable and executable, the stack least of all") {
  const Elf64_Phdr* stack = weir().segment(PT_GNU_STACK);
  REQUIRE(stack != nullptr);
  CHECK((stack->p_flags & PF_X) == 0);
  for (const Elf64_Phdr& one : weir().segments()) {
    if (one.p_type == PT_LOAD) CHECK((one.p_flags & (PF_W | PF_X)) != (PF_W | PF_X));
  }
}

TEST_CASE("libraries are not looked for beside the binary") {
  CHECK_FALSE(weir().has(DT_RPATH));
  CHECK_FALSE(weir().has(DT_RUNPATH));
}

TEST_CASE("a smashed stack ends the process, and so does a copy past an end that is known") {
  CHECK(weir().names("__stack_chk_fail"));
  // One of glibc's checked functions stands for all of _FORTIFY_SOURCE.
  bool checked = weir().names("__fprintf_chk") || weir().names("__memcpy_chk") ||
                 weir().names("__snprintf_chk") || weir().names("__read_chk") ||
                 weir().names("__vsnprintf_chk");
  CHECK(checked);
}

}  // namespace weir::hardening
