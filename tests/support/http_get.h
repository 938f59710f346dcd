// One plain HTTP GET on loopback, for tests that look at /metrics.
#ifndef SAFEHAVEN_TESTS_SUPPORT_HTTP_GET_H_
#define SAFEHAVEN_TESTS_SUPPORT_HTTP_GET_H_

#include <string>

namespace safehaven {

// The whole answer with its head, or "" if nobody answers.
std::string HttpGet(int port, const std::string& path);

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_SUPPORT_HTTP_GET_H_
