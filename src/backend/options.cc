#include "backend/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

namespace weir::backend {
namespace {

constexpr int kWrongUsage = 2;
constexpr unsigned kWorkersMax = 256;

Goodbye wrong(const std::string& what) {
  return {kWrongUsage, "weir-backend: " + what + "\ntry 'weir-backend --help'\n"};
}

// The name goes out as a field value (RFC 9110 section 5.5), in plain ASCII.
bool is_name(const std::string& name) {
  return !name.empty() && name.front() != ' ' && name.back() != ' ' &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::variant<Options, Goodbye> parse_options(int argc, const char* const* argv,
                                             const std::string& version) {
  Options options;
  std::vector<std::string> listen;
  CLI::App app("weir-backend: a minimal service to put behind a proxy", "weir-backend");
  app.add_option("--listen", listen,
                 "host:port (port 0: any free one) or unix:/path; may be repeated; "
                 "default 127.0.0.1:9001");
  app.add_option("--name", options.name, "who answers, told as X-Instance")->capture_default_str();
  app.add_option("--workers", options.workers, "threads")
      ->check(CLI::Range(1U, kWorkersMax))
      ->capture_default_str();
  app.add_flag("--unhealthy", options.unhealthy, "/healthz fails until it is told otherwise");
  app.set_version_flag("--version", "weir-backend " + version);
  // CLI11 tells everything by exceptions, also that help was asked for; they end here.
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return wrong(error.what());
    std::ostringstream out;
    app.exit(error, out, out);
    return Goodbye{0, out.str()};
  }
  if (!is_name(options.name)) return wrong("--name: expected printable ASCII");
  if (!listen.empty()) options.listen.clear();
  for (const std::string& text : listen) {
    auto address = net::parse_address(text);
    if (!address) return wrong("--listen " + text + ": " + address.error().text);
    options.listen.push_back(address.value());
  }
  return options;
}

}  // namespace weir::backend
