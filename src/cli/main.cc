#include "cli/command_line.h"

int main(int argc, char** argv) {
  weir::cli::CommandLine line;
  int exit = 0;
  if (!weir::cli::parse_command_line(argc, argv, line, exit)) return exit;
  return weir::cli::run_command(line, WEIR_VERSION);
}
