#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <map>

namespace weir::cli {

namespace {

constexpr const char* kFooter =
    "\nExamples:\n"
    "  weir -c conf/demo.yaml          serve, in the foreground\n"
    "  weir check -c conf/demo.yaml    say whether the file is right, and exit\n"
    "  weir check --print              show what weir makes of it, and where each value comes "
    "from\n"
    "  weir status -c conf/demo.yaml   show what a running weir does (through its admin listener)\n"
    "  weir drain -c conf/demo.yaml    let a running weir finish what it has begun\n"
    "  weir explain -c conf/demo.yaml 'GET http://localhost/users/7'    say which route takes it\n"
    "  weir purge -c conf/demo.yaml main --url http://localhost:8080/catalog/7    forget an "
    "answer\n"
    "\nSignals: TERM, INT end at once; QUIT ends gracefully; HUP reloads the configuration;\n"
    "USR1 opens the logs anew.\n"
    "Exit: 0 well; 1 failed at run time; 2 wrong usage; 3 bad configuration.";

const std::map<std::string, int> kSignals = {
    {"stop", SIGTERM}, {"quit", SIGQUIT}, {"reopen", SIGUSR1}, {"reload", SIGHUP}};

void add_explain_options(CLI::App& verb, Wish& wish) {
  verb.add_option("request", wish.request, "Such as 'GET https://a.example/path'")->required();
  verb.add_option("-H,--header", wish.headers, "A header of it, 'Name: value'")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  verb.add_option("--client", wish.client, "The address of the client")
      ->capture_default_str()
      ->type_name("IP");
  verb.add_option("--listener", wish.listener,
                  "Where it comes in; the first one with the URL's port, else the first")
      ->type_name("ADDRESS");
}

void add_purge_options(CLI::App& verb, PurgeWish& wish) {
  verb.add_option("zone", wish.zone, "The zone of 'cache'")->required()->type_name("ZONE");
  auto* about = verb.add_option_group("what", "What is to be forgotten")->require_option(1);
  auto add = [&wish, about](const char* names, const char* by, const char* help) {
    auto take = [&wish, by](const std::string& text) {
      wish.by = by;
      wish.text = text;
    };
    about->add_option_function<std::string>(names, take, help)->type_name("TEXT");
  };
  add("--url,--key", "key",
      "The answers to this URL: its key is the URL, where 'key' says nothing else");
  add("--prefix", "prefix", "The answers whose keys begin so; \"\": all");
  add("--tag", "tag", "The answers that have this Surrogate-Key or Cache-Tag");
  verb.add_flag("--soft", wish.soft, "Only mark them stale");
}

}  // namespace

bool parse_command_line(int argc, const char* const* argv, CommandLine& line, int& exit) {
  CLI::App app("weir: a load balancer and reverse proxy", "weir");
  app.footer(kFooter);
  app.fallthrough();
  bool check = false;
  bool version = false;
  app.add_option("-c,--config", line.config_path, "Configuration file")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_flag("-t", check, "Check the configuration and exit (as 'check')");
  bool print = false;
  app.add_flag("-T", print,
               "Check the configuration, print it whole, and exit (as 'check --print')");
  app.add_flag("-v,-V,--version", version, "Print the version and exit");
  std::string signal;
  app.add_option("-s", signal, "Signal a running weir, as nginx: stop, quit, reopen or reload")
      ->check(CLI::IsMember(&kSignals).description(""))
      ->type_name("SIGNAL");
  auto* check_verb = app.add_subcommand("check", "Check the configuration and exit");
  check_verb->add_flag("--print", line.print,
                       "Print it whole: defaults filled in, and where each value comes from");
  auto* schema_verb = app.add_subcommand(
      "schema", "Print what a configuration may hold, as JSON Schema for editors, and exit");
  schema_verb->add_flag("--markdown", line.markdown, "As tables for people instead");
  auto* version_verb = app.add_subcommand("version", "Print the version and exit");
  auto* stop_verb = app.add_subcommand("stop", "End a running weir at once (through its pid_file)");
  auto* reload_verb = app.add_subcommand(
      "reload", "Have a running weir take up its configuration anew (through its pid_file)");
  auto* drain_verb =
      app.add_subcommand("drain", "End a running weir gracefully (through its pid_file)");
  auto* explain_verb =
      app.add_subcommand("explain", "Say which route takes a request, and why the others do not");
  add_explain_options(*explain_verb, line.wish);
  auto* status_verb = app.add_subcommand(
      "status", "Show how a running weir and its backends are (through its admin listener)");
  status_verb->add_flag("--json", line.json, "As JSON");
  status_verb->add_flag("-q,--quiet", line.quiet, "Only by the exit status: 0 when it is ready");
  auto* purge_verb = app.add_subcommand(
      "purge", "Have a running weir forget what it has cached (through its admin listener)");
  add_purge_options(*purge_verb, line.purge);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit = app.exit(error) == 0 ? kWell : kUsage;
    return false;
  }
  line.print = line.print || print;
  if (check || print || check_verb->parsed()) line.verb = Verb::kCheck;
  if (schema_verb->parsed()) line.verb = Verb::kSchema;
  if (version || version_verb->parsed()) line.verb = Verb::kVersion;
  if (explain_verb->parsed()) line.verb = Verb::kExplain;
  if (status_verb->parsed()) line.verb = Verb::kStatus;
  if (purge_verb->parsed()) line.verb = Verb::kPurge;
  int number = signal.empty() ? 0 : kSignals.at(signal);
  if (stop_verb->parsed()) number = SIGTERM;
  if (drain_verb->parsed()) number = SIGQUIT;
  if (reload_verb->parsed()) number = SIGHUP;
  line.signal = number;
  if (number != 0) line.verb = Verb::kSignal;
  return true;
}

}  // namespace weir::cli
