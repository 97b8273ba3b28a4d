#include "observe/name_line.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "net/address.h"

namespace weir::observe {

namespace {

// A line names so many addresses and counts the others.
constexpr std::size_t kNamedMax = 8;

std::string list(const std::vector<net::SocketAddress>& addresses) {
  std::string text;
  std::size_t named = std::min(addresses.size(), kNamedMax);
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) text += ", ";
    text += net::ip_text(addresses[i]);
  }
  if (named < addresses.size())
    text += " and " + std::to_string(addresses.size() - named) + " more";
  return text;
}

std::string seconds(base::Stamp from, base::Stamp to) {
  return std::to_string((to - from + 500'000'000) / 1'000'000'000) + " s";
}

}  // namespace

NameLine name_line(const upstream::WatchedName& name, const upstream::NameChange& change,
                   base::Stamp now) {
  std::string quoted = "'" + name.name() + "'";
  if (change.failed) {
    std::string text = "cannot resolve " + quoted + ": " + name.error() + "; ";
    if (name.addresses().empty()) return {Level::kWarn, text + "it has no endpoints until it does"};
    return {Level::kWarn, text + "what was said " + seconds(name.good_at(), now) +
                              " ago stays in use: " + list(name.addresses())};
  }
  std::string again =
      change.recovered ? " again, after " + seconds(change.failing_since, now) : std::string();
  if (change.addresses && !change.before.empty()) {
    std::string resolves = change.recovered ? " resolves" + again + ", and" : "";
    return {Level::kInfo, quoted + resolves + " is now " + list(name.addresses()) + ", no longer " +
                              list(change.before)};
  }
  if (change.before.empty() && change.addresses) again.clear();
  return {Level::kInfo, quoted + " resolves" + again + ": " + list(name.addresses())};
}

}  // namespace weir::observe
