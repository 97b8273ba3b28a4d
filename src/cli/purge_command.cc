#include "cli/purge_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "cli/admin_client.h"

namespace weir::cli {

namespace {

using Json = nlohmann::json;

int complain(const std::string& text) {
  std::fprintf(stderr, "weir: %s\n", text.c_str());
  return kFailed;
}

bool is_unreserved(char c) {
  char l = base::lower(c);
  return (l >= 'a' && l <= 'z') || base::is_digit(c) || c == '-' || c == '.' || c == '_';
}

// As a value of a query.
std::string encoded(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// A member of the answer as text; empty where there is none.
std::string member(const Json& json, const char* name) {
  if (!json.is_object() || !json.contains(name)) return {};
  const Json& value = json.at(name);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

int purge(const config::Config& config, const CommandLine& line) {
  const PurgeWish& wish = line.purge;
  bool known = std::any_of(config.zones.begin(), config.zones.end(),
                           [&wish](const auto& zone) { return zone.name == wish.zone; });
  if (!known) return complain(line.config_path + " has no cache zone '" + wish.zone + "'");
  std::string target = "/api/v1/cache/" + wish.zone + '?' + wish.by + '=' + encoded(wish.text);
  if (wish.soft) target += "&soft=1";
  auto answer = ask_running(config, line.config_path, "DELETE", target);
  if (!answer) return complain(answer.error().text);
  Json json = Json::parse(answer.value().body, nullptr, false);
  std::string count = member(json, "purged");
  if (answer.value().status != 200 || count.empty()) {
    std::string detail = member(json, "detail");
    return complain(net::to_text(*config.admin) + " (admin) answers " +
                    std::to_string(answer.value().status) + (detail.empty() ? "" : ": " + detail));
  }
  std::printf("%s: %s %s\n", wish.zone.c_str(), count.c_str(),
              wish.soft ? "marked stale" : "purged");
  return kWell;
}

}  // namespace weir::cli
