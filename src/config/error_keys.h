#pragma once

#include <string_view>
#include <vector>

#include "config/scope.h"
#include "config/shape.h"
#include "server/error_pages.h"

namespace weir::config {

// The keys error_pages, of the file and of a route, and intercept, of a route.
inline constexpr std::string_view kErrorStatuses = "^([45][0-9]{2}|[45]xx)$";
inline constexpr Shape kErrorPage =
    path("the path of a file that ends in .html, .htm, .json, .xml or .txt");
inline constexpr Shape kErrorPages =
    names("a map such as {404: errors/404.html, 5xx: errors/50x.html}", kErrorPage, kErrorStatuses);
inline constexpr Shape kIntercepted = text("a status from 400 to 599, 4xx or 5xx", kErrorStatuses);
inline constexpr Shape kIntercept =
    list("a list of statuses from 400 to 599, 4xx or 5xx, such as [404, 5xx]", kIntercepted);

// Reads the pages from their files.
void read_error_pages(Scope& scope, const KeyInfo& key, const Node& node,
                      std::vector<server::ErrorPage>& pages);
void read_intercept(Scope& scope, const KeyInfo& key, const Node& node,
                    std::vector<server::StatusRange>& intercept);

}  // namespace weir::config
