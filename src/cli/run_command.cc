#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>

#include "app/process.h"
#include "cli/command_line.h"
#include "cli/purge_command.h"
#include "cli/status_command.h"
#include "config/load.h"
#include "config/reference.h"
#include "config/schema.h"

namespace weir::cli {

namespace {

int complain(int exit, const std::string& text) {
  std::fprintf(stderr, "weir: %s\n", text.c_str());
  return exit;
}

int serve(config::Config config, const std::string& path, const std::string& version) {
  app::Process process(std::move(config), path, version);
  auto done = process.run();
  return done ? kWell : complain(kFailed, done.error().text);
}

int check(const config::Config& config, const std::string& path) {
  std::printf("%s: ok (listeners: %zu, upstreams: %zu, routes: %zu)\n", path.c_str(),
              config.listeners.size(), config.upstreams.size(), config.routes.size());
  return kWell;
}

int explain(const config::Config& config, const Wish& wish) {
  auto text = explain_wish(config, wish);
  if (!text) return complain(kUsage, text.error().text);
  std::fputs(text.value().c_str(), stdout);
  return kWell;
}

int send_signal(const config::Config& config, const std::string& path, int signal) {
  if (config.pid_file.empty()) {
    return complain(
        kFailed,
        path + " has no pid_file: add 'pid_file: /run/weir.pid' to find the running weir by it");
  }
  std::ifstream in(config.pid_file);
  long pid = 0;
  if (!(in >> pid) || pid <= 1 || pid > std::numeric_limits<pid_t>::max())
    return complain(kFailed, "no weir runs by " + config.pid_file + " (pid_file)");
  if (::kill(static_cast<pid_t>(pid), signal) != 0) {
    return complain(kFailed, "cannot signal pid " + std::to_string(pid) + " of " + config.pid_file +
                                 ": " + std::strerror(errno));
  }
  return kWell;
}

}  // namespace

int run_command(const CommandLine& line, const std::string& version) {
  if (line.verb == Verb::kVersion) {
    std::printf("weir %s\n", version.c_str());
    return kWell;
  }
  if (line.verb == Verb::kSchema) {
    std::fputs((line.markdown ? config::markdown_reference() : config::json_schema()).c_str(),
               stdout);
    return kWell;
  }
  std::string printed;
  config::Loaded loaded = config::load_file(line.config_path, line.print ? &printed : nullptr);
  if (!loaded.config) {
    std::fputs(loaded.errors.c_str(), stderr);
    return kBadConfig;
  }
  switch (line.verb) {
    case Verb::kCheck:
      std::fputs(printed.c_str(), stdout);
      if (line.print) return kWell;
      return check(*loaded.config, line.config_path);
    case Verb::kExplain:
      return explain(*loaded.config, line.wish);
    case Verb::kSignal:
      return send_signal(*loaded.config, line.config_path, line.signal);
    case Verb::kPurge:
      return purge(*loaded.config, line);
    case Verb::kStatus:
      return show_status(*loaded.config, line);
    default:
      return serve(std::move(*loaded.config), line.config_path, version);
  }
}

}  // namespace weir::cli
