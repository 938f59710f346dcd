#include "services/linkage/store/model_store.h"

#include <algorithm>
#include <string>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "services/linkage/core/model_yaml.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kPartBytes = 4 * 1024 * 1024;

std::string HeadKey(absl::string_view identity) { return KeyWriter().Text("model").Text(identity).Take(); }
std::string PartKey(absl::string_view identity, uint32_t part) {
  return KeyWriter().Text("model_text").Text(identity).Number(part).Take();
}

absl::Status Corrupt() { return DataLoss("MODEL_CORRUPT", "a stored version is not the one it is named"); }

}  // namespace

absl::Status ModelStore::Put(const Model& model, absl::Time deadline) {
  const std::string identity = ModelIdentity(model);
  const absl::StatusOr<Entry> there = store_.Get(HeadKey(identity), deadline);
  if (!absl::IsNotFound(there.status())) return there.status();
  const std::string text = ModelFileText({.schema = {}, .model = model, .trained = true});
  storage::v1::LinkageModelRecord head;
  for (size_t begin = 0; begin < text.size(); begin += kPartBytes) {
    const Batch batch = {.preconditions = {},
                         .puts = {{.key = PartKey(identity, head.chunks()), .value = text.substr(begin, kPartBytes)}},
                         .deletes = {}};
    SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
    head.set_chunks(head.chunks() + 1);
  }
  // The version exists once its head does.
  return store_.Apply({.preconditions = {}, .puts = {{.key = HeadKey(identity), .value = head.SerializeAsString()}}, .deletes = {}},
                      deadline).status();
}

absl::StatusOr<Model> ModelStore::Get(absl::string_view identity, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(HeadKey(identity), deadline);
  if (absl::IsNotFound(entry.status())) return NotFound("MODEL_UNKNOWN", "there is no version of that identity");
  SH_RETURN_IF_ERROR(entry);
  storage::v1::LinkageModelRecord head;
  if (!head.ParseFromString(entry->value)) return Corrupt();
  std::string text;
  for (uint32_t part = 0; part < head.chunks(); ++part) {
    SH_ASSIGN_OR_RETURN(const Entry bytes, store_.Get(PartKey(identity, part), deadline));
    text += bytes.value;
  }
  absl::StatusOr<ModelFile> file = ParseModelFile(text);
  if (!file.ok() || ModelIdentity(file->model) != identity) return Corrupt();
  return std::move(file->model);
}

}  // namespace safehaven::linkage
