#include "http/accept.h"

#include <cstddef>

#include "base/ascii.h"

namespace weir::http {
namespace {

// How much a media range of the field says of one type.
enum Nearness : unsigned { kNot, kAny, kKind, kNamed };

// What is known of one type: the weight of the nearest range.
struct Wish {
  Nearness nearness = kNot;
  unsigned weight = 0;  // in thousandths

  void offer(Nearness how_near, unsigned of_weight) {
    if (how_near == kNot || how_near < nearness) return;
    if (how_near == nearness && of_weight < weight) return;
    nearness = how_near;
    weight = of_weight;
  }
};

// "1", "0.75"; what is none counts nothing.
unsigned parse_weight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  if (text[0] == '1') return 1000;
  unsigned weight = 0;
  unsigned unit = 100;
  for (std::size_t i = 2; i < text.size() && i < 5 && base::is_digit(text[i]); ++i, unit /= 10)
    weight += static_cast<unsigned>(text[i] - '0') * unit;
  return weight;
}

// The weight among a range's parameters ("; q=0.5").
unsigned weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    auto semicolon = parameters.find(';');
    auto one = base::trim(parameters.substr(0, semicolon));
    if (one.size() > 2 && base::lower(one[0]) == 'q' && one[1] == '=')
      return parse_weight(one.substr(2));
    if (semicolon == std::string_view::npos) break;
    parameters.remove_prefix(semicolon + 1);
  }
  return 1000;
}

Nearness html_nearness(std::string_view range) {
  if (base::equal_nocase(range, "text/html") || base::equal_nocase(range, "application/xhtml+xml"))
    return kNamed;
  if (base::equal_nocase(range, "text/*")) return kKind;
  return range == "*/*" ? kAny : kNot;
}

Nearness json_nearness(std::string_view range) {
  constexpr std::string_view kSuffix = "+json";
  if (base::equal_nocase(range, "application/json")) return kNamed;
  if (range.size() > kSuffix.size() &&
      base::equal_nocase(range.substr(range.size() - kSuffix.size()), kSuffix))
    return kNamed;
  if (base::equal_nocase(range, "application/*")) return kKind;
  return range == "*/*" ? kAny : kNot;
}

// What an Accept has to say of both types.
void read_accept(std::string_view accept, Wish& html, Wish& json) {
  base::each_token(accept, [&](std::string_view element) {
    auto semicolon = element.find(';');
    auto range = base::trim(element.substr(0, semicolon));
    unsigned weight =
        semicolon == std::string_view::npos ? 1000 : weight_of(element.substr(semicolon + 1));
    html.offer(html_nearness(range), weight);
    json.offer(json_nearness(range), weight);
    return true;
  });
}

}  // namespace

bool prefers_json(const Fields& request) {
  Wish html;
  Wish json;
  for (const Field& field : request) {
    if (field.id == Name::kAccept) read_accept(field.value, html, json);
  }
  if (json.weight != html.weight) return json.weight > html.weight;
  return json.weight > 0 && json.nearness == kNamed && html.nearness != kNamed;
}

}  // namespace weir::http
