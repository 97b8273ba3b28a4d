// Text as a configuration: an end in bounded time, a Config or errors that all have a place, and a
// printed form that means the same. It is read as a file of tests/config/good; nothing outside of
// that folder is there for it.

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/load.h"

extern "C" {
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// What the linker has in the place of the functions without "__wrap_" (--wrap).
int __real_open(const char* path, int flags, ...);
int __real_stat(const char* path, struct stat* to);
int __real_glob(const char* pattern, int flags, int (*on_error)(const char*, int), glob_t* to);
int __wrap_open(const char* path, int flags, ...);
int __wrap_stat(const char* path, struct stat* to);
int __wrap_glob(const char* pattern, int flags, int (*on_error)(const char*, int), glob_t* to);
}

namespace weir::fuzz {
namespace {

constexpr std::string_view kFolder = WEIR_SOURCE_DIR "/tests/config/good/";
const std::string kName = std::string(kFolder) + "fuzz.yaml";

bool loading = false;

bool is_there(std::string_view path) {
  bool inside = path.starts_with(kFolder) && path.find("..") == std::string_view::npos;
  return !loading || inside;
}

[[noreturn]] void fail(std::string_view what, const std::string& text) {
  std::fprintf(stderr, "\nfuzz: %s\n%s\n", std::string(what).c_str(), text.c_str());
  std::abort();
}

config::Loaded load(const std::string& text, std::string* printed) {
  loading = true;
  config::Loaded loaded = config::load_text(kName, text, printed);
  loading = false;
  return loaded;
}

// "PATH:LINE:COLUMN: error: MESSAGE".
bool is_error_with_place(std::string_view line) {
  if (!line.starts_with(kFolder)) return false;
  line.remove_prefix(std::min(line.find(':'), line.size()));
  for (int i = 0; i < 2; ++i) {
    if (!line.starts_with(':')) return false;
    line.remove_prefix(1);
    std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    if (digits == 0 || line.starts_with('0')) return false;
    line.remove_prefix(digits);
  }
  return line.starts_with(": error: ");
}

// Errors, each with two lines of the source below, and how many there are.
void check_errors(const std::string& errors) {
  if (errors.size() > 200'000) fail("very long errors", errors);
  std::size_t lines = 0;
  std::size_t end = errors.find('\n');
  for (std::size_t at = 0; end != std::string::npos; at = end + 1, end = errors.find('\n', at)) {
    std::string_view line(errors.data() + at, end - at);
    bool last = end + 1 == errors.size();
    bool excerpt = line.size() > 6 && line.substr(5, 2) == " |";
    bool good = lines % 3 == 0 ? is_error_with_place(line) : excerpt;
    if (!last && !good) fail("an error without its place", errors);
    ++lines;
  }
  if (lines < 4 || !errors.ends_with('\n')) fail("no errors, and no configuration", errors);
}

}  // namespace
}  // namespace weir::fuzz

int __wrap_open(const char* path, int flags, ...) {
  if (weir::fuzz::is_there(path)) return __real_open(path, flags, 0);
  errno = ENOENT;
  return -1;
}

int __wrap_stat(const char* path, struct stat* to) {
  if (weir::fuzz::is_there(path)) return __real_stat(path, to);
  errno = ENOENT;
  return -1;
}

int __wrap_glob(const char* pattern, int flags, int (*on_error)(const char*, int), glob_t* to) {
  return weir::fuzz::is_there(pattern) ? __real_glob(pattern, flags, on_error, to) : GLOB_NOMATCH;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  std::string printed;
  auto loaded = weir::fuzz::load(text, &printed);
  if (!loaded.config) {
    weir::fuzz::check_errors(loaded.errors);
    return 0;
  }
  if (!loaded.errors.empty()) weir::fuzz::fail("errors beside a configuration", loaded.errors);
  // Secrets are masked in what is printed, and mean another configuration.
  if (printed.find("***") != std::string::npos) return 0;
  std::string again;
  auto reloaded = weir::fuzz::load(printed, &again);
  if (!reloaded.config)
    weir::fuzz::fail("printed, it is no configuration", printed + reloaded.errors);
  if (!(*reloaded.config == *loaded.config)) weir::fuzz::fail("printed, it means another", printed);
  return 0;
}
