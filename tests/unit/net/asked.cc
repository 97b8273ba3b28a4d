#include "unit/net/asked.h"

#include <doctest/doctest.h>

namespace weir::net {

ResolverOptions ask_at(const std::vector<std::string>& servers, base::Duration timeout) {
  ResolverOptions options;
  options.timeout = timeout;
  for (const auto& server : servers)
    options.servers.push_back(literal(parse_address(server).value()).value());
  return options;
}

std::vector<std::string> texts(const LookupAnswer& answer) {
  std::vector<std::string> all;
  for (const auto& address : answer.addresses) all.push_back(ip_text(address));
  return all;
}

Asked::Asked(Live& live, Resolver& resolver, const std::string& name) : live_(live) {
  lookup = std::make_unique<Lookup>(resolver, name, *this);
  CHECK(lookup->name() == name);
}

void Asked::on_lookup(Lookup& from, LookupAnswer answer) {
  CHECK(live_.loop.turns().inside());
  CHECK(&from == lookup.get());
  CHECK_FALSE(ended());
  answer_ = std::move(answer);
  if (destroy_in_event) lookup.reset();
}

}  // namespace weir::net
