#include "tests/unit/protos/proto_tree.h"

#include <fstream>

#include <google/protobuf/descriptor.pb.h>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace safehaven {

namespace pb = google::protobuf;

absl::StatusOr<std::unique_ptr<ProtoTree>> ProtoTree::Read(const std::string& path,
                                                           absl::string_view name_part) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  pb::FileDescriptorSet set;
  if (!set.ParseFromIstream(&file)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a FileDescriptorSet"));
  }
  std::unique_ptr<ProtoTree> tree(new ProtoTree());
  for (const pb::FileDescriptorProto& proto : set.file()) {
    const pb::FileDescriptor* built = tree->pool_.BuildFile(proto);
    if (built == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": ", proto.name(), " does not build"));
    }
    if (absl::StrContains(proto.name(), name_part)) tree->files_.push_back(built);
  }
  if (tree->files_.empty()) {
    return absl::NotFoundError(absl::StrCat(path, ": no file named like ", name_part));
  }
  return tree;
}

}  // namespace safehaven
