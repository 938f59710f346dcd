// Proto files with their comments, as descriptors. Read from what protoc wrote,
// because generated code keeps no comments. Knows no rule: those are in
// descriptor_rules.h.
#ifndef SAFEHAVEN_TESTS_UNIT_PROTOS_PROTO_TREE_H_
#define SAFEHAVEN_TESTS_UNIT_PROTOS_PROTO_TREE_H_

#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

// Thread-compatible. Owns the descriptors it hands out.
class ProtoTree {
 public:
  // Reads a serialised FileDescriptorSet that holds its imports before their users.
  // Only files whose name contains `name_part` are among files(). NOT_FOUND if the
  // file is not there or nothing matches; INVALID_ARGUMENT if it does not parse.
  static absl::StatusOr<std::unique_ptr<ProtoTree>> Read(const std::string& path,
                                                         absl::string_view name_part);

  const std::vector<const google::protobuf::FileDescriptor*>& files() const { return files_; }

  // Null if there is no message of that full name.
  const google::protobuf::Descriptor* FindMessage(const std::string& full_name) const {
    return pool_.FindMessageTypeByName(full_name);
  }

 private:
  ProtoTree() = default;

  google::protobuf::DescriptorPool pool_;
  std::vector<const google::protobuf::FileDescriptor*> files_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_UNIT_PROTOS_PROTO_TREE_H_
