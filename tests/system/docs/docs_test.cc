#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.h"
#include "support/product.h"
#include "support/temp_dir.h"
#include "system/docs/page.h"
#include "system/docs/session.h"

// README.md and docs/*.md, held against the programs that they speak of.
namespace weir::docs {

namespace {

namespace fs = std::filesystem;

using support::Process;
using support::product_path;
using support::TempDir;

const std::string kTop = WEIR_SOURCE_DIR "/";

// Blocks of commands that only a reader runs. Each says why; more of them are to be run instead.
constexpr std::size_t kNotRunMax = 6;

// What is wrong with a block of YAML; empty: nothing.
std::string fault(const Block& block) {
  TempDir dir;
  std::string file = dir.write("weir.yaml", block.with + block.text);
  for (const std::string& name : block.beside) dir.write(name, "");
  Process process({product_path("weir"), "check", "-c", file});
  constexpr int kBadConfig = 3;
  int wanted = block.special == "wrong" ? kBadConfig : 0;
  if (process.wait() == wanted) return {};
  return process.out() + process.err() + "it is:\n" + block.with + block.text;
}

// "## Header edits" as what stands behind # in a link to it.
std::string anchor_of(std::string_view heading) {
  std::string out;
  for (char c : heading.substr(heading.find_first_not_of("# "))) {
    auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_')
      out += static_cast<char>(std::tolower(byte));
    if (c == ' ') out += '-';
  }
  return out;
}

bool has_heading(const std::string& path, const std::string& anchor) {
  Page page = read_page(path, support::read_whole_file(path));
  return std::any_of(page.lines.begin(), page.lines.end(), [&](const std::string& line) {
    return line.starts_with('#') && anchor_of(line) == anchor;
  });
}

}  // namespace

TEST_CASE("every block of YAML is a configuration, or what its page calls it") {
  std::size_t count = 0;
  for (const Page& page : all_pages()) {
    for (const Block& block : page.blocks) {
      if (block.language != "yaml") continue;
      INFO(page.at(block));
      constexpr std::array<std::string_view, 2> kSpecial = {"", "wrong"};
      CHECK(std::find(kSpecial.begin(), kSpecial.end(), block.special) != kSpecial.end());
      CHECK(fault(block) == "");
      ++count;
    }
  }
  CHECK(count >= 12);
}

TEST_CASE("who types the commands of a page gets what it shows") {
  std::size_t run = 0;
  std::size_t shown = 0;
  std::string reasons;
  std::size_t not_run = 0;
  for (const Page& page : all_pages()) {
    auto runs = [](const Block& block) { return block.language == "sh" && block.not_run.empty(); };
    for (const Block& block : page.blocks) {
      if (block.not_run.empty()) continue;
      ++not_run;
      reasons += "\n  " + page.at(block) + ": " + block.not_run;
    }
    auto commands = std::count_if(page.blocks.begin(), page.blocks.end(), runs);
    if (commands == 0) continue;
    run += static_cast<std::size_t>(commands);
    Session session(page);
    CHECK(session.problem() == "");
    if (!session.problem().empty()) continue;
    for (std::size_t i = 1; i < page.blocks.size(); ++i) {
      const Block& block = page.blocks[i];
      if (!block.is_output) continue;
      ++shown;
      INFO(page.at(block));
      std::string printed = session.printed(i - 1);
      CHECK_MESSAGE(is_like(printed, block.text), "printed:\n", printed, "shown:\n", block.text);
    }
  }
  MESSAGE("blocks of commands: ", run, " run, ", shown, " of them with what they print; ", not_run,
          " not run:", reasons);
  CHECK(run >= 8);
  CHECK(not_run <= kNotRunMax);
}

TEST_CASE("commands stand in blocks of sh, and every block says what it is") {
  const std::regex command(
      R"(^    (\$ |sudo |weir |weir-backend |curl |cmake |kill |systemctl |scripts/|bench/|build/|[A-Z]+=\S+ ).*)");
  for (const Page& page : all_pages()) {
    for (const std::string& line : page.lines) {
      INFO(page.path, ": ", line);
      CHECK(!std::regex_match(line, command));
    }
    for (const Block& block : page.blocks) {
      INFO(page.at(block));
      constexpr std::array<std::string_view, 4> kLanguages = {"yaml", "sh", "text", "nginx"};
      CHECK(std::find(kLanguages.begin(), kLanguages.end(), block.language) != kLanguages.end());
      bool commands = block.language == "sh";
      CHECK((commands || (block.not_run.empty() && block.exits == 0)));
    }
  }
}

TEST_CASE("every link within the repository leads somewhere") {
  std::size_t count = 0;
  for (const Page& page : all_pages()) {
    for (const std::string& link : page.links) {
      INFO(page.path, ": ", link);
      std::size_t hash = std::min(link.find('#'), link.size());
      fs::path target = kTop + page.path;
      if (hash > 0) target = target.parent_path() / link.substr(0, hash);
      CHECK(fs::exists(target));
      if (hash < link.size()) CHECK(has_heading(target.string(), link.substr(hash + 1)));
      ++count;
    }
  }
  CHECK(count >= 20);
}

TEST_CASE("every metric that a page names is one of weir's") {
  std::string sources;
  for (const char* folder : {"src/observe", "src/app"}) {
    for (const auto& entry : fs::directory_iterator(kTop + folder)) {
      if (entry.path().extension() == ".cc")
        sources += support::read_whole_file(entry.path().string());
    }
  }
  const std::regex metric(R"(\bweir_[a-z_]*[a-z]\b)");
  const std::regex series("_(bucket|count|sum)$");
  std::size_t count = 0;
  for (const Page& page : all_pages()) {
    std::string text = support::read_whole_file(kTop + page.path);
    for (std::sregex_iterator it(text.begin(), text.end(), metric), end; it != end; ++it) {
      std::string name = std::regex_replace(it->str(), series, "");
      INFO(page.path, ": ", name);
      CHECK(sources.find('"' + name + '"') != std::string::npos);
      ++count;
    }
  }
  CHECK(count >= 5);
}

TEST_CASE("the table of nginx's directives names keys that there are") {
  const std::regex row(R"(\| `[a-z_]+[ `].*\| (.*) \|)");
  const std::regex key(R"(\b([a-z_]+): )");
  std::string reference = support::read_whole_file(kTop + "docs/configuration.md");
  std::size_t count = 0;
  for (const std::string& line :
       read_page("README.md", support::read_whole_file(kTop + "README.md")).lines) {
    std::smatch cells;
    if (!std::regex_match(line, cells, row)) continue;
    std::string weir = cells[1].str();
    for (std::sregex_iterator it(weir.begin(), weir.end(), key), end; it != end; ++it) {
      std::string name = (*it)[1].str();
      if (name == "app") continue;  // an upstream
      INFO(line);
      CHECK_MESSAGE(reference.find("\n| `" + name + "` |") != std::string::npos, name);
      ++count;
    }
  }
  CHECK(count >= 30);
}

TEST_CASE("what is printed is like what is shown where dots stand for the rest") {
  CHECK(is_like("a b\n", "a b\n"));
  CHECK(!is_like("a b\n", "a\n"));
  CHECK(is_like("a b c\nd\n", "a...c\n...\n"));
  CHECK(is_like("a b c\n", "...c\n"));
  CHECK(!is_like("x a b\n", "a...b\n"));
  CHECK(!is_like("ab", "ab...b"));
}

TEST_CASE("a page is read with what stands in comments in front of its blocks") {
  Page page = read_page("a.md",
                        "# A\n\n<!-- with: listen: 80\nadmin: 90 -->\n<!-- file: a.yaml -->\n"
                        "```yaml wrong\nb: 1\n```\n\n<!-- exits: 3 -->\n```sh\nc\n```\n```text\nd\n"
                        "```\n[e](f.md) [g](https://h/)\n```text\n```\n");
  REQUIRE(page.blocks.size() == 4);
  CHECK(page.blocks[0].with == "listen: 80\nadmin: 90\n");
  CHECK(page.blocks[0].file == "a.yaml");
  CHECK(page.blocks[0].special == "wrong");
  CHECK(page.blocks[0].text == "b: 1\n");
  CHECK(page.blocks[0].line == 6);
  CHECK(page.blocks[1].exits == 3);
  CHECK(page.blocks[2].is_output);
  CHECK(!page.blocks[3].is_output);
  CHECK(page.links == std::vector<std::string>{"f.md"});
  CHECK_THROWS(read_page("a.md", "```yaml\n"));
  CHECK_THROWS(read_page("a.md", "<!-- exits: 3 -->\ntext\n"));
}

}  // namespace weir::docs
