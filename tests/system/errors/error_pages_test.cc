// Errors as a browser and a program see them.

#include <doctest/doctest.h>

#include <string>

#include "support/backend_process.h"
#include "support/curl.h"
#include "support/temp_dir.h"
#include "support/weir_process.h"

namespace weir::errors {

using support::curl;
using support::CurlResult;

TEST_CASE("errors have the pages of the file, which a reload reads anew") {
  support::TempDir dir;
  std::string missing = dir.write("404.html", "<h1>not here</h1>\n");
  std::string broken = dir.write("50x.json", "{\"error\": \"later\"}\n");
  support::BackendProcess backend;
  std::string config = "listen: \"127.0.0.1:0\"\nproxy_status: on\nupstreams: {app: [\"" +
                       backend.address() + "\"], gone: [\"127.0.0.1:1\"]}\n" +
                       "error_pages: {404: " + missing + ", 5xx: " + broken + "}\nroutes:\n" +
                       "  - {path: /status/, upstream: app, intercept: [404, 5xx]}\n" +
                       "  - {path: /plain/, upstream: app, rewrite: {strip_prefix: /plain}}\n" +
                       "  - {path: /gone/, upstream: gone}\n";
  support::WeirProcess weir(config);
  CurlResult none = curl({weir.url("/none")});
  CHECK(none.status() == 404);
  CHECK(none.body == "<h1>not here</h1>\n");
  CHECK(none.field("Content-Type") == "text/html");
  CHECK(none.field("Proxy-Status") == "weir; error=destination_not_found");
  CurlResult gone = curl({weir.url("/gone/")});
  CHECK(gone.status() == 502);
  CHECK(gone.body == "{\"error\": \"later\"}\n");
  CHECK(gone.field("Content-Type") == "application/json");
  CHECK(gone.field("Proxy-Status") == "weir; error=connection_refused");
  CurlResult replaced = curl({weir.url("/status/404")});
  CHECK(replaced.status() == 404);
  CHECK(replaced.body == "<h1>not here</h1>\n");
  CHECK(replaced.field("Proxy-Status") == "weir; received-status=404");
  CurlResult theirs = curl({weir.url("/plain/status/404")});
  CHECK(theirs.status() == 404);
  CHECK(theirs.body != "<h1>not here</h1>\n");
  CHECK(theirs.field("Proxy-Status") == "");
  dir.write("404.html", "<h1>moved</h1>\n");
  CHECK(curl({weir.url("/none")}).body == "<h1>not here</h1>\n");
  weir.reload(config);
  CHECK(curl({weir.url("/none")}).body == "<h1>moved</h1>\n");
}

TEST_CASE("without pages a program is answered in JSON and a browser in HTML") {
  support::WeirProcess weir("listen: \"127.0.0.1:0\"\nroutes: [{path: /a, respond: {body: a}}]\n");
  CurlResult json = curl({"-H", "Accept: application/json", weir.url("/b")});
  CHECK(json.field("Content-Type") == "application/json");
  CHECK(json.body == "{\"status\": 404, \"error\": \"Not Found\"}\n");
  CurlResult html = curl({weir.url("/b")});
  CHECK(html.field("Content-Type") == "text/html");
  CHECK(html.body.find("<h1>404 Not Found</h1>") != std::string::npos);
  CHECK(html.field("Proxy-Status") == "");
}

}  // namespace weir::errors
