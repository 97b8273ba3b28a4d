#include "cache/cache_handler.h"

#include <ctime>
#include <random>
#include <utility>

#include "cache/admission.h"
#include "cache/cache_work.h"
#include "cache/route_fills.h"

namespace weir::cache {
namespace {

std::uint64_t random_half() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

Seconds read_wall_clock() { return std::time(nullptr); }

CacheHandler::CacheHandler(std::unique_ptr<http::Handler> next, const CompiledCache& plan,
                           Store& store, ZoneStats& stats, net::Turns& turns, WallClock wall)
    : next_(std::move(next)),
      plan_(plan),
      store_(store),
      stats_(stats),
      turns_(turns),
      now_(wall),
      secret_{random_half(), random_half()},
      free_(kKeep) {}

CacheHandler::~CacheHandler() = default;

http::WorkPtr CacheHandler::take(http::Request& request, http::Responder& responder) {
  auto work = free_.take(*this);
  work->start(request, responder);
  return http::WorkPtr(work.release());
}

void CacheHandler::share(Fills& fills, Coalescer& worker, const base::Pinned* pin,
                         std::size_t window) {
  fills_ = std::make_unique<RouteFills>(*this, fills, worker, pin, window);
  background_ = fills_.get();
}

void CacheHandler::keep(const Renewal& renewal, const Entry& stored, std::uint64_t ticket) {
  if (renewal.reason == NotStored::kStored) {
    store_.insert(renewal.entry, ticket, plan_.options().variants);
  } else if (!is_by_request(renewal.reason)) {
    // The origin takes back what it allowed.
    stored.mark_purged();
  }
}

std::string_view CacheHandler::boundary(base::Arena& arena) {
  std::uint64_t count = ++boundaries_;
  std::string_view bytes(reinterpret_cast<const char*>(&count), sizeof(count));
  std::uint64_t value = base::siphash(secret_, bytes);
  constexpr std::size_t kDigits = 16;
  char* text = arena.take(kDigits);
  for (std::size_t i = 0; i < kDigits; ++i, value >>= 4U) text[i] = "0123456789abcdef"[value & 15U];
  return {text, kDigits};
}

void CacheHandler::ease() {
  free_.clear();
  next_->ease();
}

void CacheHandler::recycle(std::unique_ptr<CacheWork> work) { free_.give_back(std::move(work)); }

}  // namespace weir::cache
