#include "services/linkage/core/compare/edit.h"

namespace safehaven::linkage {

bool WithinOneEdit(absl::string_view a, absl::string_view b) {
  if (a.size() < b.size()) return WithinOneEdit(b, a);
  if (a.size() - b.size() > 1) return false;
  size_t same = 0;
  while (same < b.size() && a[same] == b[same]) ++same;
  const absl::string_view rest_a = a.substr(same);
  const absl::string_view rest_b = b.substr(same);
  if (rest_a.empty()) return true;
  if (rest_a.size() != rest_b.size()) return rest_a.substr(1) == rest_b;
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() >= 2 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

}  // namespace safehaven::linkage
