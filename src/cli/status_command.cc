#include "cli/status_command.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "cli/admin_client.h"
#include "cli/status_text.h"

namespace weir::cli {

namespace {

int complain(const std::string& text) {
  std::fprintf(stderr, "weir: %s\n", text.c_str());
  return kFailed;
}

// Colours and cutting are for people: a file gets neither. See no-color.org.
TextStyle style_of_output() {
  TextStyle style;
  if (::isatty(STDOUT_FILENO) == 0) return style;
  const char* no_colour = std::getenv("NO_COLOR");
  style.colours = no_colour == nullptr || *no_colour == '\0';
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
  return style;
}

}  // namespace

int show_status(const config::Config& config, const CommandLine& line) {
  auto answer = ask_running(config, line.config_path, "GET", "/api/v1/status");
  if (!answer) return complain(answer.error().text);
  if (answer.value().status != 200) {
    return complain(net::to_text(*config.admin) + " (admin) answers " +
                    std::to_string(answer.value().status) + ": is it this weir that runs there?");
  }
  auto status = status_text(answer.value().body, style_of_output());
  if (!status) return complain(net::to_text(*config.admin) + " (admin): " + status.error().text);
  if (line.json) {
    std::fputs(answer.value().body.c_str(), stdout);
  } else if (!line.quiet) {
    std::fputs(status.value().text.c_str(), stdout);
  }
  return status.value().ready ? kWell : kFailed;
}

}  // namespace weir::cli
