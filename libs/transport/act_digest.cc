#include "libs/transport/act_digest.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "safehaven/type/v1/evidence.pb.h"

namespace safehaven {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A field of a message, and of which element of a list it is; -1: it is none.
struct Place {
  const Message& message;
  const FieldDescriptor& field;
  int index = -1;
};

// One value, whichever way the field holds it.
template <typename Value>
Value Read(const Place& place, Value (Reflection::*one)(const Message&, const FieldDescriptor*) const,
           Value (Reflection::*repeated)(const Message&, const FieldDescriptor*, int) const) {
  const Reflection& reflection = *place.message.GetReflection();
  return place.index < 0 ? (reflection.*one)(place.message, &place.field)
                         : (reflection.*repeated)(place.message, &place.field, place.index);
}

std::string ValueOf(const Place& place) {
  switch (place.field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(Read(place, &Reflection::GetInt32, &Reflection::GetRepeatedInt32));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(Read(place, &Reflection::GetInt64, &Reflection::GetRepeatedInt64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(Read(place, &Reflection::GetUInt32, &Reflection::GetRepeatedUInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(Read(place, &Reflection::GetUInt64, &Reflection::GetRepeatedUInt64));
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(Read(place, &Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue));
    case FieldDescriptor::CPPTYPE_BOOL:
      return Read(place, &Reflection::GetBool, &Reflection::GetRepeatedBool) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_STRING:
      return Read(place, &Reflection::GetString, &Reflection::GetRepeatedString);
    default:
      // A request that is signed has no floating point: its text is not the same everywhere.
      SH_CHECK(false);
      return "";
  }
}

void AppendLine(const std::string& path, const std::string& value, std::string& text) {
  absl::StrAppend(&text, path, " ", value.size(), "\n", value, "\n");
}

void AppendFields(const Message& message, const std::string& prefix, std::string& text) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);  // those that are set, in order of number
  for (const FieldDescriptor* field : fields) {
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (is_message && field->message_type() == type::v1::Evidence::descriptor()) continue;
    const std::string path = absl::StrCat(prefix, field->name());
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const Place place = {.message = message, .field = *field, .index = field->is_repeated() ? i : -1};
      if (!is_message) {
        AppendLine(path, ValueOf(place), text);
        continue;
      }
      AppendLine(path, "", text);
      const Message& inner = field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                  : reflection.GetMessage(message, field);
      AppendFields(inner, absl::StrCat(path, "."), text);
    }
  }
}

}  // namespace

std::string ActText(const Message& request) {
  std::string text = absl::StrCat("safehaven-act/1\n", request.GetDescriptor()->full_name(), "\n");
  AppendFields(request, "", text);
  return text;
}

std::string ActDigest(const Message& request) { return ToBytes(Sha256(ActText(request))); }

}  // namespace safehaven
