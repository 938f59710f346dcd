// The catalogue as the dashboard reads it: what a question may name, with titles. The
// same table that consent judges by and costing answers by (libs/warrant/catalogue.h).
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_GATEWAY_HTTP_CATALOGUE_H_
#define SAFEHAVEN_SERVICES_GATEWAY_HTTP_CATALOGUE_H_

#include <string>

namespace safehaven::gateway {

// {"datasets":[{"id","title","source"}], "measures":[{"id","title"}], "dimensions":[...]}
std::string CatalogueJson();

}  // namespace safehaven::gateway

#endif  // SAFEHAVEN_SERVICES_GATEWAY_HTTP_CATALOGUE_H_
