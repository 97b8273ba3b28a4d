#pragma once

#include <cstdint>
#include <string>

#include "cli/explain.h"

namespace weir::cli {

// Exit statuses of weir.
enum Exit : int { kWell = 0, kFailed = 1, kUsage = 2, kBadConfig = 3 };

// What the user asked for.
enum class Verb : std::uint8_t {
  kRun,
  kCheck,
  kSchema,
  kVersion,
  kSignal,
  kExplain,
  kStatus,
  kPurge
};

// What is to be purged from the cache.
struct PurgeWish {
  std::string zone;
  std::string by;    // key, prefix, tag
  std::string text;  // whose
  bool soft = false;
};

// A parsed command line. A plain value.
struct CommandLine {
  Verb verb = Verb::kRun;
  std::string config_path = "conf/weir.yaml";
  int signal = 0;         // for kSignal: what is sent to the running weir
  bool print = false;     // for kCheck: print the configuration, with all defaults
  bool markdown = false;  // for kSchema: tables for people instead of JSON Schema
  Wish wish;              // for kExplain
  PurgeWish purge;        // for kPurge
  bool json = false;      // for kStatus: as the admin listener gives it
  bool quiet = false;     // for kStatus: only by the exit status
};

// Reads the command line. Where there is nothing left to do (help was shown, or it is wrong) this
// says so on the terminal, sets `exit` and returns false.
bool parse_command_line(int argc, const char* const* argv, CommandLine& line, int& exit);

// Does what was asked; the result is the exit status. `version` is that of the program.
int run_command(const CommandLine& line, const std::string& version);

}  // namespace weir::cli
