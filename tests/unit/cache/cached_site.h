#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/cache_handler.h"
#include "cache/coalescer.h"
#include "support/memory/manual_time.h"

namespace weir::cache {

// Header lines as tests write them.
using Lines = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// What a client got.
struct Got {
  unsigned status = 0;
  std::string fields;  // "Name: value" a line
  std::string body;
  bool ended = false;
  bool failed = false;
  std::uint64_t length = 0;  // that its head told

  // The value of the first field of that name; "(none)" without one.
  [[nodiscard]] std::string field(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return field(name) != "(none)"; }
};

// What an origin answers.
struct Says {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  http::Framing framing = http::Framing::kLength;
  std::size_t cut = std::string::npos;  // fails behind so many bytes of the body
  bool down = false;                    // fails at once
};

// A cache before an origin that tests play, over time that they turn. The origin answers whatever
// it is asked with `says`, at once.
class CachedSite {
 public:
  // When a test begins: a second of 1994.
  static constexpr Seconds kStart = 784'111'777;

  explicit CachedSite(CacheOptions options = {},
                      const StoreOptions& memory = {std::size_t{8} << 20U, std::size_t{1} << 20U,
                                                    0});
  ~CachedSite();

  // A request and its whole answer. The target may be in absolute-form.
  Got get(std::string_view target, Lines fields = {}) {
    return ask(http::Method::kGet, target, fields);
  }
  Got ask(http::Method method, std::string_view target, Lines fields = {},
          std::string_view body = {});
  void pass_time(Seconds seconds);
  [[nodiscard]] Seconds now() const;

  [[nodiscard]] CacheHandler& handler() { return *handler_; }
  // Its requests join fills. So it is in the second run of these tests (WEIR_CACHE_FILLS=1).
  [[nodiscard]] static bool has_fills();
  // How often the origin was asked, and the fields it saw last, as Got has them.
  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] Got seen() const { return seen_; }
  [[nodiscard]] std::uint64_t count(Result result) const;
  [[nodiscard]] std::uint64_t count(NotStored reason) const;

  Says says;
  std::optional<Says> says_part;           // to a request with Range; none: the same
  std::optional<Says> says_unconditional;  // to a request without If-None-Match; none: the same
  std::string scheme = "http";
  std::string authority = "example.com";
  bool trusted = false;        // the client is
  bool client_stalls = false;  // it takes a piece at a time

  memory::ManualTime time;
  Store store;
  Fills fills{store, {}};
  Coalescer coalescer{time.turns(), time.wheel(), nullptr};
  ZoneStats stats;

 private:
  [[nodiscard]] const Says& says_to(const http::Fields& request) const;

  class Origin;
  class Play;

  CompiledCache plan_;
  std::unique_ptr<CacheHandler> handler_;
  Got seen_;
  int asked_ = 0;
};

// An HTTP-date of so many seconds after kStart.
std::string date_at(Seconds after);

}  // namespace weir::cache
