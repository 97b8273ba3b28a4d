#include <algorithm>
#include <array>
#include <iterator>

#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/fnv1a.h"
#include "backend/json_object.h"
#include "base/ascii.h"

namespace weir::backend {
namespace {

constexpr std::size_t kIdMax = 128;

constexpr std::array<std::string_view, 8> kFirst = {"Ada",  "Bela",  "Chidi", "Dina",
                                                    "Emre", "Freya", "Goran", "Hana"};
constexpr std::array<std::string_view, 8> kLast = {"Castell", "Dvorak", "Eze",   "Farouk",
                                                   "Ito",     "Jonas",  "Kowal", "Lindgren"};
constexpr std::array<std::string_view, 6> kCities = {"Lisbon", "Kyoto", "Lagos",
                                                     "Bergen", "Quito", "Graz"};
constexpr std::array<std::string_view, 4> kOrderStates = {"open", "packed", "shipped", "delivered"};
constexpr std::array<std::string_view, 3> kPaymentStates = {"authorized", "captured", "refunded"};
constexpr std::array<std::string_view, 3> kWays = {"card", "transfer", "cash"};
constexpr std::array<std::string_view, 3> kCurrencies = {"EUR", "JPY", "NGN"};

// Numbers that follow from the id alone (splitmix64), so that every instance tells the same record.
class Draw {
 public:
  explicit Draw(std::string_view id) {
    Fnv1a seed;
    seed.add(id);
    state_ = seed.value();
  }
  // 0 to below - 1.
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % bound;
  }
  template <std::size_t N>
  std::string_view one_of(const std::array<std::string_view, N>& texts) {
    return texts[below(N)];
  }
  // A day between 2018 and 2025.
  std::string_view day(base::Arena& arena) {
    fmt::memory_buffer out;
    fmt::format_to(std::back_inserter(out), "{}-{:02}-{:02}", 2018 + below(8), 1 + below(12),
                   1 + below(28));
    return arena.copy({out.data(), out.size()});
  }

 private:
  std::uint64_t state_;
};

// An id of digits is a number in JSON as well, as far as all readers of JSON agree on it (2^53).
void add_id(JsonObject& object, std::string_view id) {
  bool number = id.size() <= 15 && std::all_of(id.begin(), id.end(), base::is_digit) &&
                (id == "0" || id.front() != '0');
  number ? object.json("id", id) : object.text("id", id);
}

void describe_user(JsonObject& object, Draw& draw, base::Arena& arena) {
  std::string_view first = draw.one_of(kFirst);
  std::string_view last = draw.one_of(kLast);
  fmt::memory_buffer name;
  fmt::format_to(std::back_inserter(name), "{} {}", first, last);
  fmt::memory_buffer mail;
  fmt::format_to(std::back_inserter(mail), "{}.{}@example.com", first, last);
  for (char& c : mail) c = base::lower(c);
  object.text("name", {name.data(), name.size()})
      .text("email", {mail.data(), mail.size()})
      .text("city", draw.one_of(kCities))
      .text("since", draw.day(arena));
}

void describe_order(JsonObject& object, Draw& draw, base::Arena& arena) {
  object.number("user", 1 + draw.below(1000))
      .text("state", draw.one_of(kOrderStates))
      .number("items", 1 + draw.below(9))
      .number("total_cents", 100 + draw.below(99'900))
      .text("currency", draw.one_of(kCurrencies))
      .text("placed", draw.day(arena));
}

void describe_payment(JsonObject& object, Draw& draw, base::Arena& arena) {
  object.number("order", 1 + draw.below(10'000))
      .text("state", draw.one_of(kPaymentStates))
      .text("way", draw.one_of(kWays))
      .number("amount_cents", 100 + draw.below(99'900))
      .text("currency", draw.one_of(kCurrencies))
      .text("made", draw.day(arena));
}

class Records final : public http::Handler {
 public:
  using Describe = void (*)(JsonObject&, Draw&, base::Arena&);

  Records(std::string_view prefix, Describe describe, const Instance& instance)
      : prefix_(prefix), describe_(describe), instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    std::string_view id = parameter(request, prefix_);
    if (id.empty() || id.size() > kIdMax) {
      return refuse(404, "expected an id behind the path, of 1 to 128 bytes and without '/'",
                    instance_, request, responder);
    }
    JsonObject object;
    Draw draw(id);
    add_id(object, id);
    describe_(object, draw, *request.arena);
    object.text("instance", instance_.name);
    return answer(make_head(200, kJson, instance_, request), object.finish(*request.arena), request,
                  responder);
  }

 private:
  std::string_view prefix_;
  Describe describe_;
  const Instance& instance_;
};

}  // namespace

HandlerPtr make_users(const Makings& makings) {
  return std::make_unique<Records>("/users/", describe_user, makings.instance);
}
HandlerPtr make_orders(const Makings& makings) {
  return std::make_unique<Records>("/orders/", describe_order, makings.instance);
}
HandlerPtr make_payments(const Makings& makings) {
  return std::make_unique<Records>("/payments/", describe_payment, makings.instance);
}

}  // namespace weir::backend
