// Goal: the gateway's API cannot carry an identifier in clear. Method: walk every
// message that a method of its service can take or give, to any depth.
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "safehaven/gateway/v1/gateway_service.pb.h"
#include "safehaven/options/v1/options.pb.h"

namespace safehaven::gateway {
namespace {

using google::protobuf::Descriptor;

// Adds `message` and all that it can hold.
void Collect(const Descriptor* message, std::set<const Descriptor*>& found) {
  if (!found.insert(message).second) return;
  for (int i = 0; i < message->field_count(); ++i) {
    if (message->field(i)->message_type() != nullptr) Collect(message->field(i)->message_type(), found);
  }
}

std::set<const Descriptor*> GatewayMessages() {
  std::set<const Descriptor*> messages;
  const auto* service = v1::QueryRequest::descriptor()->file()->FindServiceByName("GatewayService");
  for (int i = 0; i < service->method_count(); ++i) {
    Collect(service->method(i)->input_type(), messages);
    Collect(service->method(i)->output_type(), messages);
  }
  return messages;
}

TEST(GatewayMessages, NoFieldIsIdentifiableOrASecret) {
  const std::set<const Descriptor*> messages = GatewayMessages();
  EXPECT_GE(messages.size(), 10u) << "the walk itself must find something";
  for (const Descriptor* message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      const auto sensitivity = message->field(i)->options().GetExtension(options::v1::sensitivity);
      EXPECT_NE(sensitivity, options::v1::SENSITIVITY_UNSPECIFIED) << message->field(i)->full_name();
      EXPECT_NE(sensitivity, options::v1::SENSITIVITY_IDENTIFIABLE) << message->field(i)->full_name();
      EXPECT_NE(sensitivity, options::v1::SENSITIVITY_SECRET) << message->field(i)->full_name();
    }
  }
}

TEST(GatewayMessages, EveryMethodIsOpenToCallersWithEvidenceAndSaysSo) {
  const auto* service = v1::QueryRequest::descriptor()->file()->FindServiceByName("GatewayService");
  for (int i = 0; i < service->method_count(); ++i) {
    const auto& policy = service->method(i)->options().GetExtension(options::v1::method_policy);
    ASSERT_EQ(policy.callers_size(), 1) << service->method(i)->full_name();
    EXPECT_EQ(policy.callers(0), "anyone");
    EXPECT_FALSE(policy.needs_warrant()) << "a warrant never reaches the public";
  }
}

}  // namespace
}  // namespace safehaven::gateway
