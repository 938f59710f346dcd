// A linkage model as a file: which columns are used for what, how fields are compared
// and weighed, how candidates are found, from where on two records are one person's.
// docs/formats.md, "Linkage model", describes it; docs/schema has its schema.
//
// Strict: an unknown key, a missing one, a wrong shape or name refuses the text. A trained
// model also holds how common values are, by hashes of the values: pseudonymous personal
// data, to be kept as such. Knows no file. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_MODEL_YAML_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_MODEL_YAML_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/table/schema.h"

namespace safehaven::linkage {

// Longest text that is read.
inline constexpr size_t kModelBytesMax = 256 * 1024 * 1024;

struct ModelFile {
  Schema schema;
  Model model;
  // Were m, u and the frequencies learned from data? If not, linking trains first.
  bool trained = false;
};

// INVALID_ARGUMENT with reason LINKAGE_MODEL_INVALID and the line; FAILED_PRECONDITION as
// ValidateModel.
absl::StatusOr<ModelFile> ParseModelFile(absl::string_view yaml);

// Text that ParseModelFile reads back as the same model, with the same identity.
std::string ModelFileText(const ModelFile& file);

// In lower_snake, as model files have it.
absl::string_view KeyPartName(KeyPart part);
std::optional<KeyPart> ParseKeyPart(absl::string_view name);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_MODEL_YAML_H_
